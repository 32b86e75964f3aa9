#!/usr/bin/env bash
# torch-uncertainty 0.13 AURC and AUGRC: samples of equal confidence are ranked as they come, so that
# the value depends on the order of the test set (float16 outputs and saturated networks tie often).
# AURC is also not the mean over coverages of its documented formula, but a trapezoid area from
# coverage 1/N on.
# FINDINGS_VENV names a virtual environment to keep and to use again; without it all is removed at exit.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
venv=${FINDINGS_VENV:-$folder/venv}
python3 -m venv "$venv"
"$venv/bin/pip" install -q --no-compile torch==2.15.0 torch-uncertainty==0.13.0 torchmetrics==1.9.0 torchvision==0.29.2 lightning==2.6.6 rich timm numpy==2.4.6
"$venv/bin/python" - <<'EOF'
import itertools
import sys
from importlib.metadata import version
import torch
from torch_uncertainty.metrics.classification import AUGRC, AURC

print("torch-uncertainty", version("torch-uncertainty"), "torch", torch.__version__)
print("expected: one value for the same six samples, of confidence 0.8 and three of them wrong")
probabilities = torch.tensor([[0.8, 0.2]] * 6)
for kind, least, most in ((AURC, 0.18, 0.82), (AUGRC, 0.15, 0.4333)):
    values = set()
    for target in set(itertools.permutations([0, 0, 0, 1, 1, 1])):
        metric = kind()
        metric.update(probabilities, torch.tensor(target))
        values.add(round(metric.compute().item(), 4))
    print(f"seen: {kind.__name__}: {len(values)} values, from {min(values)} to {max(values)}")
    if abs(min(values) - least) > 1e-3 or abs(max(values) - most) > 1e-3:
        sys.exit(f"changed: stated was from {least} to {most}")
metric = AURC()
metric.update(torch.tensor([[0.7, 0.3], [0.6, 0.4], [0.8, 0.2]]), torch.tensor([0, 1, 0]))
value = metric.compute().item()
print(f"seen: errors 0, 0, 1 by falling confidence: AURC {value:.4f}, by its formula {1 / 9:.4f}")
if abs(value - 1 / 12) > 1e-4:
    sys.exit("changed: stated was 0.0833")
EOF
