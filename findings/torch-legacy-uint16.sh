#!/usr/bin/env bash
# torch 2.15: torch.save in the old form (_use_new_zipfile_serialization=False) writes tensors of uint16, uint32
# and uint64 without a word, but torch.load cannot read the file again (AttributeError); the zip form can.
# FINDINGS_VENV names a virtual environment to keep and to use again; without it all is removed at exit.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
venv=${FINDINGS_VENV:-$folder/venv}
python3 -m venv "$venv"
"$venv/bin/pip" install -q --no-compile torch==2.15.0 numpy==2.4.6
"$venv/bin/python" - <<'EOF'
import io
import sys

import torch

print("torch", torch.__version__)
print("expected: what torch.save writes, torch.load reads, or torch.save refuses")
as_stated = True
for dtype in (torch.float32, torch.int64, torch.uint8, torch.uint16, torch.uint32, torch.uint64):
    t = torch.tensor([1, 2]).to(dtype)
    for zipped in (True, False):
        buffer = io.BytesIO()
        torch.save(t, buffer, _use_new_zipfile_serialization=zipped)
        buffer.seek(0)
        try:
            read = torch.equal(torch.load(buffer).to(torch.int64), torch.tensor([1, 2]))
            seen = "read" if read else "other values"
        except AttributeError as e:
            seen = f"AttributeError: {e}"
        print(f"seen, {dtype}, {'zip' if zipped else 'old'} form: {seen}")
        fails = not zipped and dtype in (torch.uint16, torch.uint32, torch.uint64)
        as_stated &= seen.startswith("AttributeError") if fails else seen == "read"
sys.exit(0 if as_stated else "changed: no longer as stated")
EOF
