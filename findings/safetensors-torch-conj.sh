#!/usr/bin/env bash
# safetensors 0.8.0, PyTorch front end: a tensor that PyTorch conjugates or negates lazily (z.conj(), and
# z.conj().imag of one element, both contiguous) is saved as its memory is, without the pending change: the
# file has the conjugate, or the opposite sign. torch.save keeps the flag beside the values and reads right.
# FINDINGS_VENV names a virtual environment to keep and to use again; without it all is removed at exit.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
venv=${FINDINGS_VENV:-$folder/venv}
python3 -m venv "$venv"
"$venv/bin/pip" install -q --no-compile torch==2.15.0 numpy==2.4.6 safetensors==0.8.0
"$venv/bin/python" - <<'EOF'
import io
import sys

import safetensors
import torch
from safetensors.torch import load, save

print("torch", torch.__version__, "safetensors", safetensors.__version__)
print("expected: what is loaded equals what was saved, or the tensor is refused")

z = torch.fft.fft(torch.tensor([1.0, 2.0, 4.0])).conj()
sign = torch.tensor([1 + 2j]).conj().imag
same = True
for name, t in (("conjugate", z), ("negative", sign)):
    loaded = load(save({"t": t}))["t"]
    buffer = io.BytesIO()
    torch.save(t, buffer)
    buffer.seek(0)
    kept = torch.load(buffer)
    print(f"seen, {name}: {t.tolist()} becomes {loaded.tolist()}; by torch.save {kept.tolist()}")
    resolved = load(save({"t": t.resolve_conj().resolve_neg().clone()}))["t"]
    same &= torch.equal(kept, t) and torch.equal(resolved, t)
    same &= not torch.equal(loaded, t) and (torch.equal(loaded, t.conj()) or torch.equal(loaded, -t))
sys.exit(0 if same else "changed: no longer as stated")
EOF
