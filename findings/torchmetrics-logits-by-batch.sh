#!/usr/bin/env bash
# torchmetrics 1.9: binary metrics that take logits decide for each call of update, by whether a value
# lies outside [0, 1], if a sigmoid is applied. The value over a test set then depends on its batches:
# a batch whose logits happen to lie in [0, 1] passes as probabilities.
# FINDINGS_VENV names a virtual environment to keep and to use again; without it all is removed at exit.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
venv=${FINDINGS_VENV:-$folder/venv}
python3 -m venv "$venv"
"$venv/bin/pip" install -q --no-compile torch==2.15.0 torchmetrics==1.9.0 numpy==2.4.6
"$venv/bin/python" - <<'EOF'
import sys
import torch
import torchmetrics
from torchmetrics.classification import BinaryAUROC, BinaryAveragePrecision, BinaryCalibrationError

print("torchmetrics", torchmetrics.__version__, "torch", torch.__version__)
print("expected: the same value for any size of batches of the same logits")
logits = torch.tensor([-3.0, 0.1, 0.9, 0.95, 2.0, -1.0, 1.5, 0.2])
target = torch.tensor([0, 0, 0, 1, 1, 0, 1, 1])
for kind in (BinaryAUROC, BinaryAveragePrecision, BinaryCalibrationError):
    seen = {}
    for size in (8, 4, 2, 1):
        metric = kind()
        for i in range(0, 8, size):
            metric.update(logits[i : i + size], target[i : i + size])
        seen[size] = round(metric.compute().item(), 4)
    right = round(kind()(logits.sigmoid(), target).item(), 4)
    print(f"seen: {kind.__name__} by size of batch {seen}, of probabilities {right}")
    if seen[8] != right or len(set(seen.values())) < 2:
        sys.exit("changed: the value depended on the batches")
EOF
