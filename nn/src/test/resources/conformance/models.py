"""State dicts, inputs and logits of whole networks, and the check of a file that Tutti wrote.

lenet.safetensors and resnet18.safetensors.gz are plain state dicts as safetensors.torch.save_file
writes them, whose metadata name the versions. models.safetensors.gz holds what the networks
compute, torchvision.txt the names and shapes of torchvision's networks.

The parameters of the large networks are filled from one tile of 4099 normal numbers (a prime, so
that no row of a weight repeats another): element i of the n-th tensor is tile[(97 n + i) % 4099],
scaled. A tile fits deflate's window, so ResNet-18's 45 MB shrink to less than 1 MB.
"""

import gzip
import json
import math

import safetensors.torch
import torch
import torch.nn.functional as F
import torchvision

import fixture
from fixture import FOLDER, VERSIONS, Fixture, distance, seed
from networks import NETWORKS

# These keep PyTorch's initial values, and the fixture their parameters.
SMALL = ("mlp", "lenet")
TILE = 4099
SHIFT = 97


# Networks of which only names and shapes are compared.
SHAPES = ("vgg11", "vgg11_bn", "vgg13", "vgg16", "vgg16_bn", "vgg19", "resnet18", "resnet34",
          "resnet50", "resnet101", "resnet152", "vit_b_16")


def tile():
    seed("tile")
    return torch.randn(TILE)


def scaled(name, shape, values):
    """What a tensor makes of its part of the tile: weights keep the variance of what passes,
    gains lie around 1, variances too and stay positive, biases and means are small."""
    if name.endswith("running_var"):
        return 0.75 + 0.5 * values.abs()
    if len(shape) == 1:
        return 1 + 0.1 * values if name.endswith("weight") else 0.1 * values
    return values * math.sqrt(2 / math.prod(shape[1:]))


def fill(model):
    """Fills every float tensor of a state dict from the tile."""
    values, state = tile(), {}
    for n, (name, tensor) in enumerate(model.state_dict().items()):
        if tensor.is_floating_point():
            index = (SHIFT * n + torch.arange(tensor.numel())) % TILE
            tensor = scaled(name, tensor.shape, values[index]).reshape(tensor.shape)
        state[name] = tensor
    model.load_state_dict(state)
    return model


def made(name):
    """The network with the fixtures' parameters, in eval mode."""
    seed(name)
    model = NETWORKS[name][0]()
    return (model if name in SMALL else fill(model)).eval()


def image(name):
    seed("input of " + name)
    return torch.randn(NETWORKS[name][1])


def trained(model, x):
    """One training-mode pass: loss, gradient norms, some gradients, running statistics after."""
    labels = torch.arange(len(x)) * 3 % 10
    model.train()
    loss = F.cross_entropy(model(x), labels)
    grads = dict(zip(
        [k for k, _ in model.named_parameters()],
        torch.autograd.grad(loss, list(model.parameters())),
        strict=True,
    ))
    small = {k: g for k, g in grads.items() if g.numel() <= 512}
    norms = {k: g.double().norm().float() for k, g in grads.items()}
    after = {k: b for k, b in model.named_buffers() if b.is_floating_point()}
    return {
        "train": {"labels": labels, "loss": loss},
        "norm": norms,
        "grad": small,
        "after": after,
    }


class State:
    """A state dict as PyTorch writes it."""

    def __init__(self, file, model):
        self.file, self.model = file, model

    def write(self):
        metadata = {"conformance": json.dumps({"versions": VERSIONS, "cases": {}})}
        fixture.write(self.file, self.model.state_dict(), metadata, 1)


class Names:
    """Names and shapes of torchvision's networks, a line for each tensor."""

    file = "torchvision.txt"

    def write(self):
        versions = ", ".join(f"{k} {v}" for k, v in VERSIONS.items())
        lines = [f"# {versions}: network, tensor, shape"]
        for name in SHAPES:
            with torch.device("meta"):
                model = getattr(torchvision.models, name)()
            for key, value in model.state_dict().items():
                lines.append(" ".join([name, key, *map(str, value.shape)]))
        (FOLDER / self.file).write_text("\n".join(lines) + "\n", encoding="utf-8")
        print(f"{self.file}: {len(SHAPES)} networks, {len(lines) - 1} tensors")


def all_fixtures():
    f = Fixture("models.safetensors.gz")
    f.add("tile", {"shift": SHIFT}, tile={"tile": tile()})
    for name in NETWORKS:
        model, double, x = made(name), made(name).double(), image(name)
        with torch.no_grad():
            logits, exact = model(x), double(x.double())
        attributes = {
            "parameters": sum(p.numel() for p in model.parameters()),
            "names": list(model.state_dict()),
            "rounding": float(f"{distance(logits, exact):.1e}"),
        }
        roles = {}
        if name in ("lenet", "resnet18"):
            roles = trained(model, x)
            exact = trained(double, x.double())
            distances = [
                distance(value, exact[role][key])
                for role, named in roles.items()
                for key, value in named.items()
            ]
            attributes["rounding of training"] = float(f"{max(distances):.1e}")
        if name == "mlp":
            roles["parameter"] = model.state_dict()
        f.add(name, attributes, input={"x": x}, output={"logits": logits}, **roles)
    lenet = State("lenet.safetensors", made("lenet"))
    resnet = State("resnet18.safetensors.gz", made("resnet18"))
    return [f, lenet, resnet, Names()]


def check(file, name):
    """Loads a file with strict=True into PyTorch's network and compares logits with the fixture's."""
    with open(file, "rb") as opened:
        raw = opened.read()
    state = safetensors.torch.load(gzip.decompress(raw) if file.endswith(".gz") else raw)
    model = NETWORKS[name][0]()
    keys = model.load_state_dict(state, strict=True)
    model.eval()
    with torch.no_grad():
        actual = model(image(name))
    raw = gzip.decompress((FOLDER / "models.safetensors.gz").read_bytes())
    expected = safetensors.torch.load(raw)[f"{name}|output|logits"]
    error = ((actual - expected).abs().max() / expected.abs().max()).item()
    print(f"{file}: {len(state)} tensors into {name}, strict: {keys}")
    print(f"logits differ by {error:.2e} of the largest magnitude {expected.abs().max():.4f}")
    return error <= 1e-5
