#!/usr/bin/env bash
# optax 0.2 and Keras 3 (on JAX): a label that is no class is not refused, and each makes another
# number of it. PyTorch leaves out -100 and refuses the others; 255 is the usual mark of unlabelled
# pixels. In Keras they count with loss 0 and lower the mean, in optax -1 is the last class.
# FINDINGS_VENV names a virtual environment to keep and to use again; without it all is removed at exit.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
venv=${FINDINGS_VENV:-$folder/venv}
python3 -m venv "$venv"
"$venv/bin/pip" install -q --no-compile jax==0.10.2 optax==0.2.8 keras==3.15.1
JAX_PLATFORMS=cpu KERAS_BACKEND=jax "$venv/bin/python" - <<'EOF'
import math
import sys
import jax
import jax.numpy as jnp
import keras
import optax

print("optax", optax.__version__, "keras", keras.__version__, "jax", jax.__version__)
print("expected: an error, or NaN, or the sample left out, and the same in both")
logits = jnp.asarray([[1.0, 2.0, 3.0]])


def losses(label):
    y = jnp.asarray([label])
    return (
        optax.softmax_cross_entropy_with_integer_labels(logits, y).item(),
        keras.losses.sparse_categorical_crossentropy(y, logits, from_logits=True).item(),
    )


last = losses(2)[0]
seen = {label: losses(label) for label in (-1, -100, 3, 255)}
for label, (a, b) in seen.items():
    print(f"seen: three classes, label {label}: optax {a:.4f}, Keras {abs(b):.4f}")
print(f"(class 2 has loss {last:.4f})")
if seen[-1][0] != last or not all(math.isnan(seen[n][0]) for n in (-100, 3, 255)):
    sys.exit("changed: optax took -1 as the last class and gave NaN for the others")
if any(b != 0 for _, b in seen.values()):
    sys.exit("changed: Keras gave loss 0")
EOF
