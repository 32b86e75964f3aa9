package dev.tutti.engine;

/// What a differentiated function may return instead of a bare scalar: the loss, and more that is
/// wanted from the same pass.
///
/// @param value the scalar to differentiate
/// @param aux any tree, handed through without a gradient
public record Loss<A>(Tensor value, A aux) {}
