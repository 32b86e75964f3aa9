"""Trajectories of every optimiser under every learning-rate schedule.

The problem: loss = mean((tanh(x w1 + b1) w2 scale - t)^2) with w1 [3, 4], b1 [4], w2 [4, 2] and a
scalar scale; 20 full-batch steps, the schedule stepped after each. The case "problem" holds x, t
and the starting values. A case "<optimiser> / <schedule>" holds, with all parameters in the order
w1, b1, w2, scale flattened to rows of 25,

    trajectory  float32 and float64: the parameters after the steps STEPS
    averaged    likewise the averaged weights (EMA, SWA), where there are any
    lr          float64[20]: the learning rate of each step

A case "series / <schedule>" holds only the learning rates of a longer run from the rate 1.
"""

import math

import torch
from torch import nn, optim
from torch.optim import lr_scheduler, swa_utils

from fixture import Fixture, distance, seed

STEPS = (1, 5, 20)


class Lamb(optim.Optimizer):
    """You et al., 2020, algorithm 2, with phi(z) = z: r = m^ / (sqrt(v^) + eps), u = r + decay p,
    p <- p - lr |p| / |u| u per tensor; the ratio is 1 where a norm is 0."""

    def __init__(self, params, lr, betas=(0.9, 0.999), eps=1e-6, weight_decay=0.0):
        super().__init__(
            params, {"lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay}
        )

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            beta1, beta2 = group["betas"]
            for p in group["params"]:
                state = self.state[p]
                t = state["t"] = state.get("t", 0) + 1
                m = state["m"] = beta1 * state.get("m", 0) + (1 - beta1) * p.grad
                v = state["v"] = beta2 * state.get("v", 0) + (1 - beta2) * p.grad**2
                r = (m / (1 - beta1**t)) / ((v / (1 - beta2**t)).sqrt() + group["eps"])
                u = r + group["weight_decay"] * p
                norms = p.norm(), u.norm()
                ratio = norms[0] / norms[1] if norms[0] > 0 and norms[1] > 0 else 1.0
                p.sub_(group["lr"] * ratio * u)


# What is not an argument of PyTorch's constructor.
OWN = ("clip_norm", "clip_value", "ema_decay", "swa_from", "swa_every", "weight_decay_of")

# By name: class, base learning rate, arguments.
OPTIMIZERS = {
    "SGD": ("SGD", 0.3, {}),
    "SGD, weight decay": ("SGD", 0.3, {"weight_decay": 0.05}),
    "SGD, momentum": ("SGD", 0.1, {"momentum": 0.9}),
    "SGD, dampening": ("SGD", 0.2, {"momentum": 0.9, "dampening": 0.4}),
    "SGD, Nesterov": ("SGD", 0.1, {"momentum": 0.8, "nesterov": True}),
    "SGD, Nesterov, weight decay": (
        "SGD", 0.1, {"momentum": 0.8, "nesterov": True, "weight_decay": 0.05},
    ),
    "SGD, dampening, weight decay": (
        "SGD", 0.2, {"momentum": 0.9, "dampening": 0.4, "weight_decay": 0.05},
    ),
    "Adam": ("Adam", 0.05, {}),
    "Adam, betas, eps": ("Adam", 0.05, {"betas": [0.8, 0.9], "eps": 0.001}),
    "Adam, weight decay": ("Adam", 0.05, {"weight_decay": 0.1}),
    "AMSGrad": ("Adam", 0.05, {"amsgrad": True, "betas": [0.9, 0.5]}),
    "AMSGrad, weight decay": (
        "Adam", 0.05, {"amsgrad": True, "betas": [0.9, 0.5], "weight_decay": 0.1},
    ),
    "AdamW": ("AdamW", 0.05, {}),
    "AdamW, weight decay": ("AdamW", 0.05, {"weight_decay": 0.3}),
    "AdamW, weight decay of matrices": (
        "AdamW", 0.05, {"weight_decay": 0.3, "weight_decay_of": ["w1", "w2"]},
    ),
    "RMSprop": ("RMSprop", 0.02, {}),
    "RMSprop, alpha, eps": ("RMSprop", 0.02, {"alpha": 0.8, "eps": 0.01}),
    "RMSprop, momentum": ("RMSprop", 0.005, {"momentum": 0.7}),
    "RMSprop, centered": ("RMSprop", 0.02, {"centered": True}),
    "RMSprop, centered, momentum, weight decay": (
        "RMSprop", 0.005, {"centered": True, "momentum": 0.7, "weight_decay": 0.1},
    ),
    "Adagrad": ("Adagrad", 0.1, {}),
    "Adagrad, lr_decay": ("Adagrad", 0.1, {"lr_decay": 0.1}),
    "Adagrad, initial accumulator": ("Adagrad", 0.1, {"initial_accumulator_value": 0.2}),
    "Adagrad, weight decay, eps": ("Adagrad", 0.1, {"weight_decay": 0.1, "eps": 0.01}),
    "LAMB": ("LAMB", 0.05, {}),
    "LAMB, weight decay": ("LAMB", 0.05, {"weight_decay": 0.1, "betas": [0.8, 0.9]}),
    "SGD, momentum, clip by norm": ("SGD", 0.1, {"momentum": 0.9, "clip_norm": 0.5}),
    "Adam, clip by norm": ("Adam", 0.05, {"clip_norm": 0.3}),
    "SGD, clip by value": ("SGD", 0.3, {"clip_value": 0.1}),
    "SGD, momentum, EMA": ("SGD", 0.1, {"momentum": 0.9, "ema_decay": 0.8}),
    "AdamW, EMA": ("AdamW", 0.05, {"ema_decay": 0.9}),
    "SGD, momentum, SWA": ("SGD", 0.1, {"momentum": 0.9, "swa_from": 8, "swa_every": 4}),
}

# By name: class, arguments; eta_min and max_lr are multiples of the base learning rate.
SCHEDULES = {
    "constant": ("ConstantLR", {"factor": 1.0}),
    "ConstantLR": ("ConstantLR", {"factor": 0.25, "total_iters": 6}),
    "StepLR": ("StepLR", {"step_size": 6, "gamma": 0.5}),
    "MultiStepLR": ("MultiStepLR", {"milestones": [4, 9, 15], "gamma": 0.3}),
    "ExponentialLR": ("ExponentialLR", {"gamma": 0.9}),
    "CosineAnnealingLR": ("CosineAnnealingLR", {"T_max": 20}),
    "CosineAnnealingLR, eta_min": ("CosineAnnealingLR", {"T_max": 20, "eta_min": 0.05}),
    "CosineAnnealingWarmRestarts": ("CosineAnnealingWarmRestarts", {"T_0": 5, "T_mult": 2}),
    "CosineAnnealingWarmRestarts, equal": (
        "CosineAnnealingWarmRestarts", {"T_0": 4, "T_mult": 1, "eta_min": 0.1},
    ),
    "LinearLR": ("LinearLR", {"start_factor": 0.25, "end_factor": 1.0, "total_iters": 5}),
    "LinearLR, falling": ("LinearLR", {"start_factor": 1.0, "end_factor": 0.1, "total_iters": 12}),
    "SequentialLR": (
        "SequentialLR",
        {
            "schedulers": [
                ["LinearLR", {"start_factor": 0.2, "end_factor": 1.0, "total_iters": 5}],
                ["CosineAnnealingLR", {"T_max": 15, "eta_min": 0.0}],
            ],
            "milestones": [5],
        },
    ),
    "OneCycleLR": ("OneCycleLR", {"max_lr": 1.0, "total_steps": 20}),
    "OneCycleLR, linear": (
        "OneCycleLR",
        {
            "max_lr": 1.0, "total_steps": 20, "pct_start": 0.4, "anneal_strategy": "linear",
            "div_factor": 10.0, "final_div_factor": 100.0,
        },
    ),
    "OneCycleLR, three phases": (
        "OneCycleLR",
        {"max_lr": 1.0, "total_steps": 20, "three_phase": True, "final_div_factor": 10.0},
    ),
    "ChainedScheduler": (
        "ChainedScheduler",
        {
            "schedulers": [
                ["LinearLR", {"start_factor": 0.2, "end_factor": 1.0, "total_iters": 5}],
                ["ExponentialLR", {"gamma": 0.9}],
            ],
        },
    ),
    "PolynomialLR": ("PolynomialLR", {"total_iters": 15, "power": 2.0}),
    "PolynomialLR, linear": ("PolynomialLR", {"total_iters": 20, "power": 1.0}),
}
# Beyond their length these rise again or end in an error, so a longer series shows nothing.
ONE_LENGTH = ("CosineAnnealingLR", "SequentialLR", "OneCycleLR")


def scheduler(optimizer, kind, args, base):
    args = {k: v * base if k in ("eta_min", "max_lr") else v for k, v in args.items()}
    if "schedulers" in args:
        args["schedulers"] = [scheduler(optimizer, *s, base) for s in args["schedulers"]]
    if kind == "ChainedScheduler":
        return lr_scheduler.ChainedScheduler(args["schedulers"])
    if kind == "OneCycleLR":
        args["cycle_momentum"] = False
    return getattr(lr_scheduler, kind)(optimizer, **args)


class Problem(nn.Module):
    """The small network and its data."""

    def __init__(self, dtype):
        super().__init__()
        seed("problem")
        self.x, self.t = torch.randn(6, 3).to(dtype), torch.randn(6, 2).to(dtype)
        self.w1 = nn.Parameter(torch.randn(3, 4).to(dtype))
        self.b1 = nn.Parameter(torch.randn(4).to(dtype))
        self.w2 = nn.Parameter(torch.randn(4, 2).to(dtype))
        self.scale = nn.Parameter(torch.tensor(1.5).to(dtype))

    def forward(self):
        y = torch.tanh(self.x @ self.w1 + self.b1) @ self.w2 * self.scale
        return ((y - self.t) ** 2).mean()


def flat(module):
    return torch.cat([p.detach().reshape(-1) for p in module.parameters()])


def run(kind, base, args, schedule, dtype):
    """The trajectory, that of the averaged weights, and the learning rates."""
    args = dict(args)
    own = {k: args.pop(k, None) for k in OWN}
    problem = Problem(dtype)
    averaged = None
    if own["ema_decay"] is not None:
        average = swa_utils.get_ema_multi_avg_fn(own["ema_decay"])
        averaged = swa_utils.AveragedModel(problem, multi_avg_fn=average)
    elif own["swa_from"] is not None:
        averaged = swa_utils.AveragedModel(problem)
    groups = problem.parameters()
    if own["weight_decay_of"] is not None:
        named = dict(problem.named_parameters())
        groups = [
            {"params": [named.pop(k) for k in own["weight_decay_of"]]},
            {"params": list(named.values()), "weight_decay": 0.0},
        ]
    optimizer = (Lamb if kind == "LAMB" else getattr(optim, kind))(groups, lr=base, **args)
    schedule = scheduler(optimizer, *schedule, base)
    rates, rows, means = [], [], []
    for step in range(1, max(STEPS) + 1):
        optimizer.zero_grad()
        problem().backward()
        if own["clip_norm"] is not None:
            nn.utils.clip_grad_norm_(problem.parameters(), own["clip_norm"])
        if own["clip_value"] is not None:
            nn.utils.clip_grad_value_(problem.parameters(), own["clip_value"])
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        schedule.step() if step < max(STEPS) else None
        if own["ema_decay"] is not None:
            averaged.update_parameters(problem)
        elif own["swa_from"] is not None and step >= own["swa_from"]:
            if (step - own["swa_from"]) % own["swa_every"] == 0:
                averaged.update_parameters(problem)
        if step in STEPS:
            rows.append(flat(problem))
            if averaged is not None:
                means.append(flat(averaged))
    return torch.stack(rows), torch.stack(means) if means else None, rates


def series(schedule, steps):
    weight = nn.Parameter(torch.zeros(1))
    optimizer = optim.SGD([weight], lr=1.0)
    schedule = scheduler(optimizer, *schedule, 1.0)
    rates = []
    for step in range(steps):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        schedule.step() if step < steps - 1 else None
    return torch.tensor(rates, dtype=torch.float64)


def all_fixtures():
    f = Fixture("optimizers.safetensors.gz")
    problem = Problem(torch.float32)
    f.add(
        "problem",
        {"steps": list(STEPS)},
        data={"x": problem.x, "t": problem.t},
        start=dict(problem.named_parameters()),
    )
    for label, (kind, args) in SCHEDULES.items():
        attributes = {"schedule": {"kind": kind, "args": args}}
        rates = series((kind, args), 20 if kind in ONE_LENGTH else 60)
        f.add(f"series / {label}", attributes, lr={"float64": rates})
    for label, (kind, base, args) in OPTIMIZERS.items():
        for schedule_label, schedule in SCHEDULES.items():
            runs = {
                name: run(kind, base, args, schedule, dtype)
                for name, dtype in (("float32", torch.float32), ("float64", torch.float64))
            }
            rounding = distance(runs["float32"][0], runs["float64"][0])
            attributes = {
                "optimizer": {"kind": kind, "lr": base, "args": args},
                "schedule": {"kind": schedule[0], "args": schedule[1]},
                "rounding": float(f"{rounding:.1e}"),
            }
            rates = torch.tensor(runs["float64"][2], dtype=torch.float64)
            averaged = {k: v[1] for k, v in runs.items() if v[1] is not None}
            f.add(
                f"{label} / {schedule_label}",
                attributes,
                trajectory={k: v[0] for k, v in runs.items()},
                averaged=averaged,
                lr={"float64": rates},
            )
    assert all(math.isfinite(t.double().sum().item()) for t in f.tensors.values())
    return [f]
