"""Densities, entropies, moments and divergences of PyTorch's distributions with their gradients; quantiles of SciPy for the
tests of samplers; derivatives of draws by mpmath: distributions.safetensors.

Run with Debian's python3-torch (1.13), python3-scipy and python3-mpmath: python3 tests/goldens/generate_distributions.py
"""

import pathlib

import mpmath
import numpy
import scipy.stats
import torch
from torch import distributions as d

from safetensors_writer import save

torch.set_default_dtype(torch.float64)
mpmath.mp.dps = 40


def between(low, high, *shape):
    return low + (high - low) * torch.rand(*shape)


def simplex(*shape):
    return torch.distributions.Dirichlet(torch.ones(shape[-1])).sample(shape[:-1])


def lower(n):
    return torch.tril(between(-1, 1, n, n), -1) + torch.diag(between(0.5, 2, n))


def covariance(n):
    factor = lower(n)
    return factor @ factor.T


def make():
    """Name: class, parameters, values."""
    real, positive, unit = lambda *s: between(-2, 2, *s), lambda *s: between(0.3, 3, *s), lambda *s: between(0.05, 0.95, *s)
    whole = lambda high, *s: torch.randint(0, high, s).double()
    low, width = real(2, 1), positive(3)
    return {
        "Normal": (d.Normal, dict(loc=real(2, 1), scale=positive(3)), real(4, 2, 3)),
        "Laplace": (d.Laplace, dict(loc=real(2, 1), scale=positive(3)), real(4, 2, 3)),
        "Gumbel": (d.Gumbel, dict(loc=real(2, 1), scale=positive(3)), real(4, 2, 3)),
        "Uniform": (d.Uniform, dict(low=low, high=low.max() + width), low.max() + 0.9 * width * unit(4, 1, 1)),
        "Uniform.inner": (d.Uniform, dict(low=between(0.1, 0.3, 2, 1), high=between(0.5, 0.9, 3)), between(0.31, 0.49, 4, 2, 3)),
        "Exponential": (d.Exponential, dict(rate=positive(2, 3)), positive(4, 1, 3)),
        "Gamma": (d.Gamma, dict(concentration=positive(2, 1), rate=positive(3)), positive(4, 2, 3)),
        "Beta": (d.Beta, dict(concentration1=positive(2, 1), concentration0=positive(3)), unit(4, 2, 3)),
        "Poisson": (d.Poisson, dict(rate=positive(2, 3)), whole(7, 4, 2, 3)),
        "Bernoulli": (d.Bernoulli, dict(probs=unit(2, 3)), whole(2, 4, 2, 3)),
        "Bernoulli.logits": (d.Bernoulli, dict(logits=4 * real(2, 3)), whole(2, 4, 2, 3)),
        "Categorical": (d.Categorical, dict(probs=positive(2, 3, 5)), whole(5, 4, 2, 3)),
        "Categorical.logits": (d.Categorical, dict(logits=real(2, 3, 5)), whole(5, 4, 1, 3)),
        "Dirichlet": (d.Dirichlet, dict(concentration=positive(2, 3, 4)), simplex(2, 3, 4)),
        "Multinomial": (lambda **o: d.Multinomial(6, **o), dict(probs=simplex(2, 3)), d.Multinomial(6, probs=simplex(2, 3)).sample((4,))),
        "Multinomial.logits": (lambda **o: d.Multinomial(5, **o), dict(logits=real(3)), d.Multinomial(5, probs=simplex(3)).sample((4,))),
        "MultivariateNormal": (d.MultivariateNormal, dict(loc=real(2, 3), covariance_matrix=covariance(3)), real(4, 2, 3)),
        "MultivariateNormal.precision": (d.MultivariateNormal, dict(loc=real(3), precision_matrix=torch.stack([covariance(3), covariance(3)])), real(4, 2, 3)),
        "MultivariateNormal.tril": (d.MultivariateNormal, dict(loc=real(2, 3), scale_tril=torch.stack([lower(3), lower(3)])), real(2, 3)),
    }


DISCRETE = ("Poisson", "Bernoulli", "Categorical", "Multinomial")


def gradients(y, names, leaves):
    """Of a weighted sum, weights by place; zeros where there is none."""
    if not y.requires_grad:
        return {}
    weights = torch.cos(torch.arange(y.numel()).double()).reshape(y.shape)
    found = torch.autograd.grad((y * weights).sum(), leaves, allow_unused=True, retain_graph=True)
    return {name: torch.zeros_like(leaf) if g is None else g for name, leaf, g in zip(names, leaves, found)}


