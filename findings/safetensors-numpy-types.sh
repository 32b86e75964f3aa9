#!/usr/bin/env bash
# safetensors 0.8.0, NumPy and JAX front ends: they save bfloat16 and float8 arrays, and what they
# saved is refused by their own load(). load_file() of the same module reads the bfloat16 file, so
# that load(open(f).read()) and load_file(f) differ; neither reads float8.
# FINDINGS_VENV names a virtual environment to keep and to use again; without it all is removed at exit.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
venv=${FINDINGS_VENV:-$folder/venv}
python3 -m venv "$venv"
"$venv/bin/pip" install -q --no-compile safetensors==0.8.0 numpy==2.4.6 ml_dtypes==0.6.0 jax==0.10.2
"$venv/bin/python" - "$folder/weights.safetensors" <<'EOF'
import sys
import jax
import jax.numpy as jnp
import ml_dtypes
import numpy as np
import safetensors
import safetensors.flax
import safetensors.numpy

print("safetensors", safetensors.__version__, "numpy", np.__version__, "jax", jax.__version__)


def outcome(read, argument):
    try:
        return "reads " + str(read(argument)["w"].dtype)
    except (KeyError, AttributeError) as e:
        return type(e).__name__


stated = {"bfloat16": ("KeyError", "reads bfloat16"), "float8_e4m3fn": ("KeyError", "AttributeError")}
values = np.arange(4)
seen = {}
for name in stated:
    for module, array in (
        (safetensors.numpy, values.astype(getattr(ml_dtypes, name))),
        (safetensors.flax, jnp.asarray(values).astype(getattr(jnp, name))),
    ):
        module.save_file({"w": array}, sys.argv[1])
        seen[module.__name__, name] = (
            outcome(module.load, module.save({"w": array})),
            outcome(module.load_file, sys.argv[1]),
        )
print("expected: all are read back, as save accepted them")
for (module, name), (load, load_file) in seen.items():
    print(f"seen: {module} {name}: load {load}, load_file {load_file}")
for (module, name), got in seen.items():
    if got != stated[name]:
        sys.exit(f"changed: {module} {name}: {got}, stated was {stated[name]}")
EOF
