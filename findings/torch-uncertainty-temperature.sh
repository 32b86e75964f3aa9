#!/usr/bin/env bash
# torch-uncertainty 0.13 TemperatureScaler: for logits whose best temperature is about 7 or more (an
# overconfident network, or scores that are no logits) the fit jumps to a temperature near zero, of
# either sign, and the NLL on the calibration set itself rises by a factor of 10^5 and more. What is
# meant is min over T of the NLL, which scikit-learn's CalibratedClassifierCV(method="temperature") finds.
# FINDINGS_VENV names a virtual environment to keep and to use again; without it all is removed at exit.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
venv=${FINDINGS_VENV:-$folder/venv}
python3 -m venv "$venv"
"$venv/bin/pip" install -q --no-compile torch==2.15.0 torch-uncertainty==0.13.0 torchmetrics==1.9.0 \
  torchvision==0.29.2 lightning==2.6.6 rich timm scikit-learn==1.9.1 numpy==2.4.6
"$venv/bin/python" - <<'EOF'
import logging
import sys
from importlib.metadata import version
import numpy as np
import sklearn
import torch
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.calibration import CalibratedClassifierCV
from sklearn.frozen import FrozenEstimator
from torch.nn.functional import cross_entropy
from torch.utils.data import DataLoader, TensorDataset
from torch_uncertainty.post_processing import TemperatureScaler

logging.disable()
print("torch-uncertainty", version("torch-uncertainty"), "scikit-learn", sklearn.__version__, "torch", torch.__version__)
print("expected: the temperature T by which the logits of a calibrated model were multiplied, and its NLL")


class Logits(ClassifierMixin, BaseEstimator):
    def fit(self, x, y):
        self.classes_ = np.unique(y)
        return self

    def decision_function(self, x):
        return x

    def predict(self, x):
        return x.argmax(1)


generator = torch.Generator().manual_seed(0)
calibrated = 1.5 * torch.randn(2000, 10, generator=generator)
labels = torch.multinomial(calibrated.softmax(1), 1, generator=generator).squeeze(1)
best = cross_entropy(calibrated, labels).item()
for factor in (2, 4, 8, 10, 20):
    logits = calibrated * factor
    scaler = TemperatureScaler()
    scaler.fit(DataLoader(TensorDataset(logits, labels), batch_size=500), progress=False)
    nll = cross_entropy(scaler(logits), labels).item()
    frozen = FrozenEstimator(Logits().fit(logits.numpy(), labels.numpy()))
    other = CalibratedClassifierCV(frozen, method="temperature").fit(logits.numpy(), labels.numpy())
    log = torch.from_numpy(np.log(other.predict_proba(logits.numpy())))
    peer = torch.nn.functional.nll_loss(log, labels).item()
    print(f"seen: T {factor}: torch-uncertainty {1 / scaler.inv_temp.item():.3g}, NLL {nll:.4g};"
          f" scikit-learn NLL {peer:.4f}; NLL before {cross_entropy(logits, labels).item():.3f}, best {best:.4f}")
    if (nll > 1000) != (factor >= 8) or abs(peer - best) > 0.01:
        sys.exit("changed: from 8 on the fit failed, below it did not; scikit-learn found the best")
EOF
