"""Cases of loss functions: inputs, value, cotangent and the gradient by what the network gives.

The attributes of a case are {"loss": name, "args": keyword arguments, "differentiable": inputs with
a gradient}; its tensors have the roles input (in the order of the call), value (a scalar, or one
per example where reduction is "none"), cotangent and grad. Class weights and other tensors among
the arguments are inputs too.

What torch lacks is written below with torch operations from the formulas of the papers.
"""

import math

import torch
import torch.nn.functional as F
import torchvision

from fixture import Fixture, distance, doubled, seed


def reduced(loss, reduction):
    return {"mean": torch.mean, "sum": torch.sum, "none": lambda t: t}[reduction](loss)


def focal(input, target, gamma, weight=None, reduction="mean"):
    """Lin et al., 2017, of several classes: -(1 - p_y)^gamma log p_y, times the class's weight."""
    log_p = F.log_softmax(input, -1).gather(-1, target[:, None])[:, 0]
    loss = -((1 - log_p.exp()) ** gamma) * log_p
    return reduced(loss if weight is None else loss * weight[target], reduction)


def confidence_penalty(input, target, beta, reduction="mean"):
    """Pereyra et al., 2017: cross-entropy minus beta times the entropy of the prediction."""
    log_p = F.log_softmax(input, -1)
    entropy = -(log_p.exp() * log_p).sum(-1)
    return reduced(F.cross_entropy(input, target, reduction="none") - beta * entropy, reduction)


def dirichlet_kl(alpha):
    """KL(Dir(alpha) || Dir(1, ..., 1)), equation 5's last term in Sensoy et al., 2018."""
    total = alpha.sum(-1)
    classes = alpha.shape[-1]
    terms = (alpha - 1) * (torch.digamma(alpha) - torch.digamma(total)[:, None])
    norm = torch.lgamma(total) - math.lgamma(classes) - torch.lgamma(alpha).sum(-1)
    return norm + terms.sum(-1)


def evidential_classification(input, target, form, annealing, evidence="relu", reduction="mean"):
    """Sensoy et al., 2018: evidence e(z), alpha = e + 1, S its sum, y one-hot.

    "mse": sum (y - alpha/S)^2 + alpha (S - alpha) / (S^2 (S + 1)), equation 5;
    "log": sum y (log S - log alpha), equation 3; "digamma": sum y (psi(S) - psi(alpha)), equation 4;
    each plus annealing * KL(Dir(alpha~) || Dir(1)), alpha~ = y + (1 - y) alpha.
    """
    to_evidence = {"relu": F.relu, "softplus": F.softplus, "exp": torch.exp}[evidence]
    alpha = to_evidence(input) + 1
    total = alpha.sum(-1, keepdim=True)
    y = F.one_hot(target, input.shape[-1]).to(input.dtype)
    if form == "mse":
        p = alpha / total
        loss = ((y - p) ** 2 + p * (1 - p) / (total + 1)).sum(-1)
    elif form == "log":
        loss = (y * (total.log() - alpha.log())).sum(-1)
    else:
        loss = (y * (torch.digamma(total) - torch.digamma(alpha))).sum(-1)
    return reduced(loss + annealing * dirichlet_kl(y + (1 - y) * alpha), reduction)


def evidential_regression(gamma, nu, alpha, beta, target, coefficient, reduction="mean"):
    """Amini et al., 2020: the Student-t negative log-likelihood of the normal-inverse-gamma
    evidence (equation 8) plus coefficient * |y - gamma| (2 nu + alpha) (equation 9)."""
    omega = 2 * beta * (1 + nu)
    nll = (
        0.5 * torch.log(math.pi / nu)
        - alpha * torch.log(omega)
        + (alpha + 0.5) * torch.log((target - gamma) ** 2 * nu + omega)
        + torch.lgamma(alpha)
        - torch.lgamma(alpha + 0.5)
    )
    return reduced(nll + coefficient * (target - gamma).abs() * (2 * nu + alpha), reduction)


