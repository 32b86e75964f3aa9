"""Writes the fixtures of this folder with PyTorch, or checks a file that Tutti wrote.

    python generate.py                       # writes every fixture here
    python generate.py --check FILE MODEL    # MODEL: lenet, resnet18

Made with PyTorch 2.15.0, torchvision 0.29.2, safetensors 0.8.0 and numpy 2.4.6 on a CPU, one thread.
Each file's metadata names the versions that wrote it. The Java tests read the fixtures only.
"""

import argparse
import sys

sys.dont_write_bytecode = True

import torch

import fixture
import layers
import losses
import models
import optimizers


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", nargs=2, metavar=("FILE", "MODEL"))
    parser.add_argument("--only", help="writes this one of: layers, losses, optimizers, models")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    # The inference fast path of attention is another kernel; its results are the same to rounding.
    torch.backends.mha.set_fastpath_enabled(False)
    if arguments.check:
        sys.exit(0 if models.check(*arguments.check) else 1)
    for package, version in fixture.EXPECTED.items():
        if fixture.VERSIONS[package] != version:
            print(f"note: {package} is {fixture.VERSIONS[package]}, the fixtures are {version}'s")
    parts = {
        "layers": layers.all_fixtures,
        "losses": losses.all_fixtures,
        "optimizers": optimizers.all_fixtures,
        "models": models.all_fixtures,
    }
    for name, part in parts.items():
        if arguments.only in (None, name):
            for file in part():
                file.write()
    files = [f for f in fixture.FOLDER.iterdir() if f.suffix != ".py" and f.is_file()]
    total = sum(f.stat().st_size for f in files)
    print(f"{len(files)} files, {total:,} bytes in all")


if __name__ == "__main__":
    main()
