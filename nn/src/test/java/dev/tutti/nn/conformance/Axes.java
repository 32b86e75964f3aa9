package dev.tutti.nn.conformance;

import dev.tutti.engine.Tensor;

/// Between PyTorch's order of activations, channels after the batch axis, and ours, channels last.
enum Axes {
  /// Both have the same order: features are last.
  SAME {
    @Override
    Tensor ours(Tensor torch) {
      return torch;
    }

    @Override
    Tensor torch(Tensor ours) {
      return ours;
    }
  },
  /// `[N, C, …]` there, `[N, …, C]` here; `[N, C]` is the same.
  CHANNELS {
    @Override
    Tensor ours(Tensor torch) {
      return switch (torch.rank()) {
        case 3 -> torch.permute(0, 2, 1);
        case 4 -> torch.permute(0, 2, 3, 1);
        default -> torch;
      };
    }

    @Override
    Tensor torch(Tensor ours) {
      return switch (ours.rank()) {
        case 3 -> ours.permute(0, 2, 1);
        case 4 -> ours.permute(0, 3, 1, 2);
        default -> ours;
      };
    }
  },
  /// Sequences `[L, N, C]` there, which `batch_first=True` makes `[N, L, C]`, ours.
  LENGTH_FIRST {
    @Override
    Tensor ours(Tensor torch) {
      return torch.permute(1, 0, 2);
    }

    @Override
    Tensor torch(Tensor ours) {
      return ours.permute(1, 0, 2);
    }
  };

  /// {@return PyTorch's tensor in our order}
  abstract Tensor ours(Tensor torch);

  /// {@return our tensor in PyTorch's order}
  abstract Tensor torch(Tensor ours);
}
