"""Writes torch_uncertainty_0_13.csv beside this file: what torch-uncertainty 0.13.0 (torchmetrics
1.9.0, torch 2.15.0, CPU) gives for predictions that the test draws by the same formula.

    pip install torch-uncertainty==0.13.0 torchmetrics==1.9.0
    python torch_uncertainty_0_13.py

All probabilities are multiples of 1/65536 and there are two or four members, so that the members'
mean is exact in float32. Confidences differ, since that library's order of equal ones is any; one
sample of the test set has the confidence 1.
"""

import csv
import pathlib

import torch
from torch_uncertainty.metrics.classification import (
    AUGRC,
    AURC,
    BrierScore,
    CalibrationError,
    CategoricalNLL,
    CovAt5Risk,
    Disagreement,
    Entropy,
    FPR95,
    MutualInformation,
    RiskAt80Cov,
)
from torchmetrics import Accuracy
from torchmetrics.classification import BinaryAUROC, BinaryAveragePrecision

SETS = 24
UNITS = 65536
CERTAIN = 7


class Draw:
    """A linear congruential generator; its upper 31 bits, modulo n."""

    def __init__(self, seed):
        self.state = seed

    def below(self, n):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (self.state >> 33) % n


def predictions(draw, members, samples, classes, lean):
    """Probabilities [B, M, C], each sample's more of one class the larger `lean` is."""
    units = torch.zeros(samples, members, classes)
    for b in range(samples):
        favourite = draw.below(classes)
        for m in range(members):
            certain = lean == 2 and b == CERTAIN
            own = UNITS if certain else draw.below(UNITS * lean // 3)
            units[b, m, favourite] += own
            rest = UNITS - own
            for c in range(classes):
                part = rest if c == classes - 1 else draw.below(rest + 1)
                units[b, m, c] += part
                rest -= part
    return units / UNITS


def updated(metric, *values):
    metric.update(*values)
    return metric.compute().item()


def row(number):
    draw = Draw(number)
    members = 2 + 2 * draw.below(2)
    classes = 2 + draw.below(4)
    samples = 20 + draw.below(60)
    p = predictions(draw, members, samples, classes, 2)
    foreign = predictions(draw, members, 20 + draw.below(60), classes, 1)
    mean, foreign_mean = p.mean(1), foreign.mean(1)
    confidences = mean.max(-1).values
    assert len(confidences.unique()) == samples and (confidences == 1).sum() == 1
    errors = 4 + draw.below(30)
    y = mean.argmax(-1)
    for b in range(samples):
        if draw.below(2 if b == CERTAIN else errors) == 0:
            y[b] = (y[b] + 1) % classes
    scores = torch.cat([-mean.max(-1).values, -foreign_mean.max(-1).values])
    ood = torch.cat([torch.zeros(len(p)), torch.ones(len(foreign))]).long()
    task = {"task": "multiclass", "num_classes": classes}
    return {
        "set": number,
        "accuracy": updated(Accuracy(**task), mean, y),
        "brier": updated(BrierScore(num_classes=classes), mean, y),
        "nll": updated(CategoricalNLL(), mean, y),
        "entropy": updated(Entropy(), mean),
        "ece": updated(CalibrationError(num_bins=15, **task), mean, y),
        "aece": updated(CalibrationError(num_bins=15, adaptive=True, **task), mean, y),
        "auroc": updated(BinaryAUROC(), scores, ood),
        "aupr": updated(BinaryAveragePrecision(), scores, ood),
        "fpr95": updated(FPR95(pos_label=1), scores, ood),
        "disagreement": updated(Disagreement(), foreign),
        "expected_entropy": updated(Entropy(), foreign),
        "mutual_information": updated(MutualInformation(), foreign),
        "aurc": updated(AURC(), mean, y),
        "augrc": updated(AUGRC(), mean, y),
        "cov_at_5_risk": updated(CovAt5Risk(), mean, y),
        "risk_at_80_cov": updated(RiskAt80Cov(), mean, y),
        "ood_entropy": updated(Entropy(), foreign_mean),
    }


if __name__ == "__main__":
    rows = [row(number) for number in range(SETS)]
    with open(pathlib.Path(__file__).with_suffix(".csv"), "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(rows[0])
        for one in rows:
            writer.writerow(f"{v:.9g}" for v in one.values())
