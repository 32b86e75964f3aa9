package dev.tutti.engine;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;

/// A short set of operations and the bits of their values and gradients, to be compared between
/// compilers: [OpTierTest] runs [#main] in JVMs with other flags.
final class OpTiers {
  private OpTiers() {}

  /// {@return for every operation its largest sample}
  static Collection<OpCase> sample() {
    Map<String, OpCase> largest = new LinkedHashMap<>();
    OpCases.all().forEach(c -> largest.merge(name(c), c, (a, b) -> size(b) > size(a) ? b : a));
    return largest.values();
  }

  /// A label alone would not do: there is a `max` of two tensors and one along an axis.
  private static String name(OpCase c) {
    return c.p().getClass().getSimpleName() + " " + c.p().label();
  }

  /// {@return the number of elements that go in and out}
  static long size(OpCase c) {
    return c.out().size() + c.inputs().stream().mapToLong(in -> in.shape().size()).sum();
  }

  /// {@return value and gradients of a sample in float32}
  static List<Tensor> results(OpCase c) {
    Tensor[] in = c.inputs(DType.FLOAT32, 0);
    List<Tensor> results = new ArrayList<>();
    results.add(c.apply(in));
    if (!c.varied().isEmpty()) {
      results.addAll(OpMemberGradientTest.gradient(c, in, List.of()).apply(List.of()));
    }
    return results;
  }

  /// {@return the operation's name and a check sum of its results}
  static String line(OpCase c) {
    return name(c) + " " + checkSum(results(c));
  }

  /// {@return a check sum of the bits of all elements, all NaNs being one}
  static String checkSum(List<? extends Tensor> results) {
    CRC32 sum = new CRC32();
    for (Tensor t : results) {
      for (double v : t.toDoubles()) {
        long bits = Double.doubleToLongBits(v);
        for (int shift = 0; shift < 64; shift += 8) {
          sum.update((int) (bits >>> shift));
        }
      }
    }
    return Long.toHexString(sum.getValue());
  }

  /// Prints one line per operation: its name and its bits.
  public static void main(String[] args) {
    sample().forEach(c -> System.out.println(line(c)));
  }
}
