#!/usr/bin/env bash
# safetensors 0.8.0, NumPy front end: an array in column order (a transpose, a result of LAPACK or
# scikit-learn) or a slice with steps is saved with its values in the wrong places. Nothing is
# raised, the shape is right. 0.7.0 saved the same arrays rightly.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
for version in 0.7.0 0.8.0; do
  "$folder/venv/bin/pip" install -q --no-compile numpy==2.4.6 "safetensors==$version"
  "$folder/venv/bin/python" - "$version" <<'EOF'
import sys
import numpy as np
import safetensors
from safetensors.numpy import load, save

weight = np.arange(6, dtype=np.float32).reshape(2, 3)
arrays = {"rows": weight, "columns": np.asfortranarray(weight), "transposed": weight.T, "steps": weight[:, ::2]}
back = load(save(arrays))
same = {name: bool(np.array_equal(back[name], array)) for name, array in arrays.items()}
print("safetensors", safetensors.__version__, "numpy", np.__version__)
print("  expected: what is saved is read back, or an error; seen, equal:", same)
if not same["columns"]:
    print("  saved", weight.tolist(), "read", back["columns"].tolist())
wrong = [name for name, equal in same.items() if not equal]
stated = [] if sys.argv[1] == "0.7.0" else ["columns", "transposed", "steps"]
if wrong != stated:
    sys.exit(f"changed: wrong are {wrong}, stated was {stated}")
EOF
done
