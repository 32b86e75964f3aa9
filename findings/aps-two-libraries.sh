#!/usr/bin/env bash
# "APS with 90 %" in MAPIE 1.6 and torch-uncertainty 0.13 from 19 calibrated samples: MAPIE always takes
# the last class in (coverage above 90 %), torch-uncertainty takes the plain quantile of the scores,
# without the (n+1)/n of the theorem, after a temperature fitted on the same samples (below).
# FINDINGS_VENV names a virtual environment to keep and to use again; without it all is removed at exit.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
venv=${FINDINGS_VENV:-$folder/venv}
python3 -m venv "$venv"
"$venv/bin/pip" install -q --no-compile torch==2.15.0 torch-uncertainty==0.13.0 torchmetrics==1.9.0 \
  torchvision==0.29.2 lightning==2.6.6 rich timm scikit-learn==1.9.1 mapie==1.6.0 numpy==2.4.6
"$venv/bin/python" -W ignore - <<'EOF'
import contextlib, io, logging, sys
from importlib.metadata import version
import numpy as np
import torch
from mapie.classification import SplitConformalClassifier
from sklearn.base import BaseEstimator, ClassifierMixin
from torch.utils.data import DataLoader, TensorDataset
from torch_uncertainty.post_processing import ConformalClsAPS

logging.disable()
print(*(f"{name} {version(name)}" for name in ("mapie", "torch-uncertainty", "scikit-learn", "torch")))
print("expected: mean coverage 0.900 or a little more, and nearly the same, for 'APS' at 90 %")
classes, random = 10, np.random.default_rng(0)
torch.manual_seed(0)
torch.set_num_threads(1)


class Softmax(ClassifierMixin, BaseEstimator):
    def fit(self, x, y):
        self.classes_ = np.arange(classes)
        return self

    def predict_proba(self, x):
        return torch.from_numpy(x).softmax(1).numpy()

    def predict(self, x):
        return x.argmax(1)


def draw(n):
    x = 2 * random.normal(size=(n, classes))
    return x, (Softmax().predict_proba(x).cumsum(1) > random.random((n, 1))).argmax(1)


def mapie(options, x, y, test):
    model = Softmax().fit(x, y)
    sets = SplitConformalClassifier(model, confidence_level=0.9, conformity_score="aps", prefit=True, random_state=0)
    return sets.conformalize(x, y).predict_set(test, conformity_score_params=options)[1][:, :, 0]


def torch_uncertainty(options, x, y, test):
    x, test = torch.tensor(x, dtype=torch.float32), torch.tensor(test, dtype=torch.float32)
    sets = ConformalClsAPS(0.1, torch.nn.Identity(), **options)
    with contextlib.redirect_stderr(io.StringIO()):  # a progress bar
        sets.fit(DataLoader(TensorDataset(x, torch.tensor(y)), batch_size=len(x)))
    return (sets.conformal(test) > 0).numpy()


ways = {
    "MAPIE, default": (mapie, {}, 0.905, 0.96),
    "MAPIE, include_last_label=False": (mapie, {"include_last_label": False}, 0.78, 0.87),
    "MAPIE, include_last_label='randomized'": (mapie, {"include_last_label": "randomized"}, 0.87, 0.92),
    "torch-uncertainty, default": (torch_uncertainty, {}, 0.80, 0.885),
    "torch-uncertainty, enable_ts=False": (torch_uncertainty, {"enable_ts": False}, 0.82, 0.885),
}
covered = {name: [] for name in ways}
for _ in range(60):
    (x, y), (test, truth) = draw(19), draw(200)
    for name, (sets, options, _, _) in ways.items():
        covered[name].append(sets(options, x, y, test)[np.arange(200), truth].mean())
for name, (_, _, least, most) in ways.items():
    mean = np.mean(covered[name])
    print(f"seen: {name}: {mean:.3f} ± {np.std(covered[name]) / 60**0.5:.3f}")
    if not least < mean < most:
        sys.exit(f"changed: stated was between {least} and {most}")
EOF
