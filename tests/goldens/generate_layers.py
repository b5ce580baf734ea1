"""State dicts, inputs and outputs of PyTorch models: layers.safetensors.

Run with Debian's python3-torch (1.13): python3 tests/goldens/generate_layers.py
"""

import pathlib

import torch
from torch import nn

from safetensors_writer import save


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


def generate():
    """All tensors of the file."""
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
    save(pathlib.Path(__file__).with_name("layers.safetensors"), generate())
