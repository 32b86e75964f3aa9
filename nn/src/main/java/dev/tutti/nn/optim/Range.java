package dev.tutti.nn.optim;

import dev.tutti.engine.Tensor;
import java.util.function.DoublePredicate;

/// The values that a hyper-parameter or a number of a schedule may have.
enum Range {
  POSITIVE("must be positive and finite", v -> v > 0 && v < Double.POSITIVE_INFINITY),
  NOT_NEGATIVE("must be finite and not negative", v -> v >= 0 && v < Double.POSITIVE_INFINITY),
  BELOW_ONE("must be in [0, 1)", v -> v >= 0 && v < 1);

  private final String rule;
  private final DoublePredicate allowed;

  Range(String rule, DoublePredicate allowed) {
    this.rule = rule;
    this.allowed = allowed;
  }

  /// {@return one value as a scalar, several, one per member, as `[members]`}
  ///
  /// Checked is what a step computes with, the nearest float32.
  ///
  /// @param name the optimiser and the hyper-parameter, for the error
  /// @throws IllegalArgumentException if there is no value or one is out of range
  Tensor of(String name, double... perMember) {
    if (perMember.length == 0) {
      throw new IllegalArgumentException(name + " needs a value, or one per member");
    }
    float[] values = new float[perMember.length];
    for (int member = 0; member < values.length; member++) {
      values[member] = (float) perMember[member];
      if (!allowed.test(values[member])) {
        String whose = values.length == 1 ? "" : " for member " + member;
        throw error(name, values[member] + whose);
      }
    }
    return values.length == 1 ? Tensor.scalar(values[0]) : Tensor.of(values);
  }

  /// {@return the value}
  ///
  /// @throws IllegalArgumentException if it is out of range
  double check(String name, double value) {
    if (!allowed.test(value)) {
      throw error(name, Double.toString(value));
    }
    return value;
  }

  private IllegalArgumentException error(String name, String got) {
    return new IllegalArgumentException(name + " " + rule + ", got " + got);
  }
}
