"""50 steps of every optimizer in float64 on given gradients: optimizers.safetensors.

Run with Debian's python3-torch (1.13): python3 tests/goldens/generate_optimizers.py
What that version does not have is written out here in its operations, after the papers and PyTorch 2.9's documentation.
"""

import math
import pathlib

import torch

from safetensors_writer import save

# Single numbers of an optimizer's state (NAdam's, ASGD's) are kept in the default type.
torch.set_default_dtype(torch.float64)

STEPS = 50


class Formula(torch.optim.Optimizer):
    """An optimizer as one function of parameter, gradient, state and options, with maximize and both kinds of weight decay."""

    defaults = {}

    def __init__(self, params, **options):
        super().__init__(params, {"weight_decay": 0.0, "maximize": False, **self.defaults, **options})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                state = self.state[p]
                state["step"] = state.get("step", 0) + 1
                self.update(p, -p.grad if group["maximize"] else p.grad, state, group)


class Lion(Formula):
    defaults = dict(lr=1e-4, betas=(0.9, 0.99))

    def update(self, p, g, state, o):
        m = state.setdefault("exp_avg", torch.zeros_like(p))
        p.mul_(1 - o["lr"] * o["weight_decay"])
        p.sub_(o["lr"] * torch.sign(o["betas"][0] * m + (1 - o["betas"][0]) * g))
        m.mul_(o["betas"][1]).add_((1 - o["betas"][1]) * g)


class Adafactor(Formula):
    defaults = dict(lr=1e-2, beta2_decay=-0.8, eps=(None, 1e-3), d=1.0)

    def update(self, p, g, state, o):
        rms = lambda x: math.sqrt(x.square().mean().item())
        eps1 = o["eps"][0] if o["eps"][0] is not None else torch.finfo(p.dtype).eps
        t = float(state["step"])
        new = t ** o["beta2_decay"]
        alpha = max(o["eps"][1], rms(p)) * min(o["lr"], t ** -0.5)
        p.mul_(1 - o["lr"] * o["weight_decay"])
        if p.dim() > 1:
            for name, dim in (("row_var", -1), ("col_var", -2)):
                mean = g.square().mean(dim, keepdim=True)
                state[name] = (1 - new) * state.get(name, torch.zeros_like(mean)) + new * mean
            variance = state["row_var"] @ state["col_var"] / state["row_var"].mean(-2, keepdim=True).clamp(min=eps1)
        else:
            variance = state["variance"] = (1 - new) * state.get("variance", torch.zeros_like(p)) + new * g.square()
        update = g / variance.clamp(min=eps1 ** 2).sqrt()
        p.sub_(alpha / max(1.0, rms(update) / o["d"]) * update)


class Muon(Formula):
    defaults = dict(lr=1e-3, weight_decay=0.1, momentum=0.95, nesterov=True, coefficients=(3.4445, -4.7750, 2.0315), eps=1e-7, ns_steps=5, match=False)

    def update(self, p, g, state, o):
        buffer = state["momentum_buffer"] = o["momentum"] * state.get("momentum_buffer", torch.zeros_like(p)) + (1 - o["momentum"]) * g
        x = (1 - o["momentum"]) * g + o["momentum"] * buffer if o["nesterov"] else buffer
        rows, columns = p.shape
        x = x.T if rows > columns else x
        x = x / x.norm().clamp(min=o["eps"])
        a, b, c = o["coefficients"]
        for _ in range(o["ns_steps"]):
            s = x @ x.T
            x = a * x + (b * s + c * s @ s) @ x
        x = x.T if rows > columns else x
        fit = 0.2 * math.sqrt(max(rows, columns)) if o["match"] else math.sqrt(max(1, rows / columns))
        p.mul_(1 - o["lr"] * o["weight_decay"]).sub_(o["lr"] * fit * x)


def wrapped(make, **changes):
    """An optimizer of PyTorch 1.13 that is given what it does not have: maximize, or weight decay beside the gradient."""

    class Wrapped(make):
        def step(self):
            for group in self.param_groups:
                for p in group["params"]:
                    if "maximize" in changes:
                        p.grad = -p.grad
                    with torch.no_grad():
                        p.mul_(1 - group["lr"] * changes.get("decay", 0.0))
            super().step()

    return Wrapped