FUNCTIONS = {
    "cross_entropy": F.cross_entropy,
    "nll_loss": F.nll_loss,
    "binary_cross_entropy_with_logits": F.binary_cross_entropy_with_logits,
    "mse_loss": F.mse_loss,
    "l1_loss": F.l1_loss,
    "huber_loss": F.huber_loss,
    "smooth_l1_loss": F.smooth_l1_loss,
    "gaussian_nll_loss": F.gaussian_nll_loss,
    "kl_div": F.kl_div,
    "sigmoid_focal_loss": torchvision.ops.sigmoid_focal_loss,
    "focal_loss": focal,
    "confidence_penalty": confidence_penalty,
    "evidential_classification": evidential_classification,
    "evidential_regression": evidential_regression,
}
REDUCTIONS = ("mean", "sum", "none")


def evaluate(loss, inputs, wanted, args, cotangent):
    leaves = {k: v.clone().requires_grad_() if k in wanted else v for k, v in inputs.items()}
    value = FUNCTIONS[loss](**leaves, **args)
    if cotangent is None:
        cotangent = torch.randn_like(value)
    grads = torch.autograd.grad(
        value, [leaves[k] for k in wanted], cotangent.to(value.dtype), allow_unused=True
    )
    return value.detach(), cotangent, dict(zip(wanted, grads, strict=True))


def add(fixture, label, loss, inputs, wanted=("input",), reductions=REDUCTIONS, **args):
    """Adds "<loss>: <label>, <reduction>" for each reduction, all of the same inputs."""
    for reduction in reductions:
        name = f"{loss}: {label}, {reduction}"
        seed(f"{loss}: {label}")
        tensors = {k: v() if callable(v) else v for k, v in inputs.items()}
        more = args | {"reduction": reduction}
        value, cotangent, grads = evaluate(loss, tensors, wanted, more, None)
        exact = evaluate(loss, doubled(tensors), wanted, more, cotangent)
        distances = [distance(value, exact[0])]
        distances += [distance(grads[k], exact[2][k]) for k in wanted]
        attributes = {"loss": loss, "args": more, "differentiable": list(wanted)}
        attributes["rounding"] = float(f"{max(distances):.1e}")
        fixture.add(
            name,
            attributes,
            input=tensors,
            value={"value": value},
            cotangent={"value": cotangent},
            grad=grads,
        )


def normal(*shape):
    return lambda: torch.randn(*shape)


def large(*shape):
    return lambda: 40 * torch.randn(*shape)


def between(low, high, *shape):
    return lambda: low + (high - low) * torch.rand(*shape)


def simplex(*shape):
    return lambda: torch.softmax(torch.randn(*shape), -1)


def zero_one(*shape):
    return lambda: torch.randint(0, 2, shape).float()


