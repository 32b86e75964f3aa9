package dev.tutti.nn.data;

import dev.tutti.engine.Tensor;

/// Some examples side by side.
///
/// @param x the inputs, `[B, H, W, C]` or `[B, F]`
/// @param targets their classes, int32 `[B]`; after mixing ([Mix]) the share of every class in
///   every example, float32 `[B, C]`; for regression the numbers, float32 `[B, T]`
public record Batch(Tensor x, Tensor targets) {}
