#!/usr/bin/env bash
# torch 2.15 CosineAnnealingWarmRestarts.step(epoch): the number of past cycles is int(log(x, T_mult)),
# and the logarithm of 243 to base 3 is 4.999… in floating point. At such a restart (T_mult 3, after
# five cycles; T_mult 10, after three) the rate is the smallest instead of the largest, with whole
# epochs too. step() without an argument counts and is right, so that the two forms differ.
# FINDINGS_VENV names a virtual environment to keep and to use again; without it all is removed at exit.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
venv=${FINDINGS_VENV:-$folder/venv}
python3 -m venv "$venv"
"$venv/bin/pip" install -q --no-compile torch==2.15.0 numpy==2.4.6
"$venv/bin/python" - <<'EOF'
import sys
import torch
from torch.optim import SGD
from torch.optim.lr_scheduler import CosineAnnealingWarmRestarts

print("torch", torch.__version__)
print("expected: rate 1.0 at each restart, by step() and by step(epoch)")


def schedule(cycle, growth):
    optimizer = SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
    return optimizer, CosineAnnealingWarmRestarts(optimizer, cycle, growth)


def counted(cycle, growth, epoch):
    optimizer, rate = schedule(cycle, growth)
    for _ in range(epoch):
        optimizer.step()
        rate.step()
    return rate.get_last_lr()[0]


def asked(cycle, growth, epoch):
    _, rate = schedule(cycle, growth)
    rate.step(epoch)
    return rate.get_last_lr()[0]


for cycle, growth, cycles, stated in ((1, 2, 5, 1), (1, 3, 4, 1), (1, 3, 5, 0), (2, 3, 5, 0), (1, 10, 3, 0)):
    epoch = cycle * sum(growth**i for i in range(cycles))
    a, b = counted(cycle, growth, epoch), asked(cycle, growth, epoch)
    print(f"seen: T_0 {cycle}, T_mult {growth}, restart at epoch {epoch}: step() {a:.4f}, step({epoch}) {b:.4f}")
    if abs(a - 1) > 1e-6 or abs(b - stated) > 1e-6:
        sys.exit(f"changed: stated was 1 and {stated}")
EOF