CONFIGURATIONS = {
    "sgd": (torch.optim.SGD, dict(lr=0.05)),
    "sgd_decay": (torch.optim.SGD, dict(lr=0.05, weight_decay=0.01)),
    "sgd_momentum": (torch.optim.SGD, dict(lr=0.05, momentum=0.9, dampening=0.1, weight_decay=0.01)),
    "sgd_nesterov": (torch.optim.SGD, dict(lr=0.05, momentum=0.9, nesterov=True, weight_decay=0.01)),
    "sgd_maximize": (torch.optim.SGD, dict(lr=0.05, momentum=0.9, weight_decay=0.01, maximize=True)),
    "adam": (torch.optim.Adam, dict(lr=0.01)),
    "adam_decay": (torch.optim.Adam, dict(lr=0.01, betas=(0.8, 0.95), eps=1e-3, weight_decay=0.1)),
    "adam_amsgrad": (torch.optim.Adam, dict(lr=0.01, betas=(0.8, 0.95), eps=1e-3, amsgrad=True)),
    "adam_maximize": (torch.optim.Adam, dict(lr=0.01, betas=(0.8, 0.95), eps=1e-3, amsgrad=True, weight_decay=0.1, maximize=True)),
    "adamw": (torch.optim.AdamW, dict(lr=0.01)),
    "adamw_decay": (torch.optim.AdamW, dict(lr=0.01, betas=(0.8, 0.95), eps=1e-3, weight_decay=0.1)),
    "adamw_amsgrad": (torch.optim.AdamW, dict(lr=0.01, betas=(0.8, 0.95), eps=1e-3, weight_decay=0.1, amsgrad=True)),
    "adamw_maximize": (torch.optim.AdamW, dict(lr=0.01, eps=1e-3, weight_decay=0.1, maximize=True)),
    "rmsprop": (torch.optim.RMSprop, dict(lr=0.01, alpha=0.9, eps=1e-3, weight_decay=0.1)),
    "rmsprop_momentum": (torch.optim.RMSprop, dict(lr=0.01, momentum=0.8)),
    "rmsprop_centered": (torch.optim.RMSprop, dict(lr=0.01, alpha=0.9, eps=1e-3, centered=True)),
    "rmsprop_both": (torch.optim.RMSprop, dict(lr=0.01, alpha=0.9, eps=1e-3, momentum=0.8, centered=True, weight_decay=0.1)),
    "rmsprop_maximize": (torch.optim.RMSprop, dict(lr=0.01, alpha=0.9, eps=1e-3, momentum=0.8, weight_decay=0.1, maximize=True)),
    "adagrad": (torch.optim.Adagrad, dict(lr=0.05, lr_decay=0.1, weight_decay=0.1, initial_accumulator_value=0.2, eps=1e-3)),
    "adagrad_maximize": (torch.optim.Adagrad, dict(lr=0.05, maximize=True)),
    "adadelta": (torch.optim.Adadelta, dict(lr=0.5, rho=0.8, eps=1e-4, weight_decay=0.1)),
    "adadelta_maximize": (torch.optim.Adadelta, dict(lr=0.5, maximize=True)),
    "adamax": (torch.optim.Adamax, dict(lr=0.01, betas=(0.8, 0.95), eps=1e-3, weight_decay=0.1)),
    "adamax_maximize": (torch.optim.Adamax, dict(lr=0.01, maximize=True)),
    "nadam": (torch.optim.NAdam, dict(lr=0.01)),
    "nadam_decay": (torch.optim.NAdam, dict(lr=0.01, betas=(0.8, 0.95), eps=1e-3, weight_decay=0.1, momentum_decay=0.02)),
    "nadam_decoupled": (wrapped(torch.optim.NAdam, decay=0.1), dict(lr=0.01, eps=1e-3)),
    "nadam_maximize": (wrapped(torch.optim.NAdam, maximize=True), dict(lr=0.01)),
    "radam": (torch.optim.RAdam, dict(lr=0.01)),
    "radam_decay": (torch.optim.RAdam, dict(lr=0.01, betas=(0.8, 0.95), eps=1e-3, weight_decay=0.1)),
    "radam_decoupled": (wrapped(torch.optim.RAdam, decay=0.1), dict(lr=0.01, betas=(0.8, 0.95))),
    "radam_maximize": (wrapped(torch.optim.RAdam, maximize=True), dict(lr=0.01)),
    "asgd": (torch.optim.ASGD, dict(lr=0.05)),
    "asgd_average": (torch.optim.ASGD, dict(lr=0.05, lambd=0.01, alpha=0.6, t0=20, weight_decay=0.1)),
    "asgd_maximize": (torch.optim.ASGD, dict(lr=0.05, maximize=True)),
    "rprop": (torch.optim.Rprop, dict(lr=0.01)),
    "rprop_limits": (torch.optim.Rprop, dict(lr=0.01, etas=(0.3, 1.5), step_sizes=(0.004, 0.03))),
    "rprop_maximize": (torch.optim.Rprop, dict(lr=0.01, maximize=True)),
    "lion": (Lion, dict()),
    "lion_decay": (Lion, dict(lr=0.01, betas=(0.8, 0.95), weight_decay=0.3)),
    "lion_maximize": (Lion, dict(lr=0.01, maximize=True)),
    "adafactor": (Adafactor, dict()),
    "adafactor_decay": (Adafactor, dict(lr=0.3, beta2_decay=-0.6, eps=(1e-2, 0.5), d=1.5, weight_decay=0.1)),
    "adafactor_maximize": (Adafactor, dict(maximize=True)),
}

