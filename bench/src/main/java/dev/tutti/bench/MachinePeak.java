package dev.tutti.bench;

import java.util.Arrays;
import java.util.function.IntToDoubleFunction;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// What one core of this machine can do: multiply-adds in registers, and copying.
final class MachinePeak {
  private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
  private static final int ACCUMULATORS = 12;
  private static final int REPETITIONS = 200_000;
  private static final int TRIES = 15;

  private MachinePeak() {}

  /// {@return billions of operations per second, a multiply-add counting two; takes some 10 ms}
  static double gigaflops() {
    double flops = 2.0 * S.length() * ACCUMULATORS * REPETITIONS;
    return flops / medianNanos(MachinePeak::multiplyAdds);
  }

  /// Independent chains of multiply-adds, as many as two ports with a latency of four cycles (and
  /// some to spare) keep in flight.
  private static double multiplyAdds(int repetitions) {
    FloatVector f = FloatVector.broadcast(S, 0.999f);
    FloatVector a = FloatVector.broadcast(S, 1);
    FloatVector b = a.add(1);
    FloatVector c = a.add(2);
    FloatVector d = a.add(3);
    FloatVector e = a.add(4);
    FloatVector g = a.add(5);
    FloatVector h = a.add(6);
    FloatVector i = a.add(7);
    FloatVector j = a.add(8);
    FloatVector k = a.add(9);
    FloatVector l = a.add(10);
    FloatVector m = a.add(11);
    for (int r = 0; r < repetitions; r++) {
      a = a.fma(f, f);
      b = b.fma(f, f);
      c = c.fma(f, f);
      d = d.fma(f, f);
      e = e.fma(f, f);
      g = g.fma(f, f);
      h = h.fma(f, f);
      i = i.fma(f, f);
      j = j.fma(f, f);
      k = k.fma(f, f);
      l = l.fma(f, f);
      m = m.fma(f, f);
    }
    FloatVector sum = a.add(b).add(c).add(d).add(e).add(g).add(h).add(i).add(j).add(k).add(l);
    return sum.add(m).lane(0);
  }

  /// {@return billions of bytes read and written per second while copying `from` to `to`}
  static double copyGigabytes(float[] from, float[] to) {
    int times = Math.max(1, 2_000_000 / from.length);
    double nanos =
        medianNanos(ignored -> {
          for (int i = 0; i < times; i++) {
            System.arraycopy(from, 0, to, 0, from.length);
          }
          return to[to.length - 1];
        });
    return 8.0 * from.length * times / nanos;
  }

  private static double medianNanos(IntToDoubleFunction work) {
    double[] nanos = new double[TRIES];
    double sink = 0;
    for (int i = 0; i < TRIES; i++) {
      long start = System.nanoTime();
      sink += work.applyAsDouble(REPETITIONS);
      nanos[i] = System.nanoTime() - start;
    }
    if (Double.isNaN(sink)) {
      throw new IllegalStateException("the peak kernel gave NaN");
    }
    Arrays.sort(nanos);
    return nanos[TRIES / 2];
  }
}
