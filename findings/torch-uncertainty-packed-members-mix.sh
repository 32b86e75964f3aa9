#!/usr/bin/env bash
# torch-uncertainty 0.13, packed layers: members are meant to be independent until the last layer.
# PackedLayerNorm normalises over all members together unless first=True, and
# PackedMultiheadAttention mixes them in attention(x, x, x): the path for one and the same tensor
# splits q, k and v across members. With equal values in other tensors it does not, and gives other results.
# FINDINGS_VENV names a virtual environment to keep and to use again; without it all is removed at exit.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
venv=${FINDINGS_VENV:-$folder/venv}
python3 -m venv "$venv"
"$venv/bin/pip" install -q --no-compile torch==2.15.0 torch-uncertainty==0.13.0 torchmetrics==1.9.0 torchvision==0.29.2 lightning==2.6.6 rich timm numpy==2.4.6
"$venv/bin/python" - <<'EOF'
import sys
from importlib.metadata import version
import torch
from torch_uncertainty.layers.packed import PackedLayerNorm, PackedMultiheadAttention

print("torch-uncertainty", version("torch-uncertainty"), "torch", torch.__version__)
print("expected: four members of four features; another input of the last changes no other member")
torch.manual_seed(0)
x = torch.randn(2, 5, 16)
other = x.clone()
other[..., 12:] = torch.randn(2, 5, 4)
attention = PackedMultiheadAttention(8, 2, alpha=2, num_estimators=4, batch_first=True)
norm = PackedLayerNorm(8, 4, 2)
layers = {
    "PackedLayerNorm": (norm, True),
    "PackedMultiheadAttention(x, x, x)": (lambda t: attention(t, t, t)[0], True),
    "PackedMultiheadAttention(x, copy, copy)": (lambda t: attention(t, t.clone(), t.clone())[0], False),
}
with torch.no_grad():
    for name, (layer, mixes) in layers.items():
        change = (layer(other) - layer(x)).abs().amax((0, 1)).reshape(4, 4).amax(1)
        print(f"seen: {name}: largest change of members 1 to 4:", [round(c, 3) for c in change.tolist()])
        if (change[:3].max().item() > 1e-3) != mixes:
            sys.exit("changed: stated was that it " + ("mixes" if mixes else "does not mix") + " members")
    apart = (attention(x, x, x)[0] - attention(x, x.clone(), x.clone())[0]).abs().max().item()
print(f"seen: attention of x and of its copies are up to {apart:.3f} apart")
if apart < 1e-3:
    sys.exit("changed: they differed")
EOF
