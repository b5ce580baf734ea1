"""Layers that PyTorch 1.13 does not have, restated in its operations."""

import torch
from torch import nn


class RMSNorm(nn.Module):
    """torch.nn.RMSNorm of PyTorch 2.4: x / sqrt(mean(x^2) + eps) * weight over the last dimensions."""

    def __init__(self, normalized_shape, eps=None, elementwise_affine=True):
        super().__init__()
        self.dims = tuple(range(-len(normalized_shape), 0))
        self.eps = eps
        if elementwise_affine:
            self.weight = nn.Parameter(torch.ones(normalized_shape))
        else:
            self.register_parameter("weight", None)

    def forward(self, x):
        eps = torch.finfo(torch.float32).eps if self.eps is None else self.eps
        y = x / (x.pow(2).mean(self.dims, keepdim=True) + eps).sqrt()
        return y if self.weight is None else y * self.weight


class GroupedAttention(nn.Module):
    """Causal self-attention in which several heads of queries share one of keys and values (Ainslie et al. 2023), with nn.MultiheadAttention's parameters."""

    def __init__(self, dim, heads, kv_heads):
        super().__init__()
        self.heads, self.kv_heads, self.head_dim = heads, kv_heads, dim // heads
        self.in_proj_weight = nn.Parameter(torch.empty(dim + 2 * kv_heads * self.head_dim, dim))
        self.in_proj_bias = nn.Parameter(torch.zeros(dim + 2 * kv_heads * self.head_dim))
        self.out_proj = nn.Linear(dim, dim)
        nn.init.xavier_uniform_(self.in_proj_weight)
        nn.init.zeros_(self.out_proj.bias)

    def forward(self, x):
        n, t, e = x.shape
        q, k, v = (x @ self.in_proj_weight.T + self.in_proj_bias).split([e, self.kv_heads * self.head_dim, self.kv_heads * self.head_dim], -1)
        q = q.view(n, t, self.heads, self.head_dim).transpose(1, 2)
        k, v = [y.view(n, t, self.kv_heads, self.head_dim).transpose(1, 2).repeat_interleave(self.heads // self.kv_heads, 1) for y in (k, v)]
        weights = (q @ k.mT / self.head_dim**0.5 + torch.full((t, t), -torch.inf).triu(1)).softmax(-1)
        return self.out_proj((weights @ v).transpose(1, 2).reshape(n, t, e)), weights.mean(1)


class SwiGLUEncoderLayer(nn.Module):
    """nn.TransformerEncoderLayer with norm_first and a gated unit of silu (Shazeer 2020) inside."""

    def __init__(self, dim, heads, width):
        super().__init__()
        self.self_attn = nn.MultiheadAttention(dim, heads)
        self.linear1 = nn.Linear(dim, 2 * width)
        self.linear2 = nn.Linear(width, dim)
        self.norm1 = nn.LayerNorm(dim)
        self.norm2 = nn.LayerNorm(dim)

    def forward(self, x):
        y = self.norm1(x)
        x = x + self.self_attn(y, y, y, need_weights=False)[0]
        gate, up = self.linear1(self.norm2(x)).chunk(2, -1)
        return x + self.linear2(torch.nn.functional.silu(gate) * up)


class RotaryEmbedding(nn.Module):
    """Rotary positions: by halves as transformers' Llama has them (rotate_half), or by complex products of neighbours as Meta's Llama has them."""

    def __init__(self, dim, theta=10000.0, interleaved=False, offset=0):
        super().__init__()
        self.dim, self.theta, self.interleaved, self.offset = dim, theta, interleaved, offset

    def forward(self, x):
        x, rest = x[..., : self.dim], x[..., self.dim :]
        positions = torch.arange(self.offset, self.offset + x.shape[-2], dtype=torch.float64)
        angles = torch.outer(positions, self.theta ** (-torch.arange(0, self.dim, 2, dtype=torch.float64) / self.dim))
        if self.interleaved:
            turned = torch.view_as_real(torch.view_as_complex(x.double().reshape(*x.shape[:-1], -1, 2)) * torch.polar(torch.ones_like(angles), angles)).flatten(-2).to(x.dtype)
        else:
            cos, sin = [torch.cat([y, y], -1).to(x.dtype) for y in (angles.cos(), angles.sin())]
            half = self.dim // 2
            turned = x * cos + torch.cat([-x[..., half:], x[..., :half]], -1) * sin
        return torch.cat([turned, rest], -1)


class SinusoidalPositions(nn.Module):
    """Positions of Vaswani et al. 2017, section 3.5."""

    def __init__(self, dim, offset):
        super().__init__()
        self.dim, self.offset = dim, offset

    def forward(self, x):
        position = torch.arange(self.offset, self.offset + x.shape[-2], dtype=torch.float64)[:, None]
        rate = torch.exp(torch.arange(0, self.dim, 2, dtype=torch.float64) * (-torch.log(torch.tensor(10000.0, dtype=torch.float64)) / self.dim))
        table = torch.zeros(x.shape[-2], self.dim, dtype=torch.float64)
        table[:, 0::2] = torch.sin(position * rate)
        table[:, 1::2] = torch.cos(position * rate)
        return x + table.to(x.dtype)


class LearnedPositions(nn.Embedding):
    """Vectors that are added to positions."""

    def __init__(self, count, dim, offset):
        super().__init__(count, dim)
        self.offset = offset

    def forward(self, x):
        return x + super().forward(torch.arange(self.offset, self.offset + x.shape[-2]))


class RelativePositionBias(nn.Embedding):
    """T5's buckets, after the reference (mesh-tensorflow's _relative_position_bucket, as transformers has it)."""

    def __init__(self, heads, buckets=32, max_distance=128, bidirectional=True):
        super().__init__(buckets, heads)
        self.max_distance, self.bidirectional = max_distance, bidirectional

    def forward(self, queries, keys, offset=0):
        relative = torch.arange(keys)[None, :] - (torch.arange(queries)[:, None] + offset)
        buckets, result = self.num_embeddings, torch.zeros_like(relative)
        if self.bidirectional:
            buckets //= 2
            result = result + (relative > 0).long() * buckets
            relative = relative.abs()
        else:
            relative = -torch.min(relative, torch.zeros_like(relative))
        exact = buckets // 2
        large = exact + (torch.log(relative.float() / exact) / torch.log(torch.tensor(self.max_distance / exact)) * (buckets - exact)).long()
        large = torch.min(large, torch.full_like(large, buckets - 1))
        return super().forward(result + torch.where(relative < exact, relative, large)).permute(2, 0, 1)


class AlibiBias(nn.Module):
    """The slopes of Press et al. 2022 (get_slopes of their code), times the distance, added to scores."""

    def __init__(self, heads):
        super().__init__()
        self.heads = heads

    @staticmethod
    def slopes(n):
        if (n & (n - 1)) == 0:
            start = 2.0 ** (-8 / n)
            return [start ** (i + 1) for i in range(n)]
        below = 2 ** (n.bit_length() - 1)
        return AlibiBias.slopes(below) + AlibiBias.slopes(2 * below)[0::2][: n - below]

    def forward(self, x):
        distance = (torch.arange(x.shape[-1])[None, :] - torch.arange(x.shape[-2])[:, None] - 1).abs()
        return x - torch.tensor(self.slopes(self.heads), dtype=x.dtype)[:, None, None] * distance


class LPPool3d(nn.Module):
    """torch.nn.LPPool3d of PyTorch 2.5."""

    def __init__(self, norm_type, kernel, stride=None):
        super().__init__()
        self.norm_type, self.pool, self.size = norm_type, nn.AvgPool3d(kernel, stride), kernel**3

    def forward(self, x):
        return (self.pool(x.pow(self.norm_type)) * self.size).pow(1 / self.norm_type)


class ChannelShuffle(nn.Module):
    """torch.nn.ChannelShuffle, which 1.13 cannot differentiate on the CPU."""

    def __init__(self, groups):
        super().__init__()
        self.groups = groups

    def forward(self, x):
        return x.reshape(x.shape[0], self.groups, -1, *x.shape[2:]).transpose(1, 2).reshape(x.shape)


class CircularPad(nn.Module):
    """torch.nn.CircularPad1d and so on, of PyTorch 2.1."""

    def __init__(self, padding):
        super().__init__()
        self.padding = padding

    def forward(self, x):
        return nn.functional.pad(x, self.padding, mode="circular")


def reduced(losses, reduction):
    return {"mean": losses.mean, "sum": losses.sum, "none": lambda: losses}[reduction]()


class FocalLoss(nn.Module):
    """Lin et al. 2017, equation 4, with weights of classes and a class that does not count."""

    def __init__(self, gamma=2, weight=None, ignore_index=-100, reduction="mean"):
        super().__init__()
        self.gamma, self.ignore_index, self.reduction = gamma, ignore_index, reduction
        self.register_buffer("weight", weight)

    def forward(self, x, labels):
        counts = labels != self.ignore_index
        x, labels = x[counts], labels[counts]
        logs = x.log_softmax(1).gather(1, labels.unsqueeze(1)).squeeze(1)
        losses = -((1 - logs.exp()) ** self.gamma) * logs
        return reduced(losses if self.weight is None else losses * self.weight[labels], self.reduction)


class SigmoidFocalLoss(nn.Module):
    """torchvision.ops.sigmoid_focal_loss."""

    def __init__(self, alpha=0.25, gamma=2, reduction="mean"):
        super().__init__()
        self.alpha, self.gamma, self.reduction = alpha, gamma, reduction

    def forward(self, x, t):
        p = torch.sigmoid(x)
        right = p * t + (1 - p) * (1 - t)
        entropy = nn.functional.binary_cross_entropy_with_logits(x, t, reduction="none")
        return reduced((self.alpha * t + (1 - self.alpha) * (1 - t)) * entropy * (1 - right) ** self.gamma, self.reduction)


class DiceLoss(nn.Module):
    """1 - (2 sum p t + s) / (sum p + sum t + s) for each of the leading dimensions."""

    def __init__(self, smooth=1, batch_dimensions=1, reduction="mean"):
        super().__init__()
        self.smooth, self.batch_dimensions, self.reduction = smooth, batch_dimensions, reduction

    def forward(self, p, t):
        p, t = p.flatten(self.batch_dimensions), t.flatten(self.batch_dimensions)
        return reduced(1 - (2 * (p * t).sum(-1) + self.smooth) / (p.sum(-1) + t.sum(-1) + self.smooth), self.reduction)


class InfoNCELoss(nn.Module):
    """van den Oord et al. 2018, with cosines over a temperature."""

    def __init__(self, temperature=0.1):
        super().__init__()
        self.temperature = temperature

    def forward(self, query, positive, negative=None):
        query, positive = nn.functional.normalize(query), nn.functional.normalize(positive)
        if negative is None:
            return nn.functional.cross_entropy(query @ positive.T / self.temperature, torch.arange(len(query)))
        logits = torch.cat([(query * positive).sum(1, keepdim=True), query @ nn.functional.normalize(negative).T], 1)
        return nn.functional.cross_entropy(logits / self.temperature, torch.zeros(len(query), dtype=torch.int64))
