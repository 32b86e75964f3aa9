"""The cases of torch.nn's layers, by family; layer_case.py says what a case holds."""

import torch

from fixture import Fixture
from layer_case import add


def linear():
    f = Fixture("linear.safetensors.gz")
    add(f, "bias", "Linear", (4, 5), in_features=5, out_features=7)
    add(f, "no bias", "Linear", (4, 5), in_features=5, out_features=7, bias=False)
    add(f, "sequence", "Linear", (2, 3, 6), in_features=6, out_features=4)
    add(f, "wide", "Linear", (3, 200), in_features=200, out_features=20)
    ids = torch.tensor([[0, 3, 3, 9], [2, 2, 1, 3]])
    add(f, "plain", "Embedding", ids, num_embeddings=10, embedding_dim=6)
    add(f, "padding_idx", "Embedding", ids, num_embeddings=10, embedding_dim=6, padding_idx=3)
    return f


def convolution():
    f = Fixture("convolution.safetensors.gz")
    forms = {
        "plain": {},
        "no bias": {"bias": False},
        "stride 2": {"stride": 2},
        "padding 1": {"padding": 1},
        "padding same": {"padding": "same"},
        "padding same, even kernel": {"padding": "same", "kernel_size": 4},
        "padding valid": {"padding": "valid"},
        "dilation 2": {"dilation": 2},
        "padding same, dilation 2": {"padding": "same", "dilation": 2},
        "groups 2": {"groups": 2, "padding": 1},
        "depthwise": {"groups": 4, "out_channels": 4, "padding": 1},
        "depthwise, multiplier 2": {"groups": 4, "out_channels": 8},
        "kernel 1": {"kernel_size": 1},
        "kernel 1, stride 2": {"kernel_size": 1, "stride": 2, "bias": False},
        "stride 3 beyond the kernel": {"kernel_size": 2, "stride": 3},
        "everything": {"stride": 2, "padding": 2, "dilation": 2, "groups": 2},
        "reflect": {"padding": 2, "padding_mode": "reflect"},
        "replicate": {"padding": 2, "padding_mode": "replicate"},
        "circular": {"padding": 2, "padding_mode": "circular"},
        "reflect, stride 2, groups 2": {
            "padding": 1, "padding_mode": "reflect", "stride": 2, "groups": 2,
        },
    }
    for layer, shape in (("Conv1d", (2, 4, 9)), ("Conv2d", (2, 4, 7, 6))):
        for label, form in forms.items():
            args = {"in_channels": 4, "out_channels": 6, "kernel_size": 3} | form
            add(f, label, layer, shape, **args)
    rectangles = {
        "rectangle": {"kernel_size": [3, 2]},
        "rectangle, stride": {"kernel_size": [1, 5], "stride": [2, 1], "padding": [0, 2]},
        "rectangle, all": {
            "kernel_size": [2, 3], "stride": [1, 2], "padding": [2, 1], "dilation": [2, 1],
        },
        "rectangle, padding same": {"kernel_size": [4, 3], "padding": "same"},
        "rectangle, reflect": {
            "kernel_size": [3, 5], "padding": [1, 2], "padding_mode": "reflect",
        },
    }
    for label, form in rectangles.items():
        args = {"in_channels": 4, "out_channels": 6} | form
        add(f, label, "Conv2d", (2, 4, 7, 6), **args)
    add(f, "one channel", "Conv2d", (2, 1, 8, 8), in_channels=1, out_channels=6, kernel_size=5)
    add(f, "larger", "Conv2d", (1, 16, 8, 8), in_channels=16, out_channels=16, kernel_size=3)
    transposed = {
        "plain": {},
        "no bias": {"bias": False},
        "stride 2": {"stride": 2},
        "stride 2, output_padding": {"stride": 2, "padding": 1, "output_padding": 1},
        "stride 3, output_padding 2": {"stride": 3, "output_padding": 2},
        "padding 1": {"padding": 1},
        "dilation 2": {"dilation": 2, "padding": 1},
        "dilation 2, output_padding": {"dilation": 2, "output_padding": 1},
        "groups 2": {"groups": 2, "stride": 2},
        "depthwise": {"groups": 4, "out_channels": 4},
        "kernel 2, stride 2": {"kernel_size": 2, "stride": 2},
        "kernel 2, stride 3": {"kernel_size": 2, "stride": 3},
    }
    for layer, shape in (("ConvTranspose1d", (2, 4, 6)), ("ConvTranspose2d", (2, 4, 4, 5))):
        for label, form in transposed.items():
            args = {"in_channels": 4, "out_channels": 6, "kernel_size": 3} | form
            add(f, label, layer, shape, **args)
    add(
        f, "rectangle", "ConvTranspose2d", (2, 4, 4, 5), in_channels=4, out_channels=6,
        kernel_size=[3, 2], stride=[2, 3], padding=[1, 0], output_padding=[1, 2],
    )
    return f


