"""PyTorch's conversions to and from Float16 and BFloat16, and some of its operations in 16 bits: narrow.safetensors.

Run with Debian's python3-torch (1.13): python3 tests/goldens/generate_narrow.py

Conversions: hard cases as tensors (from.*, and to.*.* for each type they are converted to), and the digests (SHA-256, in the
metadata) of what comes of the whole neighbourhood of every 16-bit number and of every midpoint between two of them.
Operations: op.<type>.<name>, on inputs a.<type> and b.<type>.
"""

import hashlib
import json
import pathlib

import numpy
import torch

from safetensors_writer import save

NARROW = {"Float16": torch.float16, "BFloat16": torch.bfloat16}
WIDE = {"Float32": torch.float32, "Float64": torch.float64}
WHOLE = {"Int64": torch.int64, "Int32": torch.int32, "Int16": torch.int16, "Int8": torch.int8, "UInt8": torch.uint8, "Bool": torch.bool}
# What each is called in DeepNotes is said beside the check.
OPERATIONS = {
    "add": lambda a, b: a + b, "subtract": lambda a, b: a - b, "multiply": lambda a, b: a * b, "divide": lambda a, b: a / b,
    "relu": lambda a, b: a.relu(), "exp": lambda a, b: a.exp(), "log": lambda a, b: a.abs().log(), "sqrt": lambda a, b: a.abs().sqrt(),
    "rsqrt": lambda a, b: a.abs().rsqrt(), "tanh": lambda a, b: a.tanh(), "sigmoid": lambda a, b: a.sigmoid(), "erf": lambda a, b: a.erf(),
    "sin": lambda a, b: a.sin(), "cos": lambda a, b: a.cos(), "log1p": lambda a, b: a.abs().log1p(), "expm1": lambda a, b: a.expm1(),
    "gelu": lambda a, b: torch.nn.functional.gelu(a), "silu": lambda a, b: torch.nn.functional.silu(a), "maximum": lambda a, b: torch.maximum(a, b),
    "pow": lambda a, b: a.abs().pow(b), "floor": lambda a, b: a.floor(), "round": lambda a, b: a.round(), "atan2": lambda a, b: torch.atan2(a, b),
    "sum": lambda a, b: a.sum(1), "mean": lambda a, b: a.mean(1), "softmax": lambda a, b: a.softmax(1), "matmul": lambda a, b: a @ b.T,
    "layer_norm": lambda a, b: torch.nn.functional.layer_norm(a, a.shape[1:]), "cumsum": lambda a, b: a.cumsum(1),
}


def neighbours():
    """Every 16-bit number of both types and every midpoint of two, each with the Float32 numbers beside it: as bits, so that the other side builds the same."""
    half = torch.arange(65536, dtype=torch.int32).to(torch.int16).view(torch.float16).float().view(torch.int32)
    places = [torch.arange(65536, dtype=torch.int64) << 16, (torch.arange(65536, dtype=torch.int64) << 16) + 0x8000]
    places += [half.long(), half.long() + 0x1000]
    bits = torch.cat([p + d for p in places for d in (-1, 0, 1)])
    return (bits & 0xFFFFFFFF).to(torch.int32).view(torch.float32)


def hard():
    """Signed zeros, subnormal numbers, ties to even both ways, the largest and what rounds beyond them, infinities, NaN."""
    values = [0.0, 2.0**-24, 2.0**-25, 2.0**-25 * 1.0001, 3 * 2.0**-25, 2.0**-14, 2.0**-14 - 2.0**-25, 2.0**-15 * 1.5, 1.0, 1 + 2.0**-11, 1 + 3 * 2.0**-11,
              1 + 2.0**-11 + 2.0**-20, 1 + 2.0**-8, 1 + 3 * 2.0**-8, 1 + 2.0**-8 + 2.0**-20, 2049.0, 2051.0, 65504.0, 65519.0, 65520.0, 65536.0, 1e5, 3.3895e38,
              3.3961e38, 3.4028234e38, 1e-38, 2.0**-126, 2.0**-127, 2.0**-133, 2.0**-134, 2.0**-134 * 1.001, 1e-45, 1e-8, 6e-8, 0.1, 1 / 3, 255.5, 256.5, 257.0, 258.0,
              float("inf"), float("nan")]
    return torch.tensor([s * v for v in values for s in (1, -1)], dtype=torch.float64)


