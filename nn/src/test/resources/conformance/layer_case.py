"""A case of a layer: input, parameters, output, cotangent, gradients, buffers.

The attributes of a case are {"layer": name, "args": the constructor's keyword arguments,
"train": mode, "steps": forward passes}; its tensors have the roles

    input       the inputs, one after another in the first axis where "steps" is above 1
    parameter   the state dict before the first pass
    output      the output of the last pass
    cotangent   a random tensor c of the output's shape
    grad        gradients of sum(c * output of the last pass) by the inputs and by the parameters;
                neither where an infinite input leaves no slope
    after       the buffers after the last pass, where "train" is true

"rounding" is the largest distance of these float32 results from the same computation in float64,
relative to the largest magnitude of a tensor: what PyTorch's own rounding is worth. Training-mode
dropout has no case: its mask depends on the generator, which differs by design.
"""

import copy

import torch
from torch import nn

from fixture import distance, doubled, seed


class FilterResponseNorm(nn.Module):
    """Filter response normalisation with its thresholded linear unit (Singh and Krishnan, 2020):
    nu2 = mean of x^2 over the positions, y = max(weight * x / sqrt(nu2 + |eps|) + bias, tau)."""

    def __init__(self, num_features, eps=1e-6):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(num_features))
        self.bias = nn.Parameter(torch.zeros(num_features))
        self.tau = nn.Parameter(torch.zeros(num_features))
        self.eps = eps

    def forward(self, x):
        shape = (1, -1, 1, 1)
        nu2 = x.pow(2).mean(dim=(2, 3), keepdim=True)
        y = x * torch.rsqrt(nu2 + abs(self.eps))
        y = self.weight.view(shape) * y + self.bias.view(shape)
        return torch.maximum(y, self.tau.view(shape))


class GlobalAvgPool(nn.Module):
    """The mean over all positions, [N, C, ...] to [N, C]."""

    def forward(self, x):
        return x.flatten(2).mean(dim=2)


OWN = {"FilterResponseNorm": FilterResponseNorm, "GlobalAvgPool": GlobalAvgPool}


class Encoder(nn.TransformerEncoder):
    """nn.TransformerEncoder from plain arguments."""

    def __init__(self, num_layers, norm, **args):
        layer = nn.TransformerEncoderLayer(**args)
        last = nn.LayerNorm(args["d_model"]) if norm else None
        super().__init__(layer, num_layers, last, enable_nested_tensor=False)


def build(layer, args):
    if layer == "TransformerEncoder":
        return Encoder(**args)
    return OWN[layer](**args) if layer in OWN else getattr(nn, layer)(**args)


def randomize(module):
    """Random values for what starts as ones and zeros, so that every parameter and buffer counts."""
    with torch.no_grad():
        for name, p in module.named_parameters():
            if p.dim() == 1:
                p.uniform_(0.5, 1.5) if name.endswith("weight") else p.normal_(0, 0.5)
            elif isinstance(module, Encoder):
                p.uniform_(-0.5, 0.5)  # its layers begin as copies of one
        for name, b in module.named_buffers():
            if b.is_floating_point():
                b.uniform_(0.5, 1.5) if name.endswith("var") else b.normal_(0, 0.5)


def run(module, inputs, kwargs, cotangent, steps):
    """The last pass's output, gradients by name, and the buffers afterwards."""
    for step in range(steps):
        now = {k: (v[step] if steps > 1 else v) for k, v in inputs.items()}
        now = {
            k: v.detach().requires_grad_() if v.is_floating_point() else v for k, v in now.items()
        }
        output = module(*now.values(), **kwargs)
        output = output[0] if isinstance(output, tuple) else output
    if cotangent is None:
        cotangent = torch.randn_like(output)
    wanted = {k: v for k, v in now.items() if v.is_floating_point()}
    wanted |= dict(module.named_parameters())
    wanted = {k: v for k, v in wanted.items() if v.requires_grad}
    grads = {}
    if output.requires_grad:
        found = torch.autograd.grad(
            output, list(wanted.values()), cotangent.to(output.dtype), allow_unused=True
        )
        grads = {k: g for k, g in zip(wanted, found, strict=True) if g is not None}
    after = {k: b for k, b in module.named_buffers()}
    return output.detach(), cotangent, grads, after


def drawn(values, steps):
    """A tensor of normal numbers for a shape, else the tensor given or made."""
    if isinstance(values, tuple):
        return torch.randn(*((steps,) if steps > 1 else ()), *values)
    return values() if callable(values) else values


def add(fixture, label, layer, inputs, train=False, steps=1, kwargs=None, extra=None,
        slopes=True, **args):
    """Adds the case "<layer>: <label>"; inputs are shapes, tensors, or functions that draw."""
    name = f"{layer}: {label}"
    seed(name)
    module = build(layer, args)
    randomize(module)
    module.train(train)
    before = copy.deepcopy(module)
    kwargs = kwargs or {}
    if not isinstance(inputs, dict):
        inputs = {"input": inputs}
    inputs = {k: drawn(v, steps) for k, v in inputs.items()}
    parameters = {k: v.clone() for k, v in module.state_dict().items()}
    output, cotangent, grads, after = run(module, inputs, kwargs, None, steps)
    exact = run(
        before.double(), doubled(inputs), doubled(kwargs) if kwargs else {}, cotangent, steps
    )
    rounding = max(
        [distance(output, exact[0])] + [distance(g, exact[2][k]) for k, g in grads.items()]
    )
    attributes = {"layer": layer, "args": args, "train": train, "steps": steps}
    attributes |= extra or {}
    attributes["rounding"] = float(f"{rounding:.1e}")
    fixture.add(
        name,
        attributes,
        input=inputs,
        parameter=parameters,
        output={"output": output},
        cotangent={"output": cotangent} if slopes else {},
        grad=grads if slopes else {},
        after=after if train else {},
    )
