"""Writes the files of this folder with PyTorch: files of torch.save, and what is in them.

    python generate.py

Made with PyTorch 2.15.0, safetensors 0.8.0 and numpy 2.4.6. The tensors of each file are in
expected.safetensors, called "<file>|<name>", as torch.load gives them; the Java tests read both. Files
of the old form name storages by their addresses, so that these differ from run to run.
"""

import argparse
import copyreg
import pathlib
import sys
import warnings
import zipfile

sys.dont_write_bytecode = True

import safetensors.torch
import torch
from torch import nn
from torch.serialization import set_crc32_options

FOLDER = pathlib.Path(__file__).resolve().parent
expected = {}


def tensors(value, path=""):
    """Every tensor in dictionaries and lists, by the path to it."""
    if isinstance(value, torch.Tensor):
        yield path, value
    elif isinstance(value, (dict, list, tuple)):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for key, inner in items:
            yield from tensors(inner, f"{path}.{key}" if path else str(key))


def is_readable(tensor):
    return (
        tensor.layout == torch.strided
        and tensor.device.type == "cpu"
        and not tensor.is_quantized
        and not tensor.is_complex()
        and "float8" not in str(tensor.dtype)
    )


def expect(file):
    """Keeps what torch.load makes of a file."""
    for name, tensor in tensors(torch.load(FOLDER / file, weights_only=False)):
        if is_readable(tensor):
            values = tensor.detach().resolve_neg().clone(memory_format=torch.contiguous_format)
            expected[f"{file}|{name}"] = values


def save(file, value, **options):
    torch.save(value, FOLDER / file, **options)
    expect(file)


def values():
    """One tensor of each type and layout."""
    torch.manual_seed(1)
    grid = torch.arange(24, dtype=torch.float32).reshape(2, 3, 4) / 7
    base = torch.arange(12, dtype=torch.int64) * 10 - 50
    buffer = torch.tensor([1.5])
    buffer.note = "an attribute"
    return {
        "types": {
            "f32": torch.tensor([1.0, -0.0, float("inf"), float("nan"), 1e-45]),
            "f64": torch.tensor([1 / 3, -1e300], dtype=torch.float64),
            "f16": torch.tensor([1 / 3, -65504, 6e-8, float("nan")], dtype=torch.float16),
            "bf16": torch.tensor([1 / 3, -3e38, 1e-40], dtype=torch.bfloat16),
            "i64": torch.tensor([2**31 - 1, -(2**31), 7]),
            "i32": torch.tensor([[1, 2], [3, -4]], dtype=torch.int32),
            "i16": torch.tensor([-32768, 5], dtype=torch.int16),
            "i8": torch.tensor([-128, 127], dtype=torch.int8),
            "u8": torch.tensor([255, 0], dtype=torch.uint8),
            "u16": torch.tensor([65535, 1], dtype=torch.uint16),
            "u32": torch.tensor([2**31 - 1, 1], dtype=torch.uint32),
            "u64": torch.tensor([2**31 - 1, 2], dtype=torch.uint64),
            "bool": torch.tensor([True, False, True]),
        },
        "layouts": [
            torch.tensor(3.5),
            torch.ones(2, 0, 3),
            grid.permute(2, 0, 1),
            grid[1, :, 1:3],
            grid[:, ::2, ::3],
            base[3:5],
            base,
            torch.arange(10.0).as_strided((4, 3), (2, 1), 1),
            torch.tensor([[2.5]]).expand(3, 4),
            torch.randn(2, 3, 2, 2).to(memory_format=torch.channels_last),
            torch.arange(6).to(torch.uint16)[1:].as_strided((2, 2), (1, 2)),
            torch.randn(3, dtype=torch.complex64).conj().imag,
        ],
        "parameter": nn.Parameter(torch.tensor([0.5, -0.5])),
        "buffer": buffer,
        "unreadable": {
            "complex": torch.ones(2, dtype=torch.complex64),
            "complex128": torch.ones(2, dtype=torch.complex128),
            "float8": torch.ones(2, dtype=torch.float8_e4m3fn),
            "sparse": torch.eye(2).to_sparse(),
            "quantized": torch.quantize_per_tensor(torch.ones(2), 0.1, 0, torch.qint8),
            "meta": torch.ones(2, device="meta"),
        },
        "plain": {
            "none": None,
            "true": True,
            "int": -70000,
            "large": 2**70,
            "float": 0.1,
            "text": "né 𝄞",
            "tuple": (1, (2, 3), "x", -1),
            5: "a number as its key",
            (1, 2): "a tuple as its key",
        },
        "size": torch.Size([2, 3]),
        "device": torch.device("cpu"),
        "dtype": torch.float32,
        "set": {1, 2},
        "bytes": b"\xff\x00",
        "storage": torch.ones(2).untyped_storage(),
    }


def network():
    return nn.Sequential(
        nn.Conv2d(2, 3, 2), nn.BatchNorm2d(3), nn.ReLU(), nn.Flatten(), nn.Linear(12, 2)
    )


