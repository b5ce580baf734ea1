"""Writes the files that the tests of DeepNotes.IO read, and what PyTorch and NumPy read from them.

    python3 tests/goldens/generate_files.py [directory of public weights]

files/*           files written by torch.save and numpy.save, and files that our writers must reproduce byte for byte
files.safetensors the tensors in them and in the public fixtures (../shared/data/weights), under "file|name"
burn-mnist.safetensors what PyTorch makes of MNIST's test images with the weights in burn-mnist/mnist.safetensors

Ends with reading files/ours.* with NumPy: ours.npz was written by Npy.SaveArchive, the others must be the bytes that our writers give.
"""

import gzip
import json
import pathlib
import struct
import sys

import numpy
import torch

import safetensors_writer

HERE = pathlib.Path(__file__).resolve().parent
FILES = HERE / "files"
DTYPES = [torch.bool, torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64, torch.float16, torch.bfloat16, torch.float32, torch.float64]
NAMES = ["Bool", "UInt8", "Int8", "Int16", "Int32", "Int64", "Float16", "BFloat16", "Float32", "Float64"]


def values(shape, dtype):
    """3i - 4 for the i-th element; its lowest bit where only truth values are to be had."""
    count = int(numpy.prod(shape))
    numbers = torch.arange(count) * 3 - 4
    return ((numbers & 1) if dtype == torch.bool else numbers).to(dtype).reshape(shape)


def every_type():
    result = {name: values([2, 3], dtype) for name, dtype in zip(NAMES, DTYPES)}
    for rank in range(9):
        result[f"rank{rank}"] = values([1 + i % 2 for i in range(rank)], torch.float32)
    result["empty"] = torch.zeros(3, 0, 2)
    return result


def with_views():
    base = values([4, 6], torch.float32)
    return {
        "base": base,
        "views": [base.t(), base[1:3, ::2], base[3].expand(5, 6), (base[:, 1], base[2, 2])],
        "parameter": torch.nn.Parameter(base[0]),
        "numbers": {"int": 7, 3: values([2], torch.int64), "none": None, "yes": True, "pi": 3.25, "long": 2**40, "text": "tännsor"},
    }


def tensors_of(content, name=""):
    """Every tensor under the way that leads to it, as PyTorchFile.Load names them."""
    if isinstance(content, torch.Tensor):
        yield name, content.detach()
    elif isinstance(content, (dict, list, tuple)):
        for key, item in content.items() if isinstance(content, dict) else enumerate(content):
            yield from tensors_of(item, f"{name}.{key}" if name else str(key))


def write_ours(tensors):
    """The bytes that Safetensors.Save and Npy.Save give."""
    in_order = sorted(tensors, key=lambda name: (-tensors[name].element_size(), name))
    safetensors_writer.save(FILES / "ours.safetensors", {name: tensors[name] for name in in_order}, {"format": "pt", "made by": "a test"})
    for name in ["Float32", "Bool", "rank0", "rank1", "rank8", "empty"]:
        array = tensors[name].numpy()
        shape = "(" + ", ".join(map(str, array.shape)) + ("," if array.ndim == 1 else "") + ")"
        header = f"{{'descr': '{array.dtype.str}', 'fortran_order': False, 'shape': {shape}, }}".encode()
        header += b" " * (-(10 + len(header) + 1) % 64) + b"\n"
        (FILES / f"ours-{name}.npy").write_bytes(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + array.tobytes())


def check_ours(tensors):
    for path in sorted(FILES.glob("ours-*.npy")):
        expected = tensors[path.stem[5:]].numpy()
        array = numpy.load(path, allow_pickle=False)
        assert array.dtype == expected.dtype and array.shape == expected.shape and array.tobytes() == expected.tobytes(), path
    data = (FILES / "ours.safetensors").read_bytes()
    length = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8:8 + length])
    assert header.pop("__metadata__") == {"format": "pt", "made by": "a test"} and set(header) == set(tensors)
    if (FILES / "ours.npz").exists():
        with numpy.load(FILES / "ours.npz", allow_pickle=False) as archive:
            assert set(archive) == set(tensors)
            for name, tensor in tensors.items():
                expected = (tensor.float() if tensor.dtype == torch.bfloat16 else tensor).numpy()
                assert archive[name].dtype == expected.dtype and archive[name].shape == expected.shape and archive[name].tobytes() == expected.tobytes(), name
        print("ours.npz is read right by NumPy", numpy.__version__)


