"""Writes regression.csv beside this file: the metrics of normal distributions that an ensemble
predicts, as scikit-learn and SciPy compute them.

    pip install scikit-learn==1.7.2 scipy==1.17.1 numpy==2.4.6
    python regression.py

The means, variances and targets are made by the same formulas in the test, in float64. torch-
uncertainty 0.13 has the coverage and the width by the same definitions, and no metric of a mixture:
its routine takes the means of the members' parameters.
"""
import csv
import pathlib

import numpy as np
from scipy.special import logsumexp
from scipy.stats import norm
from sklearn.metrics import mean_absolute_error, root_mean_squared_error

SAMPLES = 40

with open(pathlib.Path(__file__).with_name("regression.csv"), "w", newline="") as file:
    rows = csv.writer(file)
    rows.writerow(["members", "metric", "value"])
    for members in (1, 2, 5):
        m, b = np.meshgrid(np.arange(members), np.arange(SAMPLES), indexing="ij")
        means = (b * 37 % 101) / 10 + ((m * 13 + b * 7) % 11 - 5) / 20
        variances = 0.05 + ((m * 5 + b * 3) % 17) / 10
        b = np.arange(SAMPLES)
        targets = (b * 37 % 101) / 10 + ((b * 29 + 3) % 53 - 26) / 15
        mean = means.mean(0)
        variance = variances.mean(0) + means.var(0)
        logs = norm.logpdf(targets, means, np.sqrt(variances))
        values = {
            "rmse": root_mean_squared_error(targets, mean),
            "mae": mean_absolute_error(targets, mean),
            "gaussian nll": -norm.logpdf(targets, mean, np.sqrt(variance)).mean(),
            "mixture nll": -logsumexp(logs, axis=0, b=1 / members).mean(),
        }
        for level in (0.5, 0.9, 0.99):
            lower, upper = norm.interval(level, mean, np.sqrt(variance))
            inside = (lower <= targets) & (targets <= upper)
            values["coverage %g" % level] = inside.mean()
            values["width %g" % level] = (upper - lower).mean()
        for name, value in values.items():
            rows.writerow([members, name, repr(float(value))])
