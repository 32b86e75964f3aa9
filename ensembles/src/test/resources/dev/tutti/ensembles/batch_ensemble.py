"""Writes batch_ensemble.safetensors: BatchEnsemble layers of torch-uncertainty 0.13.0 and probly 0.9.1.

pip install torch-uncertainty==0.13.0 probly==0.9.1 safetensors      # probly needs Python 3.12 or newer
python batch_ensemble.py batch_ensemble.safetensors

Only the files of the layers are run, so that none of the packages' other dependencies are needed.
"""

import importlib.util
import pathlib
import sys
import types

import torch
from safetensors.torch import save_file


def package(name):
    """The package without its start-up."""
    found = importlib.util.find_spec(name)
    module = types.ModuleType(name)
    module.__path__ = list(found.submodule_search_locations)
    sys.modules[name] = module
    return pathlib.Path(module.__path__[0])


package("torch_uncertainty")
from torch_uncertainty.layers import BatchConv2d, BatchLinear


def classes_of(file, names):
    """Classes of a module, whose other classes may need more."""
    import ast

    tree = ast.parse(file.read_text())
    wanted = [
        node
        for node in tree.body
        if isinstance(node, (ast.Import, ast.ImportFrom))
        and getattr(node, "module", "") in (None, "__future__", "typing", "torch", "torch.nn", "")
        or getattr(node, "name", "") in names
        or isinstance(node, ast.Import)
    ]
    scope = {"torch": torch, "nn": torch.nn, "F": torch.nn.functional}
    exec(compile(ast.Module(wanted, []), str(file), "exec"), scope)
    return [scope[name] for name in names if name in scope]


probly = package("probly")
_, ProblyLinear, ProblyConv2d = classes_of(
    probly / "layers" / "torch.py",
    ["_init_fast_weight", "BatchEnsembleLinear", "BatchEnsembleConv2d"],
)

torch.manual_seed(17)
tensors = {}
ROWS = 2  # of each member


def keep(name, layer, x, weight, bias, s, r):
    with torch.no_grad():
        y = layer(x)
    parts = {"weight": weight, "bias": bias, "s": s, "r": r, "x": x, "y": y}
    for key, value in parts.items():
        tensors[f"{name}/{key}"] = value.detach().clone().contiguous()


for members in (1, 3, 8):
    for i, o in ((7, 5), (6, 9)):
        x = torch.randn(members * ROWS, i)
        t = BatchLinear(i, o, members)
        keep(f"tu-linear-{i}-{o}-{members}", t, x, t.linear.weight, t.bias, t.r_group, t.s_group)
        p = ProblyLinear(torch.nn.Linear(i, o), members)
        torch.nn.init.normal_(p.bias)
        keep(f"probly-linear-{i}-{o}-{members}", p, x, p.weight, p.bias, p.r, p.s)
    x = torch.randn(members * ROWS, 3, 6, 5)
    t = BatchConv2d(3, 5, 3, members, padding=1)
    keep(f"tu-conv2d-3-5-{members}", t, x, t.conv.weight, t.bias, t.r_group, t.s_group)
    p = ProblyConv2d(torch.nn.Conv2d(3, 5, 3, padding=1), members)
    torch.nn.init.normal_(p.bias)
    keep(f"probly-conv2d-3-5-{members}", p, x, p.weight, p.bias, p.r, p.s)

save_file(tensors, sys.argv[1])