MATRICES = {
    "muon": (Muon, dict()),
    "muon_options": (Muon, dict(lr=0.02, weight_decay=0.3, momentum=0.8, nesterov=False, coefficients=(3.0, -3.0, 1.0), ns_steps=3, match=True)),
    "muon_maximize": (Muon, dict(lr=0.02, maximize=True)),
}


def trajectory(make, options, starts, gradients, groups=None):
    """The parameters after each step, and the optimizer."""
    parameters = [start.clone().requires_grad_() for start in starts]
    optimizer = make(groups(parameters) if groups else parameters, **options)
    visited = [[] for _ in parameters]
    for step in range(STEPS):
        for parameter, gradient in zip(parameters, gradients):
            parameter.grad = gradient[step].clone()
        optimizer.step()
        for places, parameter in zip(visited, parameters):
            places.append(parameter.detach().clone())
    return [torch.stack(places) for places in visited], optimizer, parameters


def rosenbrock(x):
    """Of n numbers: a curved valley, hard for the step length."""
    return (100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2).sum()


def least_squares(x):
    """Of a badly scaled line: what fixed steps get through."""
    scales = torch.linspace(1, 30, x.numel())
    return 0.5 * (scales * (x - 1) ** 2).sum() + 0.1 * torch.sin(x).sum()


# How many steps, too: in the curved valley rounding grows from step to step, soon beyond comparison.
LBFGS = {
    "fixed": (least_squares, 20, dict(lr=0.7, max_iter=4, history_size=3)),
    "fixed_once": (least_squares, 20, dict(lr=1, max_iter=1)),
    "wolfe": (rosenbrock, 8, dict(line_search_fn="strong_wolfe", max_iter=3)),
    "wolfe_history": (rosenbrock, 4, dict(lr=0.5, line_search_fn="strong_wolfe", max_iter=5, max_eval=9, history_size=2)),
}


def lbfgs(tensors):
    """Steps on functions: the parameters, a vector in two parts, and the number of evaluations after each step."""
    start = torch.tensor([-1.2, 1.0, 0.5, -0.7, 1.9, 0.1])
    tensors["lbfgs.start"] = start
    for name, (function, steps, options) in LBFGS.items():
        parts = [start[:4].clone().reshape(2, 2).requires_grad_(), start[4:].clone().requires_grad_()]
        optimizer = torch.optim.LBFGS(parts, **options)

        def closure():
            optimizer.zero_grad()
            loss = function(torch.cat([p.reshape(-1) for p in parts]))
            loss.backward()
            return loss

        places, losses, calls = [], [], []
        for _ in range(steps):
            losses.append(optimizer.step(closure).detach())
            places.append(torch.cat([p.detach().reshape(-1) for p in parts]))
            calls.append(optimizer.state[parts[0]]["func_evals"])
        tensors[f"lbfgs.{name}.places"] = torch.stack(places)
        tensors[f"lbfgs.{name}.losses"] = torch.stack(losses)
        tensors[f"lbfgs.{name}.evaluations"] = torch.tensor(calls)