def burn_mnist(weights):
    """The network of burn-mnist/reference-torch.json, which has the figures of mnist.pt only; the weights in mnist.safetensors are others."""
    data = (weights / "burn-mnist/mnist.safetensors").read_bytes()
    length = struct.unpack("<Q", data[:8])[0]
    w = {}
    for name, entry in json.loads(data[8:8 + length]).items():
        begin, end = (8 + length + offset for offset in entry["data_offsets"])
        w[name] = torch.from_numpy(numpy.frombuffer(data[begin:end], {"F32": "<f4", "I64": "<i8"}[entry["dtype"]]).copy()).reshape(entry["shape"])
    images = gzip.open(weights.parent / "mnist/t10k-images-idx3-ubyte.gz").read()[16:]
    labels = torch.frombuffer(bytearray(gzip.open(weights.parent / "mnist/t10k-labels-idx1-ubyte.gz").read()[8:]), dtype=torch.uint8)
    x = (torch.frombuffer(bytearray(images), dtype=torch.uint8).reshape(-1, 1, 28, 28).float() / 255 - 0.1307) / 0.3081
    norm = lambda x, name: torch.nn.functional.batch_norm(x, w[f"{name}.running_mean"], w[f"{name}.running_var"], w[f"{name}.weight"], w[f"{name}.bias"], eps=1e-5)
    logits = []
    for x in x.split(500):
        for i in "123":
            x = torch.relu(torch.conv2d(x, w[f"conv{i}.weight"], w[f"conv{i}.bias"]))
        x = torch.relu(torch.nn.functional.linear(norm(x, "norm1").flatten(1), w["fc1.weight"], w["fc1.bias"]))
        logits.append(norm(torch.nn.functional.linear(x, w["fc2.weight"], w["fc2.bias"]), "norm2"))
    logits = torch.cat(logits)
    return {"logits": logits[:5].clone(), "correct": (logits.argmax(1) == labels).sum()}


def main():
    weights = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else HERE / "../../../shared/data/weights").resolve()
    FILES.mkdir(exist_ok=True)
    tensors = every_type()
    for form, is_zip in [("zip", True), ("legacy", False)]:
        torch.save(tensors, FILES / f"types-{form}.pt", _use_new_zipfile_serialization=is_zip)
        torch.save(with_views(), FILES / f"views-{form}.pt", _use_new_zipfile_serialization=is_zip)
        torch.save(tensors["Float32"], FILES / f"single-{form}.pt", _use_new_zipfile_serialization=is_zip)
    arrays = {name: tensor.numpy() for name, tensor in tensors.items() if tensor.dtype != torch.bfloat16}
    numpy.savez_compressed(FILES / "types.npz", **arrays)
    big_endian = numpy.arange(6, dtype=">i4").reshape(2, 3)
    fortran = numpy.asfortranarray(numpy.arange(24, dtype="<f8").reshape(2, 3, 4))
    numpy.save(FILES / "big-endian.npy", big_endian)
    numpy.save(FILES / "fortran.npy", fortran)
    numpy.lib.format.write_array(open(FILES / "version-3.npy", "wb"), numpy.arange(4, dtype="<u1"), version=(3, 0))
    write_ours(tensors)

    goldens = {}
    for path in sorted(FILES.glob("*.pt")):
        goldens.update({f"files/{path.name}|{name}": tensor for name, tensor in tensors_of(torch.load(path))})
    goldens.update({f"files/types.npz|{name}": torch.from_numpy(array) for name, array in arrays.items()})
    goldens["files/big-endian.npy|"] = torch.from_numpy(big_endian.astype("<i4"))
    goldens["files/fortran.npy|"] = torch.from_numpy(fortran)
    goldens["files/version-3.npy|"] = torch.arange(4, dtype=torch.uint8)
    for path in sorted(path for path in weights.rglob("*") if path.suffix in (".pt", ".pth", ".npy", ".npz") and path.stem not in ("mnist", "broken")):
        name = path.relative_to(weights).as_posix()
        if path.suffix == ".npy":
            content = {"": torch.from_numpy(numpy.load(path))}
        elif path.suffix == ".npz":
            content = {key: torch.from_numpy(array) for key, array in numpy.load(path).items()}
        else:
            content = dict(tensors_of(torch.load(path, map_location="cpu")))
        goldens.update({f"{name}|{key}": tensor for key, tensor in content.items()})
    safetensors_writer.save(HERE / "files.safetensors", goldens)
    mnist = burn_mnist(weights)
    safetensors_writer.save(HERE / "burn-mnist.safetensors", mnist)
    print("burn-mnist/mnist.safetensors: right", mnist["correct"].item(), "of 10000")
    check_ours(tensors)
    print(len(goldens), "tensors from torch", torch.__version__, "and NumPy", numpy.__version__)


main()
