package dev.tutti.nn;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// How PyTorch orders the trailing axes of this parameter: its axis `i` is our axis `value[i]`.
/// Axes before them (a member axis) do not move. State dicts are written and read in that order.
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface TorchOrder {
  /// {@return for each axis in PyTorch's order, the axis here}
  int[] value();
}
