"""Learning rates, and momenta, that PyTorch's schedules give in 40 steps: schedules.safetensors.

Run with Debian's python3-torch (1.13): python3 tests/goldens/generate_schedules.py
"""

import math
import pathlib
import warnings

import torch
from torch.optim import lr_scheduler as lr

from safetensors_writer import save

warnings.filterwarnings("ignore")  # Schedules without steps of the optimizer, and PyTorch's own use of what it deprecates.

STEPS = 40


def sgd():
    parameters = [torch.nn.Parameter(torch.zeros(1)) for _ in range(2)]
    return torch.optim.SGD([{"params": [parameters[0]]}, {"params": [parameters[1]], "lr": 0.3}], lr=0.05, momentum=0.9)


def adam():
    parameters = [torch.nn.Parameter(torch.zeros(1)) for _ in range(2)]
    return torch.optim.Adam([{"params": [parameters[0]]}, {"params": [parameters[1]], "lr": 0.3}], lr=0.05)


def warmup(warm, total=None, linear=False):
    """The schedules of Hugging Face's transformers, restated."""
    def factor(step):
        if step < warm:
            return step / max(1, warm)
        if total is None:
            return 1.0
        part = (step - warm) / max(1, total - warm)
        return max(0.0, 1 - part) if linear else 0.5 * (1 + math.cos(math.pi * min(1, part)))
    return factor


SCHEDULES = {
    "step": lambda o: lr.StepLR(o, 7, 0.3),
    "multi_step": lambda o: lr.MultiStepLR(o, [4, 9, 9, 25], 0.5),
    "constant": lambda o: lr.ConstantLR(o, 0.4, 6),
    "linear": lambda o: lr.LinearLR(o, 0.2, 0.7, 12),
    "exponential": lambda o: lr.ExponentialLR(o, 0.93),
    "polynomial": lambda o: lr.PolynomialLR(o, 15, 1.7),
    "cosine": lambda o: lr.CosineAnnealingLR(o, 12, 0.01),
    "cosine_zero": lambda o: lr.CosineAnnealingLR(o, 9),
    "restarts": lambda o: lr.CosineAnnealingWarmRestarts(o, 4, 2, 0.002),
    "restarts_equal": lambda o: lr.CosineAnnealingWarmRestarts(o, 7),
    "cyclic": lambda o: lr.CyclicLR(o, 0.01, 0.2, 5, 8),
    "cyclic_triangular2": lambda o: lr.CyclicLR(o, 0.01, 0.2, 6, mode="triangular2", base_momentum=0.7, max_momentum=0.95),
    "cyclic_exp_range": lambda o: lr.CyclicLR(o, 0.01, 0.2, 4, 3, mode="exp_range", gamma=0.97, cycle_momentum=False),
    "one_cycle": lambda o: lr.OneCycleLR(o, 0.4, STEPS),
    "one_cycle_linear": lambda o: lr.OneCycleLR(o, 0.4, STEPS, pct_start=0.25, anneal_strategy="linear", div_factor=10, final_div_factor=100, base_momentum=0.7, max_momentum=0.9),
    "one_cycle_three": lambda o: lr.OneCycleLR(o, 0.4, STEPS, three_phase=True, cycle_momentum=False),
    "one_cycle_adam": lambda o: lr.OneCycleLR(o, 0.4, STEPS, three_phase=True),
    "lambda": lambda o: lr.LambdaLR(o, lambda t: 1 / (1 + t)),
    "lambda_each": lambda o: lr.LambdaLR(o, [lambda t: 0.9 ** t, lambda t: 1 + t % 3]),
    "multiplicative": lambda o: lr.MultiplicativeLR(o, lambda t: 0.5 if t % 5 == 0 else 1.05),
    "warmup": lambda o: lr.LambdaLR(o, warmup(8)),
    "warmup_linear": lambda o: lr.LambdaLR(o, warmup(8, 30, linear=True)),
    "warmup_cosine": lambda o: lr.LambdaLR(o, warmup(8, 30)),
    "chained": lambda o: lr.ChainedScheduler([lr.ConstantLR(o, 0.1, 4), lr.ExponentialLR(o, 0.9), lr.StepLR(o, 10, 0.5)]),
    "sequential": lambda o: lr.SequentialLR(o, [lr.LinearLR(o, 0.1, 1, 6), lr.CosineAnnealingLR(o, 10, 0.001), lr.ExponentialLR(o, 0.9)], [6, 20]),
    "sequential_restarts": lambda o: lr.SequentialLR(o, [lr.ConstantLR(o, 0.1, 3), lr.CosineAnnealingWarmRestarts(o, 5), lr.MultiplicativeLR(o, lambda t: 0.8), lr.LambdaLR(o, lambda t: 1 / (2 + t))], [5, 18, 25]),
    "sequential_steps": lambda o: lr.SequentialLR(o, [lr.StepLR(o, 2, 0.5), lr.PolynomialLR(o, 8, 2.0), lr.ConstantLR(o, 0.3, 4)], [7, 19]),
}

PLATEAU = {
    "plateau": dict(factor=0.5, patience=2),
    "plateau_max": dict(mode="max", factor=0.3, patience=1, threshold=0.05, cooldown=3),
    "plateau_abs": dict(factor=0.5, patience=1, threshold=0.2, threshold_mode="abs", min_lr=0.01),
    "plateau_max_abs": dict(mode="max", factor=0.1, patience=0, threshold=0.3, threshold_mode="abs", eps=1e-3),
}


def generate():
    tensors = {}
    for name, make in SCHEDULES.items():
        optimizer = adam() if name.endswith("adam") else sgd()
        schedule = make(optimizer)
        rates, momenta = [], []
        for _ in range(STEPS):
            rates.append([group["lr"] for group in optimizer.param_groups])
            momenta.append([group["betas"][0] if "betas" in group else group["momentum"] for group in optimizer.param_groups])
            if len(rates) < STEPS:
                schedule.step()
        tensors[f"{name}.rates"] = torch.tensor(rates, dtype=torch.float64)
        tensors[f"{name}.momenta"] = torch.tensor(momenta, dtype=torch.float64)
    torch.manual_seed(16)
    measures = 2 + 1.5 * torch.exp(-torch.arange(STEPS) / 6.0).double() + 0.1 * torch.randn(STEPS, dtype=torch.float64)
    tensors["plateau.measures"] = measures
    for name, options in PLATEAU.items():
        optimizer = sgd()
        schedule = lr.ReduceLROnPlateau(optimizer, **options)
        rates = []
        for measure in measures:
            schedule.step(-measure.item() if options.get("mode") == "max" else measure.item())
            rates.append([group["lr"] for group in optimizer.param_groups])
        tensors[f"{name}.rates"] = torch.tensor(rates, dtype=torch.float64)
    return tensors


if __name__ == "__main__":
    save(pathlib.Path(__file__).with_name("schedules.safetensors"), generate())
