"""Writes the safetensors format with nothing but the standard library and torch, in a fixed order of keys."""

import json
import struct

import torch

_NAMES = {
    torch.float32: "F32", torch.float64: "F64", torch.float16: "F16", torch.bfloat16: "BF16",
    torch.int64: "I64", torch.int32: "I32", torch.int16: "I16", torch.int8: "I8", torch.uint8: "U8", torch.bool: "BOOL",
}


def save(path, tensors, metadata=None):
    """Writes a dictionary of tensors, and text to go with them; the same tensors give the same bytes."""
    header, chunks, position = {"__metadata__": metadata} if metadata else {}, [], 0
    for name, tensor in tensors.items():
        data = tensor.detach().contiguous()
        data = (data.view(torch.int16) if data.dtype == torch.bfloat16 else data).numpy().tobytes()  # NumPy has no bfloat16.
        header[name] = {"dtype": _NAMES[tensor.dtype], "shape": list(tensor.shape), "data_offsets": [position, position + len(data)]}
        chunks.append(data)
        position += len(data)
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)))
        file.write(text)
        file.writelines(chunks)
