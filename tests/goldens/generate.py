"""PyTorch's results for every row of the op table, ops/*.safetensors, a file a row; and its types of results, promotion.safetensors.

Run with Debian's python3-torch (1.13):

    python3 tests/goldens/generate.py            # the rows whose description has changed
    python3 tests/goldens/generate.py NAME ...   # these rows
    python3 tests/goldens/generate.py --all      # every row

What is computed is described by the table itself (tests/DeepNotes.Core.Tests/OpTable), which this program asks for it: an
operation is one row there and nothing here. A file holds for each case c the inputs c.x0, c.x1, ... in Float32, the cotangents
c.g0, ... and, computed from those in Float64, the results c.y0, ... and gradients c.d0, ...; where the row asks for them, the
results at special values (s32.*, s64.*) and on integers (Int64.*, ...), in their own types.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import zlib

import numpy
import torch
import torch.nn.functional as F

from safetensors_writer import save

HERE = pathlib.Path(__file__).parent
OPS = HERE / "ops"
MARGIN = 0.1
INTEGERS = {"Int64": torch.int64, "Int32": torch.int32, "Int16": torch.int16, "Int8": torch.int8, "UInt8": torch.uint8, "Bool": torch.bool}
TYPES = {torch.float32: "Float32", torch.float64: "Float64"} | {type_: name for name, type_ in INTEGERS.items()}


def rows(tests, variable):
    """One line of JSON a row of a table, from the tests that hold it; they write where an environment variable says."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "rows"
        command = ["dotnet", "run", "--project", str(HERE.parent / tests), "-c", "Release", "--", "--filter-method", "*can_be_described"]
        subprocess.run(command, check=True, env=os.environ | {variable: str(path)}, stdout=subprocess.DEVNULL)
        return path.read_text().splitlines()


def draw(spec, random):
    """An input from its description, in numbers that Float32 holds."""
    shape, low, high = spec["shape"], spec.get("low", 0), spec.get("high", 2)
    if spec["type"] == "bool":
        return torch.tensor(random.randint(0, 2, shape).astype(bool))
    if spec["type"] == "index":
        return torch.tensor(random.randint(int(low), int(high), shape), dtype=torch.int64)
    x = random.uniform(low, high, shape)
    if spec.get("whole"):
        x = numpy.floor(x)
    if spec.get("distinct"):
        count = int(numpy.prod(shape))
        x = (low + (high - low) * (random.permutation(count) + 0.5) / max(count, 1)).reshape(shape)
    for kink in spec.get("kinks", []):
        near = numpy.abs(x - kink) < MARGIN
        x = numpy.where(near, x + numpy.where(x < kink, -MARGIN, MARGIN), x)
    return torch.tensor(x, dtype=torch.float32)


def evaluate(expression, inputs):
    """PyTorch's results as a list."""
    y = eval(expression, {"torch": torch, "F": F}, dict(zip("abcdefgh", inputs)))
    return list(y) if isinstance(y, (tuple, list)) else [y]


def of_case(case, prefix, has_gradient, random, into):
    """A case in Float64; returns the types that Float32 inputs lead to."""
    stored = [draw(spec, random) for spec in case["inputs"]]
    narrow = evaluate(case["torch"], stored)
    inputs = [x.double().requires_grad_(has_gradient) if x.is_floating_point() else x for x in stored]
    results = evaluate(case["torch"], inputs)
    for i, x in enumerate(stored):
        into[f"{prefix}.x{i}"] = x
    for k, (y, rough) in enumerate(zip(results, narrow)):
        into[f"{prefix}.y{k}"] = y.detach()
        assert torch.allclose(y.detach().double(), rough.double(), 1e-3, 1e-4, equal_nan=True), case
    if has_gradient:
        differentiable = [(k, y) for k, y in enumerate(results) if y.requires_grad]
        cotangents = [torch.tensor(random.standard_normal(y.shape), dtype=torch.float32) for _, y in differentiable]
        leaves = [(i, x) for i, x in enumerate(inputs) if x.is_floating_point()]
        gradients = torch.autograd.grad([y for _, y in differentiable], [x for _, x in leaves], [g.to(y.dtype) for g, (_, y) in zip(cotangents, differentiable)], allow_unused=True)
        for (k, _), g in zip(differentiable, cotangents):
            into[f"{prefix}.g{k}"] = g
        for (i, x), d in zip(leaves, gradients):
            into[f"{prefix}.d{i}"] = torch.zeros_like(x).detach() if d is None else d
    return [TYPES[y.dtype] for y in narrow]