def digest(tensor):
    """Bits as SHA-256; every NaN first becomes one, since its sign and payload are not said to be anything."""
    t = torch.where(tensor.isnan(), torch.full_like(tensor, float("nan")), tensor)
    nan = t.isnan()
    bits = t.view(torch.int16 if t.element_size() == 2 else torch.int32).clone()
    bits[nan] = 0x7FC0 if t.element_size() == 2 else 0x7FC00000
    return hashlib.sha256(bits.numpy().tobytes()).hexdigest()


def main():
    tensors, digests = {}, {}
    near = neighbours()
    for name, narrow in NARROW.items():
        digests[f"{name} from Float32"] = digest(near.to(narrow))
        digests[f"{name} from Float64"] = digest((near.double() * (1 + 2.0**-40)).to(narrow))
        digests[f"Float32 from {name}"] = digest(torch.arange(65536, dtype=torch.int32).to(torch.int16).view(narrow).float())
    numbers = hard()
    for name, wide in WIDE.items():
        values = numbers if wide == torch.float64 else numbers.float()
        if wide == torch.float64:
            # Twice rounded: by way of Float32 a number just beside a tie falls on it.
            values = torch.cat([values, torch.tensor([1 + 2.0**-11 + 2.0**-40, 1 + 2.0**-11 - 2.0**-40, 1 + 3 * 2.0**-8 - 2.0**-40, 2.0**-25 + 2.0**-60, 1e300, -1e300, 1e-320], dtype=torch.float64)])
        tensors[f"from.{name}"] = values
        for to, narrow in NARROW.items():
            tensors[f"to.{name}.{to}"] = values.to(narrow)
    integers = [0, 1, -1, 2, 127, -128, 255, 256, 257, 258, 259, 511, 513, 2047, 2048, 2049, 2051, 32767, -32768, 65503, 65504, 65519, 65520, 65536, 131071, 2**24 + 1, 2**31 - 1, -2**31, 2**53 + 1, 2**62 + 2**38 + 1, 2**63 - 1, -2**63]
    for name, whole in WHOLE.items():
        info = (0, 1) if whole == torch.bool else (torch.iinfo(whole).min, torch.iinfo(whole).max)
        values = torch.tensor([v for v in integers if info[0] <= v <= info[1]]).to(whole)
        tensors[f"from.{name}"] = values
        for to, narrow in NARROW.items():
            tensors[f"to.{name}.{to}"] = values.to(narrow)
    for name, narrow in NARROW.items():
        values = numbers.float().to(narrow)
        tensors[f"from.{name}"] = values
        for to, kind in (WIDE | NARROW).items():
            tensors[f"to.{name}.{to}"] = values.to(kind)
        # To integers where they can hold the number: C leaves the others open.
        for to, kind in WHOLE.items():
            info = (-1e30, 1e30) if kind == torch.bool else (float(torch.iinfo(kind).min), float(torch.iinfo(kind).max))
            fits = values[(values.float() >= info[0]) & (values.float() <= info[1]) & (values.float() < 2.0**31)]
            tensors[f"whole.{name}.{to}"] = fits
            tensors[f"to.{name}.{to}"] = fits.to(kind)
    random = numpy.random.RandomState(20)
    for name, narrow in NARROW.items():
        a, b = (torch.tensor(random.standard_normal((7, 33)) * 2, dtype=torch.float32).to(narrow) for _ in range(2))
        tensors[f"a.{name}"], tensors[f"b.{name}"] = a, b
        for operation, run in OPERATIONS.items():
            try:
                tensors[f"op.{name}.{operation}"] = run(a, b)
            except RuntimeError:
                print(name, "lacks", operation)
    save(pathlib.Path(__file__).parent / "narrow.safetensors", tensors, {"digests": json.dumps(digests)})


if __name__ == "__main__":
    main()
