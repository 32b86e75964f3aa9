package dev.tutti.engine;

/// What a differentiated function may return instead of a bare scalar: the loss, and other results
/// of the same pass.
///
/// @param value the scalar to differentiate
/// @param aux any tree, returned without a gradient
public record Loss<A>(Tensor value, A aux) {}