def pooling():
    f = Fixture("pooling.safetensors.gz")
    shared = {
        "plain": {"kernel_size": 2},
        "overlapping": {"kernel_size": 3, "stride": 2},
        "padding": {"kernel_size": 3, "stride": 2, "padding": 1},
        "stride 1": {"kernel_size": 3, "stride": 1, "padding": 1},
        "ceil_mode": {"kernel_size": 2, "stride": 2, "ceil_mode": True},
        "ceil_mode, padding": {"kernel_size": 3, "stride": 2, "padding": 1, "ceil_mode": True},
        "ceil_mode, window out of reach": {
            "kernel_size": 2, "stride": 4, "padding": 1, "ceil_mode": True,
        },
        "stride beyond the kernel": {"kernel_size": 2, "stride": 3},
    }
    only = {
        "MaxPool": {
            "dilation": {"kernel_size": 2, "stride": 1, "dilation": 2},
            "dilation, ceil_mode": {
                "kernel_size": 3, "stride": 2, "padding": 1, "dilation": 2, "ceil_mode": True,
            },
        },
        "AvgPool": {
            "padding not counted": {
                "kernel_size": 3, "stride": 2, "padding": 1, "count_include_pad": False,
            },
            "ceil_mode, padding not counted": {
                "kernel_size": 3, "stride": 2, "padding": 1, "ceil_mode": True,
                "count_include_pad": False,
            },
        },
    }
    shapes = {"1d": (2, 3, 8), "2d": (2, 3, 8, 7)}
    for kind, more in only.items():
        for dims, shape in shapes.items():
            for label, args in (shared | more).items():
                add(f, label, kind + dims, shape, **args)
        add(f, "rectangle", kind + "2d", (2, 3, 8, 7), kernel_size=[3, 2], stride=[1, 2])
        add(
            f, "rectangle, padding", kind + "2d", (2, 3, 8, 7), kernel_size=[2, 4],
            stride=[2, 3], padding=[1, 2], ceil_mode=True,
        )

    def ties():
        return torch.randint(0, 2, (2, 3, 8, 7)).float()

    def negative():
        return -torch.rand(1, 2, 5, 5) - 1

    add(f, "ties", "MaxPool2d", ties, kernel_size=3, stride=2, padding=1)
    add(f, "negative", "MaxPool2d", negative, kernel_size=3, padding=1)
    for size in (1, 4, 3, 8, 11):
        add(f, f"{size}", "AdaptiveAvgPool1d", (2, 3, 8), output_size=size)
    for size in ([1, 1], [4, 1], [3, 4], [8, 7], [5, 9]):
        add(f, "{}x{}".format(*size), "AdaptiveAvgPool2d", (2, 3, 8, 7), output_size=size)
    for size in (1, 4, 3):
        add(f, f"{size}", "AdaptiveMaxPool1d", (2, 3, 8), output_size=size)
    for size in ([1, 1], [4, 7], [3, 4]):
        add(f, "{}x{}".format(*size), "AdaptiveMaxPool2d", (2, 3, 8, 7), output_size=size)
    add(f, "1d", "GlobalAvgPool", (2, 3, 5))
    add(f, "2d", "GlobalAvgPool", (2, 3, 5, 4))
    return f


