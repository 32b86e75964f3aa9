package dev.tutti.nn.data;

import dev.tutti.engine.Tensor;

/// Some examples side by side.
///
/// @param x the inputs, `[B, H, W, C]` or `[B, F]`
/// @param labels their classes, int32 `[B]`
public record Batch(Tensor x, Tensor labels) {}
