#!/usr/bin/env bash
# torchmetrics 1.9 calibration error: a confidence of exactly 1 is put into a bin of its own, the
# bins being [k/n, (k+1)/n) and {1}. Saturated networks give many such confidences; their errors are
# then not averaged with those of the top bin, and n_bins bins are n_bins + 1.
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
from torchmetrics.classification import MulticlassCalibrationError

print("torchmetrics", torchmetrics.__version__, "torch", torch.__version__)
target = torch.tensor([1, 0, 0])


def ece(first, bins):
    confidence = torch.tensor([first, 0.95, 0.95])
    return MulticlassCalibrationError(2, n_bins=bins)(torch.stack([confidence, 1 - confidence], 1), target).item()


# All three lie in the top bin: accuracy 2/3, mean confidence 2.9/3.
print("expected: 0.3000 for a wrong answer of confidence 1 and two right ones of 0.95, with 10 bins or 15;")
print("          and no jump from a confidence of 0.999999 to 1, with one bin least of all")
seen = {(c, n): ece(c, n) for n in (1, 10, 15) for c in (0.999999, 1.0)}
for (confidence, bins), value in seen.items():
    print(f"seen: {bins:2} bins, confidence {confidence}: {value:.4f}")
for (confidence, bins), value in seen.items():
    stated = 1.1 / 3 if confidence == 1 else 0.3
    if abs(value - stated) > 1e-4:
        sys.exit(f"changed: stated was {stated:.4f}")
EOF
