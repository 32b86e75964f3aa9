package dev.tutti.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Pattern;

/// One row of [OpCases]: a primitive, what its inputs are like, and the shape that must come out.
///
/// Elements are made from a seed, so that every check sees the same numbers and another seed gives
/// another member of the same kind.
record OpCase(Primitive p, Shape out, List<In> inputs) {
  private static final Pattern WINDOW =
      Pattern.compile("(?:window=)?Window\\[" + "[a-zA-Z]+=(\\d+),? ?".repeat(10) + "]");

  /// How an input's elements are drawn.
  enum Domain {
    /// Floats, uniform in `[low, high)`.
    UNIFORM,
    /// Floats of either sign, the magnitude uniform in `[low, high)`.
    SIGNED,
    /// Floats at least 0.1 away from every integer, between `low` and `high`.
    FRACTION,
    /// Floats no two of which are closer than 1/256.
    EVEN,
    /// Likewise, and none is closer than that to a number of an `EVEN` input.
    ODD,
    /// int32, uniform in `low … high − 1`.
    INTS
  }

  /// One input.
  ///
  /// @param constant whether derivative checks leave it alone, the operation having a step or no
  ///   finite derivative in it
  record In(Shape shape, Domain domain, double low, double high, boolean constant) {
    static In real(int... dims) {
      return uniform(-2, 2, dims);
    }

    static In uniform(double low, double high, int... dims) {
      return new In(Shape.of(dims), Domain.UNIFORM, low, high, false);
    }

    static In signed(double low, double high, int... dims) {
      return new In(Shape.of(dims), Domain.SIGNED, low, high, false);
    }

    static In fraction(int... dims) {
      return new In(Shape.of(dims), Domain.FRACTION, -4, 4, false);
    }

    static In even(int... dims) {
      return new In(Shape.of(dims), Domain.EVEN, 0, 0, false);
    }

    static In odd(int... dims) {
      return new In(Shape.of(dims), Domain.ODD, 0, 0, false);
    }

    static In ints(int low, int high, int... dims) {
      return new In(Shape.of(dims), Domain.INTS, low, high, false);
    }

    /// The key of a draw.
    static In key(int... leads) {
      return ints(Integer.MIN_VALUE, Integer.MAX_VALUE, Shape.of(leads).concat(Shape.of(2)).dims());
    }

    In asConstant() {
      return new In(shape, domain, low, high, true);
    }

    boolean isFloat() {
      return domain != Domain.INTS;
    }

    private Tensor draw(DType floats, SplittableRandom random) {
      int n = shape.size();
      if (!isFloat()) {
        long low = (long) this.low;
        long high = (long) this.high;
        int[] values = new int[n];
        Arrays.setAll(values, i -> (int) random.nextLong(low, high));
        return Tensor.of(values).reshape(shape);
      }
      int[] order = order(n, random);
      double[] values = new double[n];
      for (int i = 0; i < n; i++) {
        double u = random.nextDouble();
        values[i] =
            switch (domain) {
              case UNIFORM -> low + u * (high - low);
              case SIGNED -> (random.nextBoolean() ? 1 : -1) * (low + u * (high - low));
              case FRACTION -> Math.floor(low + u * (high - low)) + 0.1 + 0.8 * random.nextDouble();
              case EVEN -> (2 * order[i] - n + u / 2) / 128;
              case ODD -> (2 * order[i] + 1 - n + n % 2 + u / 2) / 128;
              case INTS -> throw new IllegalStateException("made above");
            };
        values[i] += domain == Domain.EVEN ? n % 2 / 128.0 : 0;
      }
      return Tensor.of(values).reshape(shape).cast(floats);
    }

    private static int[] order(int n, SplittableRandom random) {
      int[] order = new int[n];
      for (int i = 0; i < n; i++) {
        int j = random.nextInt(i + 1);
        order[i] = order[j];
        order[j] = i;
      }
      return order;
    }

    @Override
    public String toString() {
      return shape + (isFloat() ? "" : " int32");
    }
  }

  static OpCase of(Primitive p, Shape out, In... inputs) {
    return new OpCase(p, out, List.of(inputs));
  }

  /// {@return the inputs of member `seed`}
  Tensor[] inputs(DType floats, long seed) {
    Tensor[] in = new Tensor[inputs.size()];
    for (int i = 0; i < in.length; i++) {
      in[i] = inputs.get(i).draw(floats, new SplittableRandom(seed * 1009 + i * 31 + 7));
    }
    return in;
  }

  /// {@return inputs number `mapped` (bit `i`: input `i`) stacked over members `0 … size − 1`, the
  /// others of member 0}
  Tensor[] stacked(DType floats, int size, int mapped) {
    Tensor[] in = inputs(floats, 0);
    for (int i = 0; i < in.length; i++) {
      if ((mapped >> i & 1) != 0) {
        in[i] = stack(floats, size, i);
      }
    }
    return in;
  }

  private Tensor stack(DType floats, int size, int i) {
    Tensor[] members = new Tensor[size];
    for (int m = 0; m < size; m++) {
      members[m] = inputs(floats, m)[i];
    }
    return Tensor.stack(members);
  }

  Tensor apply(Tensor... in) {
    return Trace.bind(p, in);
  }

  /// {@return a fixed cotangent of this shape}
  static Tensor cotangent(DType type, Shape shape) {
    return In.signed(0.5, 1.5, shape.dims()).draw(type, new SplittableRandom(99));
  }

  /// {@return Σ out · g for a fixed g, an int32 result taken as floats}
  Tensor scalar(DType floats, Tensor... in) {
    Tensor y = apply(in);
    y = y.dtype().isFloat() ? y : y.cast(floats);
    return y.mul(cotangent(y.dtype(), out)).sum();
  }

  /// {@return the types that the float inputs are tried with}
  List<DType> types() {
    boolean any = inputs.stream().anyMatch(In::isFloat);
    return any ? List.of(DType.FLOAT32, DType.FLOAT64) : List.of(DType.FLOAT32);
  }

  /// {@return the inputs that derivative checks vary}
  List<Integer> varied() {
    List<Integer> varied = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      if (inputs.get(i).isFloat() && !inputs.get(i).constant()) {
        varied.add(i);
      }
    }
    return varied;
  }

  /// {@return `in` with inputs number `which` replaced, in order}
  static Tensor[] with(Tensor[] in, List<Integer> which, List<Tensor> values) {
    Tensor[] all = in.clone();
    for (int i = 0; i < which.size(); i++) {
      all[which.get(i)] = values.get(i);
    }
    return all;
  }

  /// {@return the inputs numbered in `which`}
  static List<Tensor> pick(Tensor[] in, List<Integer> which) {
    return which.stream().map(i -> in[i]).toList();
  }

  /// {@return the numbers of the bits that are set, ascending}
  static List<Integer> bits(int set) {
    List<Integer> bits = new ArrayList<>();
    for (int i = 0; i < 32; i++) {
      if ((set >> i & 1) != 0) {
        bits.add(i);
      }
    }
    return bits;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(p.label());
    if (p instanceof Record) {
      String parameters = p.toString().substring(p.toString().indexOf('['));
      text.append(
          WINDOW
              .matcher(parameters)
              .replaceFirst("$1×$2 stride $3×$4 padding $5 $6 $7 $8 dilation $9×$10"));
    }
    for (In in : inputs) {
      text.append(in == inputs.getFirst() ? " " : ", ").append(in);
    }
    return text.append(" → ").append(out).toString();
  }
}