def normalization():
    f = Fixture("normalization.safetensors.gz")
    forms = {
        "plain": {},
        "momentum 0.3": {"momentum": 0.3},
        "momentum None": {"momentum": None},
        "no affine": {"affine": False},
        "eps": {"eps": 0.1},
        "no running statistics": {"track_running_stats": False},
    }
    shapes = {"BatchNorm1d": (6, 5), "BatchNorm2d": (3, 5, 4, 3)}
    for layer, shape in shapes.items():
        for label, args in forms.items():
            for train in (True, False):
                mode = "train" if train else "eval"
                add(f, f"{label}, {mode}", layer, shape, train, num_features=5, **args)
        for label in ("plain", "momentum None"):
            add(
                f, f"{label}, 4 steps", layer, shape, True, 4, num_features=5, **forms[label]
            )
    for train in (True, False):
        mode = "train" if train else "eval"
        add(f, f"sequence, {mode}", "BatchNorm1d", (3, 5, 4), train, num_features=5)

    def large():
        return torch.randn(16, 5) + 30

    add(f, "large mean, train", "BatchNorm1d", large, True, num_features=5)
    add(f, "last axis", "LayerNorm", (3, 4, 6), normalized_shape=6)
    add(f, "no bias", "LayerNorm", (3, 6), normalized_shape=6, bias=False)
    add(f, "no affine", "LayerNorm", (3, 6), normalized_shape=6, elementwise_affine=False)
    add(f, "eps", "LayerNorm", (3, 6), normalized_shape=6, eps=0.1)
    add(f, "wide", "LayerNorm", (2, 200), normalized_shape=200)
    add(f, "two axes", "LayerNorm", (3, 4, 6), normalized_shape=[4, 6])
    add(f, "2 groups", "GroupNorm", (2, 6, 3, 4), num_groups=2, num_channels=6)
    add(f, "1 group", "GroupNorm", (2, 6, 3, 4), num_groups=1, num_channels=6)
    add(f, "every channel", "GroupNorm", (2, 6, 3, 4), num_groups=6, num_channels=6)
    add(f, "no affine", "GroupNorm", (2, 6, 3, 4), num_groups=3, num_channels=6, affine=False)
    add(f, "eps", "GroupNorm", (2, 6, 3, 4), num_groups=3, num_channels=6, eps=0.1)
    add(f, "vectors", "GroupNorm", (4, 6), num_groups=2, num_channels=6)
    add(f, "sequence", "GroupNorm", (2, 6, 5), num_groups=2, num_channels=6)
    add(f, "plain", "InstanceNorm1d", (2, 4, 7), num_features=4)
    add(f, "affine", "InstanceNorm1d", (2, 4, 7), num_features=4, affine=True)
    add(f, "plain", "InstanceNorm2d", (2, 4, 5, 3), num_features=4)
    add(f, "affine", "InstanceNorm2d", (2, 4, 5, 3), num_features=4, affine=True)
    for train in (True, False):
        mode = "train" if train else "eval"
        for layer, shape in (("InstanceNorm1d", (3, 4, 7)), ("InstanceNorm2d", (3, 4, 5, 3))):
            add(
                f, f"running statistics, {mode}", layer, shape, train, 2 if train else 1,
                num_features=4, affine=True, track_running_stats=True, momentum=0.3,
            )
    add(f, "eps", "InstanceNorm2d", (2, 4, 5, 3), num_features=4, affine=True, eps=0.1)
    add(f, "plain", "FilterResponseNorm", (2, 4, 5, 3), num_features=4)
    add(f, "eps", "FilterResponseNorm", (2, 4, 5, 3), num_features=4, eps=0.1)
    return f


# Zeros of both signs, both sides of every kink, tiny and large magnitudes, both ends of exp.
EXTREMES = [0.0, -0.0, 1e-30, -1e-30, 1e-7, -1e-7, 0.25, -0.25, 0.5, -0.5, 1.0, -1.0, 1.5, -1.5]
EXTREMES += [2.0, -2.0, 2.999999, -2.999999, 3.0, -3.0, 3.000001, -3.000001, 5.0, -5.0, 6.0, -6.0]
EXTREMES += [9.0, -9.0, 13.0, -13.0, 19.99, -19.99, 20.0, -20.0, 20.01, -20.01, 50.0, -50.0]
EXTREMES += [87.0, -87.0, 88.8, -88.8, 104.0, -104.0, 1e4, -1e4, 1e20, -1e20, 1e37, -1e37]


def activation():
    f = Fixture("activation.safetensors.gz")
    forms = [
        ("ReLU", "", {}),
        ("LeakyReLU", "", {}),
        ("LeakyReLU", ", slope 0.2", {"negative_slope": 0.2}),
        ("ELU", "", {}),
        ("ELU", ", alpha 0.5", {"alpha": 0.5}),
        ("SiLU", "", {}),
        ("GELU", "", {}),
        ("GELU", ", tanh", {"approximate": "tanh"}),
        ("Softplus", "", {}),
        ("Softplus", ", beta 2, threshold 5", {"beta": 2.0, "threshold": 5.0}),
        ("Tanh", "", {}),
        ("Sigmoid", "", {}),
        ("ReLU6", "", {}),
        ("SELU", "", {}),
        ("Mish", "", {}),
        ("Hardsigmoid", "", {}),
        ("Hardswish", "", {}),
        ("Softmax", "", {"dim": -1}),
        ("LogSoftmax", "", {"dim": -1}),
    ]
    for layer, suffix, args in forms:
        add(f, "normal" + suffix, layer, (4, 3, 6), **args)
        if "dim" in args:
            rows = torch.tensor([[1e4, -1e4, 0, 1], [-200, 0, 100, 100], [3e38, 3e38, 1, -3e38]])
            add(f, "extremes" + suffix, layer, rows, **args)
            masked = torch.tensor([[-torch.inf, 0.0, 1.0, 2.0], [1, -torch.inf, -torch.inf, 3]])
            add(f, "masked" + suffix, layer, masked, **args)
        else:
            extremes = torch.tensor(EXTREMES)
            add(f, "extremes" + suffix, layer, extremes, extra={"elementwise": True}, **args)
            # PyTorch's GELU is not a number at +infinity, where its limit is +infinity.
            infinities = [] if layer == "GELU" else [torch.inf, -torch.inf]
            nonfinite = torch.tensor([*infinities, torch.nan])
            add(f, "not finite" + suffix, layer, nonfinite, slopes=False, **args)
    add(f, "image", "Flatten", (2, 3, 4, 5))
    add(f, "vector", "Flatten", (2, 3))
    add(f, "image", "Unflatten", (2, 60), dim=1, unflattened_size=[3, 4, 5])
    add(f, "sequence", "Unflatten", (2, 12), dim=1, unflattened_size=[3, 4])
    add(f, "eval", "Dropout", (3, 5), p=0.4)
    add(f, "eval", "Dropout1d", (2, 3, 4), p=0.4)
    add(f, "eval", "Dropout2d", (2, 3, 4, 5), p=0.4)
    add(f, "plain", "Identity", (2, 3))
    return f


