package dev.tutti.engine;

/// The one unchecked exception of the engine: shapes, types or values that an operation cannot
/// take.
///
/// It is raised before any work is done. The message is one line that names the operation, what it
/// was given and what would fit, then the transforms around it: `matmul: inner axes differ: [32,
/// 784] · [780, 10] (784 vs 780) (inside vmap over 8)`.
public final class ShapeError extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /// Creates an error with its one-line message.
  public ShapeError(String message) {
    super(message);
  }
}
