package dev.tutti.engine;

/// The hint in errors about inputs that have their channels first, as PyTorch has them.
///
/// The hint is given only if the axes would fit in the other order.
public final class ChannelsLast {
  private ChannelsLast() {}

  /// {@return the end of an error's text: what the axes are here and how to get them, or nothing if
  /// the second axis of `x` is not the channels either, or the second and third are those of a
  /// square image}
  ///
  /// @param x the input, `[N, H, W, C]` or `[N, L, C]`
  /// @param channels how many would fit
  public static String hint(Shape x, int channels) {
    boolean first =
        (x.rank() == 3 || x.rank() == 4 && x.dim(1) != x.dim(2)) && x.dim(1) == channels;
    return first && x.dim(-1) != channels ? hint(x) : "";
  }

  /// Likewise, if a window that does not fit in the image would fit in the other order.
  static String hint(Shape x, Window window) {
    boolean fits =
        x.rank() == 4
            && (window.outH(x.dim(1)) == 0 || window.outW(x.dim(2)) == 0)
            && window.outH(x.dim(2)) > 0
            && window.outW(x.dim(3)) > 0;
    return fits ? hint(x) : "";
  }

  private static String hint(Shape x) {
    return x.rank() == 4
        ? "; images are [N, H, W, C] here; did you mean x.permute(0, 2, 3, 1)?"
        : "; sequences are [N, L, C] here; did you mean x.permute(0, 2, 1)?";
  }
}
