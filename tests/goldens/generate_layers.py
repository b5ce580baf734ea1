"""PyTorch's results for every row of the layer table, layers/*.safetensors, a file a row; and for a few models, layers.safetensors.

Run with Debian's python3-torch (1.13):

    python3 tests/goldens/generate_layers.py            # the rows whose description has changed, and the models
    python3 tests/goldens/generate_layers.py NAME ...   # these rows
    python3 tests/goldens/generate_layers.py --all      # every row, and the models

The layers are described by the table itself (tests/DeepNotes.Nn.Tests/LayerTable), which this program asks for it. A file holds
in Float32 the state dict (state.*) and the inputs x0, x1, ...; and, computed from those in Float64, for mode train and eval the
results MODE.y*, cotangents MODE.g*, gradients of the inputs MODE.d* and of the parameters MODE.p.*; the buffers after training
(after.*); and of many fresh layers mean, spread and largest magnitude of each parameter (init.*).
"""

import json
import pathlib
import sys
import zlib

import numpy
import torch
import torch.nn.functional as F
from torch import nn

import restated
from generate import description, draw, rows
from safetensors_writer import save

HERE = pathlib.Path(__file__).parent
LAYERS = HERE / "layers"
FRESH = 400


def evaluate(expression, **names):
    return eval(expression, {"torch": torch, "F": F, "nn": nn, "restated": restated} | names)


def single(tensor):
    """In numbers that Float32 holds."""
    return tensor.float() if tensor.is_floating_point() else tensor


def of_mode(mode, row, module, stored, random, into):
    module.train(mode == "train")
    module.zero_grad()
    inputs = [x.double().requires_grad_() if x.is_floating_point() else x for x in stored]
    results = evaluate(row["call"], m=module, **dict(zip("abcdefgh", inputs)))
    results = list(results) if isinstance(results, (tuple, list)) else [results]
    for k, y in enumerate(results):
        into[f"{mode}.y{k}"] = y.detach().contiguous()
    differentiable = [y for y in results if y.requires_grad]
    if not differentiable:
        return
    cotangents = [torch.tensor(random.standard_normal(y.shape), dtype=torch.float32) for y in differentiable]
    torch.autograd.backward(differentiable, [g.double() for g in cotangents])
    for k, g in enumerate(cotangents):
        into[f"{mode}.g{k}"] = g
    for i, x in enumerate(inputs):
        if x.is_floating_point():
            into[f"{mode}.d{i}"] = torch.zeros_like(x).detach() if x.grad is None else x.grad.clone()
    for key, parameter in module.named_parameters():
        gradient = parameter.grad
        into[f"{mode}.p.{key}"] = torch.zeros_like(parameter).detach() if gradient is None else (gradient.to_dense() if gradient.is_sparse else gradient).clone()


def of_fresh(row, into):
    samples = {}
    for _ in range(FRESH):
        for key, parameter in evaluate(row["torch"]).named_parameters():
            samples.setdefault(key, []).append(parameter.detach().double().flatten())
    for key, values in samples.items():
        values = torch.cat(values)
        into[f"init.{key}"] = torch.stack([values.mean(), values.std(unbiased=False), values.abs().max()])


def generate(line):
    row = json.loads(line)
    seed = zlib.crc32(row["name"].encode())
    random = numpy.random.RandomState(seed)
    torch.manual_seed(seed)
    tensors = {}
    module = evaluate(row["torch"])
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.add_(0.2 * torch.randn_like(parameter))
    module = module.double()
    for key, value in module.state_dict().items():
        tensors[f"state.{key}"] = single(value).clone()
    stored = [draw(spec, random) for spec in row["inputs"]]
    for i, x in enumerate(stored):
        tensors[f"x{i}"] = x
    module.load_state_dict({key[6:]: value for key, value in tensors.items() if key.startswith("state.")})
    if not row["random"]:
        of_mode("train", row, module, stored, random, tensors)
    for key, value in module.named_buffers():
        if f"state.{key}" in tensors:
            tensors[f"after.{key}"] = value.detach().clone()
    of_mode("eval", row, module, stored, random, tensors)
    of_fresh(row, tensors)
    save(LAYERS / f"{row['name']}.safetensors", {key: value.detach() for key, value in tensors.items()}, {"description": line})


class Block(nn.Module):
    """A residual block with children in fields, a buffer and a parameter of its own."""

    def __init__(self, size, hidden):
        super().__init__()
        self.norm1 = nn.LayerNorm(size)
        self.fc_in = nn.Linear(size, hidden)
        self.fc_out = nn.Linear(hidden, size, bias=False)
        self.act = nn.GELU()
        self.layer_scale = nn.Parameter(torch.randn(size))
        self.register_buffer("running_mean", torch.randn(size))

    def forward(self, x):
        return x + self.layer_scale * self.fc_out(self.act(self.fc_in(self.norm1(x - self.running_mean))))


class Net(nn.Module):
    """Nested modules, a list of them, and tied weights."""

    def __init__(self):
        super().__init__()
        self.embed = nn.Linear(6, 8, bias=False)
        self.blocks = nn.ModuleList([Block(8, 16), Block(8, 12)])
        self.head = nn.Sequential(nn.LayerNorm(8, elementwise_affine=False), nn.Tanh(), nn.Linear(8, 8))
        self.decode = nn.Linear(6, 8)
        self.decode.weight = self.embed.weight

    def forward(self, x):
        x = self.embed(x)
        for block in self.blocks:
            x = block(x)
        return self.head(x) + self.decode.bias


def models():
    """Each model with an input."""
    yield "net", Net(), torch.randn(2, 3, 6)
    yield "conv", nn.Sequential(
        nn.Conv2d(2, 4, (3, 2), stride=(1, 2), padding=(2, 1)), nn.ReLU(), nn.MaxPool2d(2, stride=1, padding=1),
        nn.Conv2d(4, 6, 3, padding=1, groups=2, bias=False), nn.LeakyReLU(0.2), nn.MaxPool2d((3, 2)),
        nn.Conv2d(6, 3, 2, dilation=2), nn.Flatten(), nn.Sigmoid(), nn.Linear(12, 5), nn.LogSoftmax(dim=-1)), torch.randn(3, 2, 11, 13)
    yield "norms", nn.Sequential(nn.LayerNorm([4, 5]), nn.Softmax(dim=1), nn.LayerNorm(5, eps=1e-2)), torch.randn(2, 4, 5)


def of_models():
    """All tensors of layers.safetensors."""
    torch.manual_seed(14)
    tensors = {}
    for name, model, x in models():
        with torch.no_grad():
            for parameter in model.parameters():
                parameter.add_(0.1 * torch.randn_like(parameter))
        x.requires_grad_()
        y = model(x)
        weights = torch.randn_like(y)
        (y * weights).sum().backward()
        for key, value in model.state_dict().items():
            tensors[f"{name}.state.{key}"] = value
        for key, value in model.named_parameters():
            tensors[f"{name}.gradient.{key}"] = value.grad
        tensors.update({f"{name}.input": x, f"{name}.output": y, f"{name}.weights": weights, f"{name}.input_gradient": x.grad})
    return tensors


if __name__ == "__main__":
    LAYERS.mkdir(exist_ok=True)
    named = sys.argv[1:]
    for line in rows("DeepNotes.Nn.Tests", "DEEPNOTES_LAYER_TABLE"):
        name = json.loads(line)["name"]
        if named == ["--all"] or name in named or (not named and description(LAYERS / f"{name}.safetensors") != line):
            print(name)
            generate(line)
    if not named or named == ["--all"]:
        save(HERE / "layers.safetensors", of_models())
