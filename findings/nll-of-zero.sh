#!/usr/bin/env bash
# scikit-learn 1.9 and Keras 3: the negative log-likelihood of a class that got probability 0 is a
# constant of the library, in scikit-learn one for each float type. A single confident error among
# 1,000 test samples moves the mean NLL by 0.036, 0.016 or 0.007.
# FINDINGS_VENV names a virtual environment to keep and to use again; without it all is removed at exit.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
venv=${FINDINGS_VENV:-$folder/venv}
python3 -m venv "$venv"
"$venv/bin/pip" install -q --no-compile scikit-learn==1.9.1 numpy==2.4.6 keras==3.15.1 jax==0.10.2
JAX_PLATFORMS=cpu KERAS_BACKEND=jax "$venv/bin/python" - <<'EOF'
import sys
import keras
import numpy as np
import sklearn
from sklearn.metrics import log_loss

print("scikit-learn", sklearn.__version__, "keras", keras.__version__, "numpy", np.__version__)
print("expected: infinity, or one limit for all types of the same numbers")
probability = np.array([[0.0, 1.0]])
seen = {
    f"scikit-learn log_loss, {t.__name__}": log_loss([0], probability.astype(t), labels=[0, 1])
    for t in (np.float64, np.float32, np.float16)
}
single = probability.astype(np.float32)
seen["Keras sparse_categorical_crossentropy"] = float(keras.losses.sparse_categorical_crossentropy(np.array([0]), single)[0])
seen["Keras binary_crossentropy"] = float(keras.losses.binary_crossentropy(np.array([[0.0]]), single[:, 1:])[0])
stated = (36.04, 15.94, 6.93, 16.12, 15.94)
for (name, value), old in zip(seen.items(), stated, strict=True):
    print(f"seen: {name}: {value:.4f}")
    if abs(value - old) > 0.01:
        sys.exit(f"changed: stated was {old}")
EOF
