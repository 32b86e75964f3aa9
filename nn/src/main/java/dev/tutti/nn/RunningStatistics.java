package dev.tutti.nn;

import dev.tutti.engine.Tensor;

/// A standardising layer that may keep running statistics of its channels.
interface RunningStatistics extends ChannelNorm {
  /// PyTorch's default for the weight of a new batch.
  double MOMENTUM = 0.1;

  /// {@return the running mean of each channel, null if the layer keeps no statistics}
  Tensor runningMean();

  /// {@return the running unbiased variance of each channel, or null}
  Tensor runningVar();

  /// {@return the counter of training passes, an int32 scalar, or null}
  Tensor numBatchesTracked();
}
