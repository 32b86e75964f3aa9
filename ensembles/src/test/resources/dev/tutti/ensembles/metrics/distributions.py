"""Prints distributions.csv: log densities of PyTorch's distributions and cumulative probabilities of SciPy's.

pip install torch==2.15.0 scipy==1.17.1
python distributions.py > distributions.csv
"""

import scipy.stats
import torch
from torch.distributions import Laplace, Normal, StudentT

torch.set_default_dtype(torch.float64)
print("family,y,location,scale,degrees,log_density,cdf")
for y in (-7.5, -0.3, 0.0, 0.4, 2.0, 30.0):
    for location, scale in ((0.0, 1.0), (0.4, 0.25), (-3.0, 6.5)):
        z = torch.tensor(y)
        rows = [
            ("GAUSSIAN", 0.0, Normal(location, scale), scipy.stats.norm(location, scale)),
            ("LAPLACE", 0.0, Laplace(location, scale), scipy.stats.laplace(location, scale)),
        ]
        for degrees in (2.1, 3.0, 10.0, 250.0):
            rows.append(
                (
                    "STUDENT_T",
                    degrees,
                    StudentT(degrees, location, scale),
                    scipy.stats.t(degrees, location, scale),
                )
            )
        for family, degrees, density, cumulative in rows:
            print(
                f"{family},{y},{location},{scale},{degrees},"
                f"{density.log_prob(z).item()!r},{float(cumulative.cdf(y))!r}"
            )