def classification(f):
    n, c = 6, 5
    labels = torch.tensor([0, 4, 2, 2, 1, 3])
    weight = torch.tensor([0.5, 2.0, 1.0, 0.1, 3.0])
    hard = {"input": normal(n, c), "target": labels}
    weighted = hard | {"weight": weight}
    add(f, "plain", "cross_entropy", hard)
    add(f, "large logits", "cross_entropy", {"input": large(n, c), "target": labels})
    add(f, "weights", "cross_entropy", weighted)
    add(f, "label smoothing", "cross_entropy", hard, label_smoothing=0.1)
    add(f, "weights, label smoothing", "cross_entropy", weighted, label_smoothing=0.1)
    soft = {"input": normal(n, c), "target": simplex(n, c)}
    add(f, "soft targets", "cross_entropy", soft)
    add(f, "soft targets, weights", "cross_entropy", soft | {"weight": weight})
    add(f, "soft targets, label smoothing", "cross_entropy", soft, label_smoothing=0.2)
    add(f, "ignored rows", "cross_entropy", hard, ignore_index=2)
    add(f, "ignored rows, weights", "cross_entropy", weighted, ignore_index=2, label_smoothing=0.1)
    log_p = {"input": lambda: torch.log_softmax(torch.randn(n, c), -1), "target": labels}
    add(f, "plain", "nll_loss", log_p)
    add(f, "weights", "nll_loss", log_p | {"weight": weight})
    add(f, "ignored rows", "nll_loss", log_p, ignore_index=2)
    binary = {"input": normal(n, c), "target": zero_one(n, c)}
    add(f, "plain", "binary_cross_entropy_with_logits", binary)
    add(
        f, "large logits, soft targets", "binary_cross_entropy_with_logits",
        {"input": large(n, c), "target": between(0, 1, n, c)},
    )
    add(f, "pos_weight", "binary_cross_entropy_with_logits", binary | {"pos_weight": weight})
    add(f, "vector", "binary_cross_entropy_with_logits",
        {"input": normal(n), "target": zero_one(n)})
    log_q = {"input": lambda: torch.log_softmax(torch.randn(n, c), -1), "target": simplex(n, c)}
    every = (*REDUCTIONS, "batchmean")
    add(f, "plain", "kl_div", log_q, reductions=every)
    log_target = log_q | {"target": lambda: torch.log_softmax(torch.randn(n, c), -1)}
    add(f, "log_target", "kl_div", log_target, reductions=every, log_target=True)
    zeros = log_q | {"target": torch.eye(n, c)}
    add(f, "zeros in the target", "kl_div", zeros, reductions=every)
    named = {"inputs": normal(n, c), "targets": zero_one(n, c)}
    for label, args in {
        "plain": {},
        "gamma 3, alpha 0.6": {"gamma": 3.0, "alpha": 0.6},
        "no alpha": {"alpha": -1.0},
    }.items():
        add(f, label, "sigmoid_focal_loss", named, ("inputs",), **args)
    for gamma in (0.0, 1.0, 2.0, 0.5):
        add(f, f"gamma {gamma}", "focal_loss", hard, gamma=gamma)
    add(f, "weights", "focal_loss", weighted, gamma=2.0)
    add(f, "plain", "confidence_penalty", hard, beta=0.3)
    for form in ("mse", "log", "digamma"):
        for evidence in ("relu", "softplus", "exp"):
            for annealing in (0.0, 0.7):
                add(
                    f, f"{form}, {evidence}, annealing {annealing}", "evidential_classification",
                    hard, form=form, annealing=annealing, evidence=evidence,
                )


def regression(f):
    shape = (6, 3)
    pair = {"input": normal(*shape), "target": normal(*shape)}
    whole = {"input": torch.tensor([0.0, 1, 2, -1]), "target": torch.tensor([0.0, 0, 0, 0])}
    for loss, forms in {
        "mse_loss": {"plain": {}},
        "l1_loss": {"plain": {}},
        "huber_loss": {"plain": {}, "delta 0.3": {"delta": 0.3}},
        "smooth_l1_loss": {"plain": {}, "beta 0.3": {"beta": 0.3}, "beta 0": {"beta": 0.0}},
    }.items():
        for label, args in forms.items():
            add(f, label, loss, pair, **args)
        add(f, "at the kinks", loss, whole)
    gaussian = pair | {"var": between(0.1, 3, *shape)}
    both = ("input", "var")
    add(f, "plain", "gaussian_nll_loss", gaussian, both)
    add(f, "full", "gaussian_nll_loss", gaussian, both, full=True)
    shared = pair | {"var": between(0.1, 3, 6, 1)}
    add(f, "one variance for a row", "gaussian_nll_loss", shared, both)
    clamped = gaussian | {"var": torch.logspace(-9, 0, 18).reshape(shape)}
    # The gradient by a variance below eps is PyTorch's own choice: the clamp is not differentiated.
    add(f, "variances below eps", "gaussian_nll_loss", clamped, both, eps=1e-3)
    evidence = {
        "gamma": normal(*shape),
        "nu": between(0.1, 3, *shape),
        "alpha": between(1.1, 4, *shape),
        "beta": between(0.1, 3, *shape),
        "target": normal(*shape),
    }
    for coefficient in (0.0, 0.1):
        add(
            f, f"coefficient {coefficient}", "evidential_regression", evidence,
            ("gamma", "nu", "alpha", "beta"), coefficient=coefficient,
        )


def all_fixtures():
    f = Fixture("losses.safetensors.gz")
    classification(f)
    regression(f)
    return [f]
