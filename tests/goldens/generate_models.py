"""PyTorch's results for whole models, models.safetensors.

Run with Debian's python3-torch (1.13) and python3-torchvision:

    python3 tests/goldens/generate_models.py

GPT-2 and BERT are restated here in PyTorch's operations under the names that Hugging Face gives them; ResNet is torchvision's, and
as its weights are many, both sides fill them by the formula of `filled`, and of each gradient only its norm and its product with
other such numbers are kept.
"""

import math
import pathlib

import torch
import torch.nn.functional as F
import torchvision
from torch import nn

from safetensors_writer import save

HERE = pathlib.Path(__file__).parent


def filled(shape, seed):
    """Numbers in ±1/2, the same in any language: a linear congruence, then the high bits mixed into the low ones, for each place."""
    n = math.prod(shape)
    x = (torch.arange(n, dtype=torch.int64) * 2654435761 + seed * 40503) & 0xFFFFFFFF
    x = ((x ^ (x >> 15)) * 2246822519) & 0xFFFFFFFF
    x = x ^ (x >> 13)
    return (x.double() / 2**32 - 0.5).reshape(shape)


class Conv1D(nn.Module):
    def __init__(self, n_in, n_out):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(n_in, n_out) * 0.3)
        self.bias = nn.Parameter(torch.randn(n_out) * 0.1)

    def forward(self, x):
        return x @ self.weight + self.bias


class GptAttention(nn.Module):
    def __init__(self, dim, heads):
        super().__init__()
        self.heads = heads
        self.c_attn = Conv1D(dim, 3 * dim)
        self.c_proj = Conv1D(dim, dim)

    def forward(self, x):
        n, t, e = x.shape
        q, k, v = [y.view(n, t, self.heads, -1).transpose(1, 2) for y in self.c_attn(x).split(e, -1)]
        weights = (q @ k.mT / math.sqrt(e // self.heads) + torch.full((t, t), -torch.inf).triu(1)).softmax(-1)
        return self.c_proj((weights @ v).transpose(1, 2).reshape(n, t, e))


class GptMlp(nn.Module):
    def __init__(self, dim, width):
        super().__init__()
        self.c_fc = Conv1D(dim, width)
        self.c_proj = Conv1D(width, dim)

    def forward(self, x):
        x = self.c_fc(x)
        return self.c_proj(0.5 * x * (1 + torch.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))))


class GptBlock(nn.Module):
    def __init__(self, dim, heads):
        super().__init__()
        self.ln_1 = nn.LayerNorm(dim)
        self.attn = GptAttention(dim, heads)
        self.ln_2 = nn.LayerNorm(dim)
        self.mlp = GptMlp(dim, 4 * dim)

    def forward(self, x):
        x = x + self.attn(self.ln_1(x))
        return x + self.mlp(self.ln_2(x))


class Gpt(nn.Module):
    def __init__(self, vocabulary, dim, layers, heads, positions):
        super().__init__()
        self.transformer = nn.ModuleDict({
            "wte": nn.Embedding(vocabulary, dim), "wpe": nn.Embedding(positions, dim),
            "h": nn.ModuleList([GptBlock(dim, heads) for _ in range(layers)]), "ln_f": nn.LayerNorm(dim)})

    def forward(self, tokens):
        parts = self.transformer
        x = parts["wte"](tokens) + parts["wpe"].weight[: tokens.shape[1]]
        for block in parts["h"]:
            x = block(x)
        return parts["ln_f"](x) @ parts["wte"].weight.T


