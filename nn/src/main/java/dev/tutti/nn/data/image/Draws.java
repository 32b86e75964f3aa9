package dev.tutti.nn.data.image;

import dev.tutti.engine.Key;

/// Numbers drawn one after another under one key, for changes that cannot say in advance how many
/// they need.
final class Draws {
  private static final int BLOCK = 64;

  private final Key key;
  private int children;
  private float[] block = {};
  private int used;

  Draws(Key key) {
    this.key = key;
  }

  /// Uniform in `[0, 1)`.
  float uniform() {
    if (used == block.length) {
      block = uniform(BLOCK);
      used = 0;
    }
    return block[used++];
  }

  /// Uniform in `low … high`.
  double uniform(double low, double high) {
    return low + uniform() * (high - low);
  }

  /// Uniform on 0 … n − 1.
  int below(int n) {
    return (int) (uniform() * n);
  }

  /// −1 or 1.
  int sign() {
    return uniform() < 0.5f ? -1 : 1;
  }

  float[] uniform(int n) {
    return key.fold(children++).uniform(n).toFloats();
  }

  float[] normal(int n) {
    return key.fold(children++).normal(n).toFloats();
  }
}
