package dev.tutti.engine;

/// Which values a vjp rule reads, so that the tape can drop the rest as early as possible.
///
/// The shapes and types of dropped values stay readable; their elements do not.
///
/// @param inputs bit `i` is set when the rule reads the elements of input `i`
/// @param output whether the rule reads the elements of the output
public record Uses(int inputs, boolean output) {
  /// The rule reads the cotangent and shapes only.
  public static final Uses NOTHING = new Uses(0, false);

  /// The rule reads the output.
  public static final Uses OUTPUT = new Uses(0, true);

  /// The rule reads every input, not the output.
  public static final Uses INPUTS = new Uses(-1, false);

  /// {@return a declaration that reads exactly these inputs}
  public static Uses inputs(int... indices) {
    int bits = 0;
    for (int i : indices) {
      bits |= 1 << i;
    }
    return new Uses(bits, false);
  }

  /// {@return this declaration that reads the output too}
  public Uses andOutput() {
    return new Uses(inputs, true);
  }

  /// {@return whether input `i` is read}
  public boolean input(int i) {
    return (inputs >> Math.min(i, 31) & 1) != 0;
  }
}
