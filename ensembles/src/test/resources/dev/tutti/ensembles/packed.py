"""Writes packed.safetensors: packed layers and networks of torch-uncertainty 0.13.0, with inputs and outputs.

pip install torch-uncertainty==0.13.0 safetensors
python packed.py packed.safetensors
"""

import sys
import types

# The package's own start-up imports its trainers; its layers need none of that.
import importlib.util

found = importlib.util.find_spec("torch_uncertainty")
package = types.ModuleType("torch_uncertainty")
package.__path__ = list(found.submodule_search_locations)
sys.modules["torch_uncertainty"] = package

import torch
from safetensors.torch import save_file
from torch_uncertainty.layers import PackedConv1d, PackedConv2d, PackedLinear

torch.manual_seed(13)
tensors = {}


def keep(name, layer, x):
    with torch.no_grad():
        y = layer(x)
    for key, value in layer.state_dict().items():
        tensors[f"{name}/{key.removeprefix('conv.')}"] = value.contiguous()
    tensors[f"{name}/x"] = x.contiguous()
    tensors[f"{name}/y"] = y.contiguous()


# name: in, out, alpha, M, gamma, first, last
LINEAR = {
    "a1.5-m3": (10, 14, 1.5, 3, 1, False, False),
    "a3-m8-g2": (16, 32, 3, 8, 2, False, False),
    "a1.5-m1": (7, 9, 1.5, 1, 1, False, False),
    "a2-m4-first": (11, 6, 2, 4, 1, True, False),
    "a2-m4-last": (6, 5, 2, 4, 1, False, True),
    "a3-m3-g2": (14, 10, 3, 3, 2, False, False),
}
for name, (i, o, alpha, m, gamma, first, last) in LINEAR.items():
    layer = PackedLinear(i, o, alpha, m, gamma=gamma, first=first, last=last, implementation="full")
    keep(f"linear/{name}", layer, torch.randn(3, i if first else int(i * alpha)))

# name: in, out, kernel, alpha, M, gamma, stride, padding, first, last, minimum
CONV = {
    "a1.5-m3": (6, 10, 3, 1.5, 3, 1, 1, 1, False, False, 64),
    "a3-m8-g2": (16, 32, 3, 3, 8, 2, 2, 1, False, False, 1),
    "a2-m4-first": (3, 6, 5, 2, 4, 1, 1, 0, True, False, 64),
    "a1.5-m1": (5, 7, 3, 1.5, 1, 1, 1, 0, False, False, 64),
}
for name, (i, o, k, alpha, m, gamma, stride, padding, first, last, least) in CONV.items():
    layer = PackedConv2d(
        i, o, k, alpha, m, gamma=gamma, stride=stride, padding=padding, first=first, last=last,
        minimum_channels_per_group=least,
    )
    keep(f"conv2d/{name}", layer, torch.randn(2, i if first else int(i * alpha), 7, 6))
layer = PackedConv1d(6, 10, 3, 1.5, 3, padding=1)
keep("conv1d/a1.5-m3", layer, torch.randn(2, 9, 8))

from torch_uncertainty.models.classification import packed_lenet, packed_resnet, packed_wideresnet28x10

net = packed_lenet(in_channels=1, num_classes=10, num_estimators=4, alpha=2).eval()
keep("lenet", net, torch.randn(2, 1, 28, 28))

for arch in (18, 50):
    for gamma in (1, 2):
        net = packed_resnet(
            in_channels=3, num_classes=10, arch=arch, num_estimators=4, alpha=2, gamma=gamma,
            conv_bias=False, style="cifar",
        )
        count = sum(p.numel() for p in net.parameters())
        tensors[f"count/resnet{arch}-g{gamma}"] = torch.tensor([count])
net = packed_wideresnet28x10(
    in_channels=3, num_classes=10, num_estimators=4, alpha=2, gamma=1, conv_bias=False, style="cifar"
)
tensors["count/wideresnet28x10-g1"] = torch.tensor([sum(p.numel() for p in net.parameters())])

for name, value in tensors.items():
    if name.startswith("count"):
        print(name, value.item())
save_file(tensors, sys.argv[1])
