"""Writes augmentation.txt: what torchvision's functional transforms make of small images.

    python augmentation.py > augmentation.txt

Run with torch 2.15.0 and torchvision 0.29.2 (any recent pair will do). A line is a name and the values
of the result in [H, W, C] order. The image is value(k) for k = 0, 1, ... in the same order.
"""
import torch
from torchvision.transforms import InterpolationMode
from torchvision.transforms.v2 import functional as F


def image(h, w, c):
    k = torch.arange(h * w * c, dtype=torch.float64)
    return ((k * 37 + 11) % 101 / 100).float().reshape(h, w, c).permute(2, 0, 1)


def show(name, t):
    print(name, *("%.9g" % v for v in t.permute(1, 2, 0).flatten().tolist()))


BILINEAR = InterpolationMode.BILINEAR
x = image(6, 7, 2)
for angle, shift, scale, shear in [
    (30, [0, 0], 1.0, [0, 0]),
    (0, [2, -1], 1.0, [0, 0]),
    (0, [0, 0], 0.7, [0, 0]),
    (0, [0, 0], 1.6, [0, 0]),
    (0, [0, 0], 1.0, [20, 10]),
    (-50, [1, 2], 1.2, [-15, 25]),
]:
    name = "affine/%g/%g/%g/%g/%g/%g" % (angle, *shift, scale, *shear)
    show(name, F.affine(x, angle, shift, scale, shear, interpolation=BILINEAR, fill=None))
for angle in (25, -130):
    show("rotate/%g" % angle, F.rotate(x, angle, interpolation=BILINEAR, fill=None))
for size in ([3, 4], [9, 5], [13, 20], [1, 1], [6, 7]):
    show("resize/%d/%d" % tuple(size), F.resize(x, size, interpolation=BILINEAR, antialias=True))
for size in ([3, 4], [8, 5], [9, 10], [6, 7]):
    show("center_crop/%d/%d" % tuple(size), F.center_crop(x, size))
for kernel, sigma in ((3, 0.8), (5, 1.5)):
    show("gaussian_blur/%d/%g" % (kernel, sigma), F.gaussian_blur(x, [kernel] * 2, [sigma] * 2))
show("erase/1/2/3/4", F.erase(x, 1, 2, 3, 4, torch.tensor([0.25])[:, None, None]))

colour = image(5, 4, 3)
colour[:, 0, 0] = 0.4  # grey
colour[:, 0, 1] = 0  # black
colour[:, 0, 2] = torch.tensor([1.0, 0, 0])
colour[:, 0, 3] = torch.tensor([0.2, 0.7, 0.7])  # two largest
for name, t in (("colour", colour), ("grey", image(5, 4, 1))):
    for factor in (0.0, 0.6, 1.5):
        show("%s/brightness/%g" % (name, factor), F.adjust_brightness(t, factor))
        show("%s/contrast/%g" % (name, factor), F.adjust_contrast(t, factor))
        show("%s/saturation/%g" % (name, factor), F.adjust_saturation(t, factor))
    for factor in (0.13, -0.4, 0.5):
        show("%s/hue/%g" % (name, factor), F.adjust_hue(t, factor))
