package dev.tutti.engine;

/// The arithmetic and the memory traffic of an operation.
///
/// @param multiplyAdds multiply-adds of contractions (matmul, linear, convolution); twice this
///   number is what PyTorch's `FlopCounterMode` calls flops
/// @param flops all floating-point operations, a multiply-add counting two
/// @param bytes bytes read and written when every operand is touched once
public record Cost(long multiplyAdds, long flops, long bytes) {
  /// No work.
  public static final Cost ZERO = new Cost(0, 0, 0);

  /// {@return the cost of a contraction with `macs` multiply-adds between these shapes}
  static Cost contraction(long macs, Shape[] in, Shape out) {
    return new Cost(macs, 2 * macs, traffic(in, out));
  }

  /// {@return the cost of `perElement` operations for every element of the output}
  static Cost elementwise(long perElement, Shape[] in, Shape out) {
    return new Cost(0, perElement * out.size(), traffic(in, out));
  }

  private static long traffic(Shape[] in, Shape out) {
    long elements = out.size();
    for (Shape s : in) {
      elements += s.size();
    }
    return 4 * elements;
  }

  /// {@return the sum of two costs}
  public Cost plus(Cost other) {
    return new Cost(multiplyAdds + other.multiplyAdds, flops + other.flops, bytes + other.bytes);
  }
}