def averages(tensors):
    """AveragedModel with an exponential and with a plain mean, of a parameter and a buffer."""
    class Model(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.weight = torch.nn.Parameter(torch.zeros(3, 2))
            self.register_buffer("running_mean", torch.zeros(2))

    weights, means = torch.randn(10, 3, 2), torch.randn(10, 2)
    tensors["average.weights"], tensors["average.means"] = weights, means
    for name, function, buffers in (("ema", lambda a, p, n: 0.9 * a + 0.1 * p, False), ("ema_buffers", lambda a, p, n: 0.9 * a + 0.1 * p, True),
                                    ("warm", lambda a, p, n: a + (1 - min(0.9, (1 + n) / (10 + n))) * (p - a), False), ("swa", None, True)):
        model = Model()
        average = torch.optim.swa_utils.AveragedModel(model, avg_fn=function, use_buffers=buffers)
        places, sums = [], []
        for weight, mean in zip(weights, means):
            with torch.no_grad():
                model.weight.copy_(weight)
                model.running_mean.copy_(mean)
            average.update_parameters(model)
            places.append(average.module.weight.detach().clone())
            sums.append(average.module.running_mean.clone())
        tensors[f"average.{name}.weight"], tensors[f"average.{name}.running_mean"] = torch.stack(places), torch.stack(sums)


def sparse(tensors):
    """Tables trained with sparse gradients; every place of a step is used, some twice, and one is padding."""
    table, places = torch.randn(8, 3), torch.randint(0, 6, (20, 2, 4))
    factors = torch.randn(20, 2, 4, 3)
    tensors["sparse.table"], tensors["sparse.places"], tensors["sparse.factors"] = table, places, factors
    for name, (make, options) in {
        "sgd": (torch.optim.SGD, dict(lr=0.1)),
        "adam": (torch.optim.SparseAdam, dict(lr=0.05, betas=(0.8, 0.95), eps=1e-3)),
        "adam_maximize": (torch.optim.SparseAdam, dict(lr=0.05, maximize=True)),
        "adagrad": (torch.optim.Adagrad, dict(lr=0.1, lr_decay=0.05, initial_accumulator_value=0.3, eps=1e-3)),
    }.items():
        embedding = torch.nn.Embedding(8, 3, padding_idx=2, sparse=True)
        with torch.no_grad():
            embedding.weight.copy_(table)
        optimizer = make(list(embedding.parameters()), **options)
        visited = []
        for which, factor in zip(places, factors):
            optimizer.zero_grad()
            # Two uses in one step.
            ((embedding(which[0]) * factor[0]).sum() + (embedding(which[1]) * factor[1]).sum()).backward()
            optimizer.step()
            visited.append(embedding.weight.detach().clone())
        tensors[f"sparse.{name}"] = torch.stack(visited)


def generate():
    """All tensors of the file."""
    torch.manual_seed(14)
    starts = [torch.randn(3, 4), torch.randn(5)]
    # From gradients far below epsilon to large ones, so that a misplaced epsilon shows.
    gradients = [torch.randn(STEPS, *s.shape) * 10.0 ** torch.linspace(-5, 1, s.numel()).reshape(s.shape) for s in starts]
    # Tall, wide and square matrices, of one size: five iterations would blow up the rounding of small singular values.
    shapes = [(5, 3), (3, 4), (3, 3)]
    matrices, matrix_gradients = [torch.randn(s) for s in shapes], [torch.randn(STEPS, *s) for s in shapes]
    tensors = {}
    for i, (start, gradient) in enumerate(zip(starts, gradients)):
        tensors[f"start.{i}"] = start
        tensors[f"gradients.{i}"] = gradient
    for i, (start, gradient) in enumerate(zip(matrices, matrix_gradients)):
        tensors[f"matrix.start.{i}"] = start
        tensors[f"matrix.gradients.{i}"] = gradient
    for name, (make, options) in CONFIGURATIONS.items():
        visited, optimizer, parameters = trajectory(make, options, starts, gradients)
        for i, places in enumerate(visited):
            tensors[f"{name}.{i}"] = places
            if "ax" in optimizer.state[parameters[i]]:
                tensors[f"{name}.ax.{i}"] = optimizer.state[parameters[i]]["ax"]
    for name, (make, options) in MATRICES.items():
        for i, places in enumerate(trajectory(make, options, matrices, matrix_gradients)[0]):
            tensors[f"{name}.{i}"] = places
    groups = lambda p: [dict(params=[p[0]], lr=0.1, weight_decay=0.0), dict(params=[p[1]])]
    for i, places in enumerate(trajectory(torch.optim.AdamW, dict(lr=0.01, weight_decay=0.2), starts, gradients, groups)[0]):
        tensors[f"adamw_groups.{i}"] = places
    groups = lambda p: [dict(params=[p[0]], lr=0.1, momentum=0.5), dict(params=[p[1]], momentum=0.0)]
    for i, places in enumerate(trajectory(torch.optim.SGD, dict(lr=0.01, momentum=0.9), starts, gradients, groups)[0]):
        tensors[f"sgd_groups.{i}"] = places
    lbfgs(tensors)
    averages(tensors)
    sparse(tensors)
    return tensors


if __name__ == "__main__":
    save(pathlib.Path(__file__).with_name("optimizers.safetensors"), generate())
