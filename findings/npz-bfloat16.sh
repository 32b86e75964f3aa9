#!/usr/bin/env bash
# NumPy 2.4 and ml_dtypes (the bfloat16 and float8 of JAX): np.savez takes such arrays without a
# word. np.load gives bfloat16 and float8_e4m3fn back as raw bytes of type V2 and V1, as their names
# are not in the file, and float8_e5m2 it refuses to read at all.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --no-compile numpy==2.4.6 ml_dtypes==0.6.0
"$folder/venv/bin/python" - "$folder/weights.npz" <<'EOF'
import sys
import ml_dtypes
import numpy as np

print("numpy", np.__version__, "ml_dtypes", ml_dtypes.__version__)
stated = {"bfloat16": "|V2", "float8_e4m3fn": "|V1", "float8_e5m2": "ValueError"}
np.savez(sys.argv[1], **{n: np.arange(4).astype(getattr(ml_dtypes, n)) for n in stated})
seen = {}
with np.load(sys.argv[1]) as arrays:
    for name in stated:
        try:
            seen[name] = arrays[name].dtype.str
        except ValueError:
            seen[name] = "ValueError"
    again = arrays["bfloat16"].view(ml_dtypes.bfloat16).astype(np.float32).tolist()
print("expected: the type that was saved, or an error at np.savez")
print("seen:", seen, "- bfloat16 seen again as what it is:", again)
if seen != stated or again != [0, 1, 2, 3]:
    sys.exit("changed: stated was " + str(stated))
EOF
