#!/usr/bin/env bash
# Flax 0.12, linen and nnx: normalisation layers compute the variance as mean(x^2) - mean(x)^2 in
# float32 by default (use_fast_variance=True). Inputs whose mean is thousands of times their spread
# (time stamps, map coordinates) come out with a spread of hundreds instead of one; Keras on the same
# JAX is right.
# FINDINGS_VENV names a virtual environment to keep and to use again; without it all is removed at exit.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
venv=${FINDINGS_VENV:-$folder/venv}
python3 -m venv "$venv"
"$venv/bin/pip" install -q --no-compile jax==0.10.2 flax==0.12.8 keras==3.15.1 numpy==2.4.6
JAX_PLATFORMS=cpu KERAS_BACKEND=jax "$venv/bin/python" - <<'EOF'
import sys
import flax
import flax.linen as nn
import jax
import jax.numpy as jnp
import keras
import numpy as np
from flax import nnx

print("flax", flax.__version__, "jax", jax.__version__, "keras", keras.__version__)
print("expected: normalised values have standard deviation 1, for any mean")
noise = np.random.default_rng(0).normal(size=(64, 8))


def linen(x, **options):
    layer = nn.BatchNorm(use_running_average=False, **options)
    return layer.apply(layer.init(jax.random.key(0), x), x, mutable=["batch_stats"])[0]


ways = {
    "flax.linen.BatchNorm": linen,
    "flax.nnx.BatchNorm": lambda x: nnx.BatchNorm(8, rngs=nnx.Rngs(0))(x),
    "flax.linen.LayerNorm": lambda x: nn.LayerNorm().init_with_output(jax.random.key(0), x)[0],
    "flax.linen.BatchNorm(use_fast_variance=False)": lambda x: linen(x, use_fast_variance=False),
    "keras.layers.BatchNormalization": lambda x: keras.layers.BatchNormalization()(x, training=True),
}
for name, normalise in ways.items():
    spread = {m: float(jnp.std(normalise(jnp.asarray(noise + m, jnp.float32)))) for m in (0, 300, 3000, 10000)}
    print(f"seen: {name}:", {m: round(s, 3) for m, s in spread.items()})
    exact = "False" in name or "keras" in name
    if (spread[10000] < 1.01) != exact or abs(spread[0] - 1) > 0.02:
        sys.exit(f"changed: {name} gives {spread}")
EOF