def tables(tensors):
    rows = make()
    for name, (cls, parameters, value) in rows.items():
        leaves = {key: tensor.clone().requires_grad_() for key, tensor in parameters.items()}
        continuous = not name.startswith(DISCRETE)
        value = value.clone().requires_grad_(continuous)
        p = cls(**leaves)
        for key, tensor in parameters.items():
            tensors[f"{name}.param.{key}"] = tensor
        tensors[f"{name}.value"] = value
        log = p.log_prob(value)
        tensors[f"{name}.log_prob"] = log
        names = list(leaves) + (["value"] if continuous else [])
        for key, g in gradients(log, names, list(leaves.values()) + ([value] if continuous else [])).items():
            tensors[f"{name}.dlog_prob.{key}"] = g
        results = {"mean": p.mean, "variance": p.variance}
        if not name.startswith("Poisson"):
            results["entropy"] = p.entropy()
        for kind, y in results.items():
            tensors[f"{name}.{kind}"] = y
            for key, g in gradients(y, list(leaves), list(leaves.values())).items():
                tensors[f"{name}.d{kind}.{key}"] = g
    for p_name, (p_class, p_parameters, _) in rows.items():
        for q_name, (q_class, q_parameters, _) in make().items():
            a = {key: tensor.clone().requires_grad_() for key, tensor in p_parameters.items()}
            b = {key: tensor.clone().requires_grad_() for key, tensor in q_parameters.items()}
            try:
                divergence = d.kl_divergence(p_class(**a), q_class(**b))
            except (NotImplementedError, AttributeError):
                continue
            prefix = f"kl.{p_name}|{q_name}"
            for key, tensor in q_parameters.items():
                tensors[f"{prefix}.param.{key}"] = tensor
            tensors[f"{prefix}.value"] = divergence
            if divergence.isfinite().all():
                names = ["p_" + key for key in a] + ["q_" + key for key in b]
                for key, g in gradients(divergence, names, [*a.values(), *b.values()]).items():
                    tensors[f"{prefix}.d.{key}"] = g


def derivatives(tensors):
    """dx/dα of draws at a fixed place in the distribution."""
    rows = []
    for alpha in (0.001, 0.05, 0.4, 1, 2.5, 9, 60, 700):
        for u in (0.001, 0.1, 0.4, 0.6, 0.9, 0.999):
            x = float(scipy.stats.gamma.ppf(u, alpha))
            if x < 1e-290:
                continue
            a, m = mpmath.mpf(alpha), mpmath.mpf(x)
            slope = mpmath.diff(lambda t: mpmath.gammainc(t, 0, m, regularized=True), a)
            density = m ** (a - 1) * mpmath.exp(-m) / mpmath.gamma(a)
            rows.append([alpha, x, float(-slope / density)])
    tensors["implicit.gamma"] = torch.tensor(rows)
    rows = []
    for alpha, beta in ((0.05, 0.3), (0.4, 2.0), (1, 1), (3, 0.5), (2.5, 7), (40, 60), (300, 5)):
        for u in (0.01, 0.3, 0.5, 0.8, 0.99):
            x = float(scipy.stats.beta.ppf(u, alpha, beta))
            if not 1e-290 < x < 1 - 1e-12:
                continue
            a, b, m = mpmath.mpf(alpha), mpmath.mpf(beta), mpmath.mpf(x)
            slope = mpmath.diff(lambda t: mpmath.betainc(t, b, 0, m, regularized=True), a)
            density = m ** (a - 1) * (1 - m) ** (b - 1) / mpmath.beta(a, b)
            rows.append([alpha, beta, x, float(-slope / density)])
    tensors["implicit.beta"] = torch.tensor(rows)


def samplers(tensors):
    """The ends of a hundred bins of equal probability, or the probabilities of whole numbers and of all above."""
    s = scipy.stats
    parts = numpy.arange(1, 100) / 100
    for name, law in {
        "Normal": s.norm(1.5, 2), "Laplace": s.laplace(1.5, 2), "Gumbel": s.gumbel_r(1.5, 2), "Uniform": s.uniform(1.5, 2), "Exponential": s.expon(scale=1 / 1.5),
        "Gamma.0.1": s.gamma(0.1, scale=0.5), "Gamma.0.9": s.gamma(0.9, scale=0.5), "Gamma.1": s.gamma(1, scale=0.5), "Gamma.4.5": s.gamma(4.5, scale=0.5), "Gamma.300": s.gamma(300, scale=0.5),
        "Beta.0.3.0.7": s.beta(0.3, 0.7), "Beta.5.2": s.beta(5, 2), "Beta.1.1": s.beta(1, 1),
    }.items():
        tensors[f"quantiles.{name}"] = torch.tensor(law.ppf(parts))
    for rate in (0.3, 5, 9.9, 10, 30, 1000):
        law = s.poisson(rate)
        tensors[f"masses.Poisson.{rate}"] = torch.tensor(law.pmf(numpy.arange(int(rate + 8 * rate ** 0.5) + 3)))


def generate():
    torch.manual_seed(17)
    tensors = {}
    tables(tensors)
    derivatives(tensors)
    samplers(tensors)
    return tensors


if __name__ == "__main__":
    save(pathlib.Path(__file__).with_name("distributions.safetensors"), generate())
