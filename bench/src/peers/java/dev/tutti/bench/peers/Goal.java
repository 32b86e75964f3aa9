package dev.tutti.bench.peers;

/// The smallest good ratio of every comparison that has one, and for which numbers of threads.
enum Goal {
  GEMM_TORCH_MEAN(1.1, 1),
  GEMM_BLAS_MEAN(1.0, 1),
  GEMM_SHAPE(0.85, 1),
  GEMM_TORCH_MEAN_2(1.05, 2),
  SEED_004_FORWARD_LOOP(1.6, 2),
  SEED_004_FORWARD_BMM(1.2, 2),
  SEED_004_TRAIN_LOOP(2.3, 2),
  SEED_004_TRAIN_BMM(1.5, 2),
  PACKED_LENET_DEFAULT(2.0, 0),
  PACKED_LENET_CHANNELS_LAST(1.5, 0),
  CONVNET_BEST(1.1, 0),
  DEEP_LENET_LOOP(2.0, 0),
  ELEMENTWISE(1.0, 1),
  VMAP_VS_LOOP(1.0, 0),
  SCALING(1.8, 2),
  /// There is no target.
  NONE(Double.NaN, 0);

  private final double atLeast;
  private final int threads;

  /// @param threads the number of threads that the target is for, 0 for any
  Goal(double atLeast, int threads) {
    this.atLeast = atLeast;
    this.threads = threads;
  }

  /// {@return the target ratio on this many threads, NaN for none}
  double on(int count) {
    return threads == 0 || threads == count ? atLeast : Double.NaN;
  }
}
