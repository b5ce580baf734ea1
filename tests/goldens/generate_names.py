"""The names of PyTorch's neural-network modules, pytorch-names.txt, a line each: what docs/pytorch-map.md must speak of.

Run with Debian's python3-torch (1.13):

    python3 tests/goldens/generate_names.py
"""

import inspect
import pathlib

import torch

SPACES = {
    "torch.nn": torch.nn,
    "torch.nn.functional": torch.nn.functional,
    "torch.nn.init": torch.nn.init,
    "torch.nn.utils": torch.nn.utils,
    "torch.nn.utils.rnn": torch.nn.utils.rnn,
    "torch.optim": torch.optim,
    "torch.optim.lr_scheduler": torch.optim.lr_scheduler,
    "torch.optim.swa_utils": torch.optim.swa_utils,
}
# What PyTorch's own modules import and mean for themselves.
INTERNAL = {"assert_int_or_pair", "boolean_dispatch", "handle_torch_function", "has_torch_function", "has_torch_function_unary", "has_torch_function_variadic", "factory_kwargs", "PackedSequence_", "bind", "invert_permutation"}


def is_ours(space, name):
    value = getattr(space, name)
    if name.startswith("_") or name in INTERNAL or inspect.ismodule(value) or not callable(value):
        return False
    home = getattr(value, "__module__", None) or "torch"
    # BroadcastingList and the types of annotations are imports; so is a class that another listed namespace has.
    if not home.startswith("torch") or name in ("Tensor", "DType") or name.startswith("BroadcastingList"):
        return False
    return not (inspect.isclass(value) and space is not torch.nn and not home.startswith(space.__name__) and space is not torch.optim)


if __name__ == "__main__":
    lines = [f"{label}.{name}" for label, space in SPACES.items() for name in dir(space) if is_ours(space, name)]
    (pathlib.Path(__file__).parent / "pytorch-names.txt").write_text("\n".join(lines) + "\n")