class BertSelfAttention(nn.Module):
    def __init__(self, dim, heads):
        super().__init__()
        self.heads = heads
        self.query, self.key, self.value = nn.Linear(dim, dim), nn.Linear(dim, dim), nn.Linear(dim, dim)

    def forward(self, x, mask):
        n, t, e = x.shape
        q, k, v = [layer(x).view(n, t, self.heads, -1).transpose(1, 2) for layer in (self.query, self.key, self.value)]
        scores = q @ k.mT / math.sqrt(e // self.heads)
        scores = scores.masked_fill(~mask[:, None, None, :], -torch.inf)
        return (scores.softmax(-1) @ v).transpose(1, 2).reshape(n, t, e)


class BertOutput(nn.Module):
    def __init__(self, n_in, dim):
        super().__init__()
        self.dense = nn.Linear(n_in, dim)
        self.LayerNorm = nn.LayerNorm(dim, 1e-12)

    def forward(self, x, shortcut):
        return self.LayerNorm(self.dense(x) + shortcut)


class BertLayer(nn.Module):
    def __init__(self, dim, heads):
        super().__init__()
        self.attention = nn.ModuleDict({"self": BertSelfAttention(dim, heads), "output": BertOutput(dim, dim)})
        self.intermediate = nn.ModuleDict({"dense": nn.Linear(dim, 4 * dim)})
        self.output = BertOutput(4 * dim, dim)

    def forward(self, x, mask):
        x = self.attention["output"](self.attention["self"](x, mask), x)
        return self.output(F.gelu(self.intermediate["dense"](x)), x)


class BertModel(nn.Module):
    def __init__(self, vocabulary, dim, layers, heads, positions, pooler):
        super().__init__()
        self.embeddings = nn.ModuleDict({
            "word_embeddings": nn.Embedding(vocabulary, dim, padding_idx=0), "position_embeddings": nn.Embedding(positions, dim),
            "token_type_embeddings": nn.Embedding(2, dim), "LayerNorm": nn.LayerNorm(dim, 1e-12)})
        self.encoder = nn.ModuleDict({"layer": nn.ModuleList([BertLayer(dim, heads) for _ in range(layers)])})
        if pooler:
            self.pooler = nn.ModuleDict({"dense": nn.Linear(dim, dim)})

    def forward(self, tokens, mask, types):
        parts = self.embeddings
        x = parts["word_embeddings"](tokens) + parts["position_embeddings"].weight[: tokens.shape[1]] + parts["token_type_embeddings"](types)
        x = parts["LayerNorm"](x)
        for layer in self.encoder["layer"]:
            x = layer(x, mask)
        return x


class BertClassifier(nn.Module):
    def __init__(self, *sizes, classes):
        super().__init__()
        self.bert = BertModel(*sizes, pooler=True)
        self.classifier = nn.Linear(sizes[1], classes)

    def forward(self, tokens, mask, types):
        return self.classifier(self.bert.pooler["dense"](self.bert(tokens, mask, types)[:, 0]).tanh())


class Predictions(nn.Module):
    def __init__(self, vocabulary, dim):
        super().__init__()
        self.bias = nn.Parameter(torch.randn(vocabulary))
        self.transform = nn.ModuleDict({"dense": nn.Linear(dim, dim), "LayerNorm": nn.LayerNorm(dim, 1e-12)})


class BertMaskedLanguageModel(nn.Module):
    def __init__(self, *sizes):
        super().__init__()
        self.bert = BertModel(*sizes, pooler=False)
        self.cls = nn.ModuleDict({"predictions": Predictions(*sizes[:2])})

    def forward(self, tokens, mask, types):
        head = self.cls["predictions"]
        x = head.transform["LayerNorm"](F.gelu(head.transform["dense"](self.bert(tokens, mask, types))))
        return x @ self.bert.embeddings["word_embeddings"].weight.T + head.bias


def of(name, model, inputs, into):
    """Everything there is to know of a small model: state, inputs, output, cotangent, gradients."""
    model = model.double()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(0.1 * torch.randn_like(parameter))
            parameter.copy_(parameter.float())
    y = model(*inputs)
    g = torch.randn_like(y).float()
    y.backward(g.double())
    for key, value in model.state_dict().items():
        into[f"{name}.state.{key}"] = value.float()
    for key, value in model.named_parameters():
        into[f"{name}.gradient.{key}"] = value.grad
    for i, x in enumerate(inputs):
        into[f"{name}.x{i}"] = x
    into[f"{name}.y"], into[f"{name}.g"] = y, g


def of_resnet(name, blocks, size, into):
    """torchvision's network in training, with formula weights."""
    model = torchvision.models.resnet._resnet(torchvision.models.resnet.BasicBlock, blocks, weights=None, progress=False, num_classes=10).double()
    with torch.no_grad():
        for i, parameter in enumerate(model.parameters()):
            fan = math.prod(parameter.shape[1:])
            parameter.copy_(filled(parameter.shape, i) * math.sqrt(24 / fan) if parameter.dim() > 1 else 1 + filled(parameter.shape, i))
    x = filled((2, 3, size, size), 1000) * 2
    y = model(x)
    y.backward(filled(y.shape, 1001))
    into[f"{name}.y"] = y
    for key, value in model.state_dict().items():
        into[f"{name}.shape.{key}"] = torch.tensor(value.shape, dtype=torch.int64)
    for i, (key, value) in enumerate(model.named_parameters()):
        into[f"{name}.gradient.{key}"] = torch.stack([value.grad.norm(), (value.grad * filled(value.shape, 2000 + i)).sum()])
    into[f"{name}.running_mean"] = model.layer4[1].bn2.running_mean
    model.eval()
    into[f"{name}.eval"] = model(x)


if __name__ == "__main__":
    torch.manual_seed(17)
    tensors = {}
    of("gpt", Gpt(11, 12, 2, 3, 9), [torch.randint(11, (2, 7))], tensors)
    mask = torch.tensor([[1, 1, 1, 1, 1], [1, 1, 1, 0, 0]], dtype=torch.bool)
    texts = lambda: [torch.randint(13, (2, 5)) * mask, mask, torch.tensor([[0, 0, 1, 1, 1], [0, 1, 1, 0, 0]])]
    of("bert", BertClassifier(13, 12, 2, 3, 8, classes=4), texts(), tensors)
    of("bert_lm", BertMaskedLanguageModel(13, 12, 1, 2, 8), texts(), tensors)
    of_resnet("resnet18", [2, 2, 2, 2], 40, tensors)
    of_resnet("resnet34", [3, 4, 6, 3], 33, tensors)
    save(HERE / "models.safetensors", {key: value.detach() for key, value in tensors.items()})
