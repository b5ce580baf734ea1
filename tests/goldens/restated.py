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
