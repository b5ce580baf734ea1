"""50 steps of every optimizer in float64 on given gradients: optimizers.safetensors.

Run with Debian's python3-torch (1.13): python3 tests/goldens/generate_optimizers.py
"""

import pathlib

import torch

from safetensors_writer import save

STEPS = 50

CONFIGURATIONS = {
    "sgd": (torch.optim.SGD, dict(lr=0.05)),
    "sgd_decay": (torch.optim.SGD, dict(lr=0.05, weight_decay=0.01)),
    "sgd_momentum": (torch.optim.SGD, dict(lr=0.05, momentum=0.9, dampening=0.1, weight_decay=0.01)),
    "sgd_nesterov": (torch.optim.SGD, dict(lr=0.05, momentum=0.9, nesterov=True, weight_decay=0.01)),
    "adam": (torch.optim.Adam, dict(lr=0.01)),
    "adam_decay": (torch.optim.Adam, dict(lr=0.01, betas=(0.8, 0.95), eps=1e-3, weight_decay=0.1)),
    "adam_amsgrad": (torch.optim.Adam, dict(lr=0.01, betas=(0.8, 0.95), eps=1e-3, amsgrad=True)),
    "adamw": (torch.optim.AdamW, dict(lr=0.01)),
    "adamw_decay": (torch.optim.AdamW, dict(lr=0.01, betas=(0.8, 0.95), eps=1e-3, weight_decay=0.1)),
    "adamw_amsgrad": (torch.optim.AdamW, dict(lr=0.01, betas=(0.8, 0.95), eps=1e-3, weight_decay=0.1, amsgrad=True)),
    "rmsprop": (torch.optim.RMSprop, dict(lr=0.01, alpha=0.9, eps=1e-3, weight_decay=0.1)),
    "rmsprop_momentum": (torch.optim.RMSprop, dict(lr=0.01, momentum=0.8)),
    "rmsprop_centered": (torch.optim.RMSprop, dict(lr=0.01, alpha=0.9, eps=1e-3, centered=True)),
    "rmsprop_both": (torch.optim.RMSprop, dict(lr=0.01, alpha=0.9, eps=1e-3, momentum=0.8, centered=True, weight_decay=0.1)),
    "adagrad": (torch.optim.Adagrad, dict(lr=0.05, lr_decay=0.1, weight_decay=0.1, initial_accumulator_value=0.2, eps=1e-3)),
    "adadelta": (torch.optim.Adadelta, dict(lr=0.5, rho=0.8, eps=1e-4, weight_decay=0.1)),
    "adamax": (torch.optim.Adamax, dict(lr=0.01, betas=(0.8, 0.95), eps=1e-3, weight_decay=0.1)),
}


def trajectory(make, options, starts, gradients, groups=None):
    """The parameters after each step."""
    parameters = [start.clone().requires_grad_() for start in starts]
    optimizer = make(groups(parameters) if groups else parameters, **options)
    visited = [[] for _ in parameters]
    for step in range(STEPS):
        for parameter, gradient in zip(parameters, gradients):
            parameter.grad = gradient[step].clone()
        optimizer.step()
        for places, parameter in zip(visited, parameters):
            places.append(parameter.detach().clone())
    return [torch.stack(places) for places in visited]


def generate():
    """All tensors of the file."""
    torch.manual_seed(14)
    starts = [torch.randn(3, 4, dtype=torch.float64), torch.randn(5, dtype=torch.float64)]
    # From gradients far below epsilon to large ones, so that a misplaced epsilon shows.
    gradients = [torch.randn(STEPS, *s.shape, dtype=torch.float64) * 10.0 ** torch.linspace(-5, 1, s.numel(), dtype=torch.float64).reshape(s.shape) for s in starts]
    tensors = {}
    for i, (start, gradient) in enumerate(zip(starts, gradients)):
        tensors[f"start.{i}"] = start
        tensors[f"gradients.{i}"] = gradient
    for name, (make, options) in CONFIGURATIONS.items():
        for i, places in enumerate(trajectory(make, options, starts, gradients)):
            tensors[f"{name}.{i}"] = places
    groups = lambda p: [dict(params=[p[0]], lr=0.1, weight_decay=0.0), dict(params=[p[1]])]
    for i, places in enumerate(trajectory(torch.optim.AdamW, dict(lr=0.01, weight_decay=0.2), starts, gradients, groups)):
        tensors[f"adamw_groups.{i}"] = places
    return tensors


if __name__ == "__main__":
    save(pathlib.Path(__file__).with_name("optimizers.safetensors"), generate())
