"""How a fixture file is written: named tensors, and one JSON text that describes them.

A file holds the tensors of many cases, called "<case>|<role>|<name>", and under the metadata key
"conformance" one JSON object (one key only: safetensors writes several in no fixed order)

    {"versions": {...}, "cases": {"<case>": {attributes...}, ...}}

so that equal results are equal bytes. Files ending in .gz are gzip streams without a time stamp.
"""

import gzip
import json
import pathlib
import zlib

import numpy
import safetensors
import safetensors.torch
import torch
import torchvision

FOLDER = pathlib.Path(__file__).resolve().parent
VERSIONS = {
    "torch": torch.__version__.split("+")[0],
    "torchvision": torchvision.__version__.split("+")[0],
    "safetensors": safetensors.__version__,
    "numpy": numpy.__version__,
}
EXPECTED = {
    "torch": "2.15.0",
    "torchvision": "0.29.2",
    "safetensors": "0.8.0",
    "numpy": "2.4.6",
}


def seed(name):
    """Makes the random numbers of a case depend on its name only."""
    torch.manual_seed(zlib.crc32(name.encode()))


def distance(actual, expected):
    """max |actual - expected| / max |expected|, of finite elements."""
    finite = torch.isfinite(expected) & torch.isfinite(actual)
    a, e = actual.double()[finite], expected.double()[finite]
    scale = e.abs().max().item() if e.numel() else 0
    return (a - e).abs().max().item() / scale if scale else 0


def doubled(tensors):
    return {k: v.double() if v.is_floating_point() else v for k, v in tensors.items()}


class Fixture:
    """The content of one file."""

    def __init__(self, file):
        self.file = file
        self.cases = {}
        self.tensors = {}

    def add(self, case, attributes, **roles):
        """Adds a case: roles are dicts of tensors by name, such as grad={"weight": ...}."""
        if case in self.cases:
            raise ValueError(f"{self.file}: two cases are called {case}")
        self.cases[case] = attributes
        for role, named in roles.items():
            for name, tensor in named.items():
                value = tensor.detach().clone().contiguous()
                if value.dtype == torch.int64:
                    value = value.to(torch.int32)
                self.tensors[f"{case}|{role}|{name}"] = value

    def write(self):
        """Writes the file and prints its size."""
        text = json.dumps({"versions": VERSIONS, "cases": self.cases}, ensure_ascii=False)
        write(self.file, self.tensors, {"conformance": text}, len(self.cases))


def write(file, tensors, metadata, cases):
    """Writes a safetensors file into this folder, gzipped when its name ends so."""
    raw = safetensors.torch.save(tensors, metadata)
    if file.endswith(".gz"):
        raw = gzip.compress(raw, compresslevel=9, mtime=0)
    (FOLDER / file).write_bytes(raw)
    print(f"{file}: {cases} cases, {len(tensors)} tensors, {len(raw):,} bytes")