def attention():
    f = Fixture("attention.safetensors.gz")
    length, source, embed = 5, 5, 8
    causal = torch.triu(torch.ones(length, source, dtype=torch.bool), 1)
    biased = torch.linspace(-2, 2, length * source).reshape(length, source)
    padded = torch.zeros(3, source, dtype=torch.bool)
    padded[0, 3:] = True
    padded[2, 0] = True
    hidden = torch.tensor([[(3 * i + j * j) % 4 == 0 for j in range(source)] for i in range(length)])
    late = torch.tensor([[False] * 3 + [True] * 2] * 3)
    masks = {
        "plain": {},
        "causal": {"attn_mask": causal},
        "boolean mask": {"attn_mask": hidden},
        "additive mask": {"attn_mask": biased},
        "padded keys": {"key_padding_mask": padded},
        "causal, padded keys": {"attn_mask": causal, "key_padding_mask": late},
    }

    def kind(mask):
        if mask.dtype != torch.bool:
            return "float"
        return "causal" if torch.equal(mask, causal) else "bool"

    def attend(label, layer, inputs, kwargs, **args):
        extra = {"masks": {k: kind(v) for k, v in kwargs.items()}}
        add(f, label, layer, inputs, kwargs=kwargs, extra=extra, **args)
        for key, mask in kwargs.items():
            f.tensors[f"{layer}: {label}|mask|{key}"] = mask.float().contiguous()

    heads = "MultiheadAttention"
    batch = (3, length, embed)
    for label, kwargs in masks.items():
        inputs = {"query": batch, "key": batch, "value": batch}
        attend(label, heads, inputs, kwargs, embed_dim=embed, num_heads=2, batch_first=True)
    inputs = {"query": batch, "key": batch, "value": batch}
    attend("no bias", heads, inputs, {}, embed_dim=embed, num_heads=4, bias=False, batch_first=True)
    attend("one head", heads, inputs, {}, embed_dim=embed, num_heads=1, batch_first=True)
    crossed = {"query": batch, "key": (3, 7, embed), "value": (3, 7, embed)}
    attend("cross", heads, crossed, {}, embed_dim=embed, num_heads=2, batch_first=True)
    last = {k: (length, 3, embed) for k in ("query", "key", "value")}
    attend("length first", heads, last, {}, embed_dim=embed, num_heads=2, batch_first=False)

    base = {"d_model": 8, "nhead": 2, "dim_feedforward": 12, "dropout": 0.0, "batch_first": True}
    for norm_first in (False, True):
        for act in ("relu", "gelu"):
            for train in (True, False):
                args = base | {"norm_first": norm_first, "activation": act}
                label = f"{'pre' if norm_first else 'post'}-norm, {act}, " + (
                    "train" if train else "eval"
                )
                layer = "TransformerEncoderLayer"
                add(f, label, layer, {"src": (2, 5, 8)}, train, **args)
    both = {"src_mask": causal, "src_key_padding_mask": late}
    attend("masks", "TransformerEncoderLayer", {"src": batch}, both, **base)
    both = {"mask": causal, "src_key_padding_mask": late}
    attend("masks", "TransformerEncoder", {"src": batch}, both, num_layers=2, norm=False, **base)
    args = base | {"norm_first": True, "activation": "gelu", "layer_norm_eps": 0.1}
    add(f, "eps", "TransformerEncoderLayer", {"src": (2, 5, 8)}, **args)
    for norm_first in (False, True):
        for norm in (False, True):
            args = base | {"norm_first": norm_first, "activation": "gelu"}
            label = f"{'pre' if norm_first else 'post'}-norm" + (", last norm" if norm else "")
            add(
                f, label, "TransformerEncoder", {"src": (2, 5, 8)}, num_layers=2, norm=norm, **args
            )
    return f


def all_fixtures():
    return [linear(), convolution(), pooling(), normalization(), activation(), attention()]