def specials(dtype):
    """Zeros, infinities, NaN, the smallest and largest numbers, and ordinary ones between."""
    info = torch.finfo(dtype)
    subnormal = 1e-45 if dtype == torch.float32 else 5e-324
    positive = [0.0, subnormal, info.tiny / 4, info.tiny, 0.5, 1, 2, 3, 20.5, info.max, float("inf")]
    return torch.tensor([float("nan")] + [s * x for x in positive for s in (1, -1)], dtype=dtype)


def of_specials(row, into):
    """Results and gradients, for a cotangent of ones, at special values or all pairs of them."""
    case, count = row["cases"][0], len(row["cases"][0]["inputs"])
    for prefix, dtype in (("s32", torch.float32), ("s64", torch.float64)):
        values = specials(dtype)
        if count == 2:
            # Fewer of them: their pairs are many.
            values = values[[i for i in range(len(values)) if i not in (5, 6, 15, 16)]]
        n = len(values)
        x = [values.clone()] if count == 1 else [values[:, None].expand(n, n).clone(), values[None, :].expand(n, n).clone()]
        # In Float64 for Float32, too: PyTorch's vector functions in Float32 are not exact at the ends.
        (y,) = evaluate(case["torch"], [t.double() for t in x])
        into[f"{prefix}.x"], into[f"{prefix}.y"] = values, y.to(dtype) if y.is_floating_point() else y
        if row["gradient"]:
            x = [t.requires_grad_() for t in x]
            (y,) = evaluate(case["torch"], x)
            gradients = torch.autograd.grad(y, x, torch.ones_like(y), allow_unused=True)
            for name, t, d in zip(("da", "db"), x, gradients):
                into[f"{prefix}.{name}"] = torch.zeros_like(values[0]).expand(t.shape) if d is None else d


def of_integers(row, random, into):
    """Results of the first case on each integer type; only the inputs where PyTorch refuses."""
    for name, dtype in INTEGERS.items():
        low, high = {"UInt8": (0, 9), "Bool": (0, 2)}.get(name, (-4, 6))
        inputs = [torch.tensor(random.randint(low, high, spec["shape"])).to(dtype) for spec in row["cases"][0]["inputs"]]
        for i, x in enumerate(inputs):
            into[f"{name}.x{i}"] = x
        try:
            results = evaluate(row["cases"][0]["torch"], inputs)
        except RuntimeError:
            continue
        for k, y in enumerate(results):
            into[f"{name}.y{k}"] = y


def generate(line):
    row = json.loads(line)
    tensors, types = {}, []
    for c, case in enumerate(row["cases"]):
        random = numpy.random.RandomState(zlib.crc32(f"{row['name']} {c}".encode()))
        types.append(of_case(case, str(c), row["gradient"], random, tensors))
    if row["specials"]:
        of_specials(row, tensors)
    if row["integers"]:
        of_integers(row, numpy.random.RandomState(zlib.crc32(row["name"].encode())), tensors)
    save(OPS / f"{row['name']}.safetensors", tensors, {"description": line, "types": json.dumps(types)})


def promotion():
    """torch.result_type for each pair of types with and without dimensions, and for each type with a whole number and a fraction."""
    types = [torch.bool, torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64, torch.float16, torch.bfloat16, torch.float32, torch.float64]
    tensors, numbers = [], []
    for a in types:
        for b in types:
            for left in ([2], []):
                for right in ([2], []):
                    tensors.append(types.index(torch.result_type(torch.ones(left, dtype=a), torch.ones(right, dtype=b))))
        for shape in ([2], []):
            for number in (2, 2.5):
                numbers.append(types.index(torch.result_type(torch.ones(shape, dtype=a), number)))
    save(HERE / "promotion.safetensors", {"tensors": torch.tensor(tensors), "numbers": torch.tensor(numbers)})


def description(path):
    """What a file was made from; None if there is none."""
    if not path.exists():
        return None
    with open(path, "rb") as file:
        length = int.from_bytes(file.read(8), "little")
        return json.loads(file.read(length))["__metadata__"]["description"]


def main(arguments):
    OPS.mkdir(exist_ok=True)
    lines = {json.loads(line)["name"]: line for line in rows("DeepNotes.Core.Tests", "DEEPNOTES_OP_TABLE")}
    promotion()
    for path in OPS.glob("*.safetensors"):
        if path.stem not in lines:
            path.unlink()
            print("removed", path.stem)
    for name, line in lines.items():
        if "--all" in arguments or name in arguments or (not arguments and description(OPS / f"{name}.safetensors") != line):
            generate(line)
            print("wrote", name)


if __name__ == "__main__":
    main(sys.argv[1:])