def old_values():
    """The same without what the old form cannot hold: PyTorch 2.15 writes untyped storages, but does
    not load them."""
    some = values()
    for name in ("u16", "u32", "u64"):
        del some["types"][name]
    del some["unreadable"]["float8"]
    del some["storage"]
    some["layouts"] = [t for t in some["layouts"] if t.dtype != torch.uint16]
    return some


class EarlyParameter:
    """Is pickled as parameters were before PyTorch 0.4: the class, called with nothing, and a state
    of tensor, two that are not used any more, requires_grad and hooks. torch.load still reads that."""

    __class__ = property(lambda self: nn.Parameter)

    def __init__(self, data):
        self.data = data

    def __reduce_ex__(self, protocol):
        state = (self.data, None, {}, True, {})
        return copyreg.__newobj__, (nn.Parameter,), state


def networks():
    torch.manual_seed(2)
    model = network()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for _ in range(2):
        optimizer.zero_grad()
        model(torch.randn(5, 2, 3, 3)).square().sum().backward()
        optimizer.step()
    model.eval()
    x = torch.randn(2, 2, 3, 3)
    expected["network|input"] = x
    expected["network|output"] = model(x).detach()
    save("model.pt", model.state_dict())
    save("model-old.pt", model.state_dict(), _use_new_zipfile_serialization=False)
    set_crc32_options(False)
    save("model-no-sums.pt", model.state_dict(), _disable_byteorder_record=True)
    set_crc32_options(True)
    save("training.pt", {"net": model.state_dict(), "epoch": 3})
    weights = {"model." + name: tensor for name, tensor in model.state_dict().items()}
    checkpoint = {
        "epoch": 2,
        "global_step": 10,
        "pytorch-lightning_version": "2.5.0",
        "state_dict": weights,
        "callbacks": {},
        "optimizer_states": [optimizer.state_dict()],
        "lr_schedulers": [],
        "hparams_name": "args",
        "hyper_parameters": {"args": argparse.Namespace(lr=0.01, names=["a", "b"]), "lr": 0.01},
    }
    save("lightning.ckpt", checkpoint)
    checkpoint["state_dict"] = weights | {"loss.weight": torch.ones(2)}
    del checkpoint["optimizer_states"]
    save("lightning-loss.ckpt", checkpoint)
    torch.save(nn.Linear(2, 1), FOLDER / "module.pt")
    # The old form has the source of a module's class in it, and the place of that.
    torch.serialization.get_source_lines_and_file = lambda c: ([f"class {c.__name__}: ..."], 1, "")
    torch.save(nn.Linear(2, 1), FOLDER / "module-old.pt", _use_new_zipfile_serialization=False)
    torch.save({"model": nn.Linear(2, 1), "epoch": 1}, FOLDER / "module-inside.pt")


def big_endian(file, to, widths):
    """The same file as a big-endian machine writes it: no machine at hand is one. torch.load, which
    turns the bytes around by the storages' types, has to read the same.

    widths has the bytes of an element by the storage's key."""
    with zipfile.ZipFile(FOLDER / file) as old, zipfile.ZipFile(FOLDER / to, "w") as new:
        for entry in old.namelist():
            content = old.read(entry)
            if entry.endswith("/byteorder"):
                content = b"big"
            if "/data/" in entry and not entry.endswith("serialization_id"):
                width = widths[entry.split("/")[-1]]
                content = b"".join(
                    content[i : i + width][::-1] for i in range(0, len(content), width)
                )
            new.writestr(zipfile.ZipInfo(entry), content)


def big():
    some = {
        "f32": torch.tensor([1.0, -2.5]),
        "f64": torch.tensor([1 / 3], dtype=torch.float64),
        "bf16": torch.tensor([1 / 3, 2], dtype=torch.bfloat16),
        "f16": torch.tensor([1 / 3, 2], dtype=torch.float16),
        "i64": torch.tensor([[1, -2], [3, 4]]).T,
        "u8": torch.tensor([1, 200], dtype=torch.uint8),
    }
    save("little.pt", some)
    widths = {str(i): tensor.element_size() for i, tensor in enumerate(some.values())}
    big_endian("little.pt", "big.pt", widths)
    for name, tensor in torch.load(FOLDER / "big.pt").items():
        assert torch.equal(tensor, some[name]), name
    (FOLDER / "little.pt").unlink()
    for name in some:
        expected[f"big.pt|{name}"] = expected.pop(f"little.pt|{name}")


def main():
    warnings.simplefilter("ignore")
    save("values.pt", values())
    save("values-5.pt", values(), pickle_protocol=5)
    save("values-old.pt", old_values(), _use_new_zipfile_serialization=False)
    save("tensor.pt", torch.arange(3.0))
    tied = EarlyParameter(torch.ones(2))
    early = {"a": tied, "b": EarlyParameter(torch.zeros(3)), "c": tied}
    save("parameters-early.pt", early, _use_new_zipfile_serialization=False)
    networks()
    big()
    safetensors.torch.save_file(expected, FOLDER / "expected.safetensors")
    files = [file for file in FOLDER.iterdir() if file.suffix != ".py"]
    total = sum(file.stat().st_size for file in files)
    print(f"{len(files)} files, {total:,} bytes in all, {len(expected)} tensors")


if __name__ == "__main__":
    main()
