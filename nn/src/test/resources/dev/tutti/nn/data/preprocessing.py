"""Writes preprocessing.txt: what scikit-learn's preprocessing makes of small tables.

    pip install scikit-learn==1.7.2 numpy==2.4.6
    python preprocessing.py > preprocessing.txt

A line is a name, the shape and the values in row-major order. The tables are made by the same
formulas in the test; their values are float32, scikit-learn computes with them in float64.
"""
import numpy as np
from sklearn.impute import SimpleImputer
from sklearn.preprocessing import OneHotEncoder, StandardScaler

TRAIN, TEST = 9, 4
TEXTS = [["red", "green", "blue", "red"], ["s", "m", "l", "xl"]]


def numbers(first, rows):
    """Columns: ordinary, a large mean, the constant 0.1, small, and the constant 0."""
    k = np.arange(first, first + rows)
    columns = [
        (k * 37 + 11) % 101 / 7,
        1e6 + (k * 5) % 7,
        np.full(rows, 0.1),
        ((k * 29 + 3) % 53 - 26) * 1e-4,
        np.zeros(rows),
    ]
    return np.stack(columns, 1).astype(np.float32).astype(np.float64)


def missing(first, rows):
    """The first, second and fourth column, some values missing; the third misses none in train."""
    x = numbers(first, rows)[:, [0, 1, 3]]
    for i in range(rows):
        if (first + i) % 3 == 1:
            x[i, 0] = np.nan
        if (first + i) % 4 == 2:
            x[i, 1] = np.nan
        if first + i == TRAIN + 2:
            x[i, 2] = np.nan
    return x


def texts(first, rows):
    """Two columns; "xl" does not occur in the first TRAIN rows."""
    k = np.arange(first, first + rows)
    sizes = [TEXTS[1][3] if i == TRAIN + 1 else TEXTS[1][i % 3] for i in k]
    return np.array([[TEXTS[0][i % 4], size] for i, size in zip(k, sizes)])


def show(name, array):
    array = np.asarray(array)
    shape = "x".join(map(str, array.shape))
    print(name, shape, *("%.17g" % v for v in array.ravel()))


scaler = StandardScaler().fit(numbers(0, TRAIN))
show("scaler/mean", scaler.mean_)
show("scaler/scale", scaler.scale_)
show("scaler/train", scaler.transform(numbers(0, TRAIN)))
show("scaler/test", scaler.transform(numbers(TRAIN, TEST)))
show("scaler/inverse", scaler.inverse_transform(np.ones((2, 5)) * [[0.5], [-2]]))
for strategy in ("mean", "median"):
    imputer = SimpleImputer(strategy=strategy, add_indicator=True).fit(missing(0, TRAIN))
    show(strategy + "/statistics", imputer.statistics_)
    show(strategy + "/train", imputer.transform(missing(0, TRAIN)))
    show(strategy + "/test", imputer.transform(missing(TRAIN, TEST)))
encoder = OneHotEncoder(handle_unknown="ignore", sparse_output=False).fit(texts(0, TRAIN))
show("one-hot/train", encoder.transform(texts(0, TRAIN)))
show("one-hot/test", encoder.transform(texts(TRAIN, TEST)))
