package dev.tutti.engine;

import java.util.List;
import java.util.function.Supplier;

/// Grouped 2-d convolution (cross-correlation, as in every deep-learning library) and its two
/// adjoints.
///
/// Activations are `[N, H, W, C]`, weights `[KH, KW, C / groups, O]`. Group `j` maps the `j`-th run
/// of `C / groups` input channels to the `j`-th run of `O / groups` output channels. The three
/// primitives are each other's derivatives, so all orders follow.
public sealed interface Conv extends Fused {
  /// {@return how the kernel slides}
  Window window();

  /// {@return the number of channel groups}
  int groups();

  @Override
  default int suffix(int i) {
    return 4;
  }

  /// `x`, `weight` → `[N, OH, OW, O]`. Each element accumulates kernel row, kernel column and
  /// channel in ascending order with fma from 0; padding counts as zeros. A third input is a bias
  /// `[O]`, added to the finished sum.
  record Forward(Window window, int groups) implements Conv {
    @Override
    public String label() {
      return "conv2d";
    }

    @Override
    public int suffix(int i) {
      return i == 2 ? 1 : 4;
    }

    @Override
    public Shape suffixShape(Shape[] suffixes, Shape[] inputs) {
      Shape x = suffixes[0];
      Shape w = suffixes[1];
      check(x.dim(3), w, inputs[0], inputs[1]);
      if (suffixes.length == 3 && suffixes[2].dim(0) != w.dim(3)) {
        throw new ShapeError(
            "conv2d: weight "
                + inputs[1]
                + " gives "
                + w.dim(3)
                + " channels, bias has "
                + inputs[2]);
      }
      Shape at = window.positions(label(), x.dim(1), x.dim(2));
      return Shape.of(x.dim(0), at.dim(0), at.dim(1), w.dim(3));
    }

    private void check(int channels, Shape w, Shape x, Shape weight) {
      if (w.dim(0) != window.kernelH() || w.dim(1) != window.kernelW()) {
        throw new ShapeError(
            "conv2d: weight "
                + weight
                + " is not a kernel of "
                + window.kernelH()
                + "×"
                + window.kernelW());
      }
      if (groups < 1 || channels != w.dim(2) * groups || w.dim(3) % groups != 0) {
        throw new ShapeError(
            "conv2d: input "
                + x
                + " has "
                + channels
                + " channels; weight "
                + weight
                + " with "
                + groups
                + " groups takes "
                + w.dim(2) * groups
                + " channels and an output count"
                + " divisible by "
                + groups
                + ChannelsLast.hint(x, w.dim(2) * groups));
      }
    }

    @Override
    public Tensor decompose(Tensor... in) {
      Tensor x = in[0];
      Tensor w = in[1];
      Tensor y = patches(this, x).matmul(grouped(this, w)); // [G, N·OH·OW, O/G]
      Shape at = window.positions(label(), x.dim(-3), x.dim(-2));
      Tensor sum =
          y.permuteSuffix(1, 0, 2)
              .reshapeSuffix(3, Shape.of(x.dim(-4), at.dim(0), at.dim(1), w.dim(-1)));
      return in.length == 2 ? sum : sum.add(in[2].reshapeSuffix(1, Shape.of(1, 1, 1, w.dim(-1))));
    }

    @Override
    public List<Supplier<Tensor>> vjp(Tensor[] in, Tensor out, Tensor g) {
      List<Supplier<Tensor>> rules =
          List.of(
              () -> g.bind(new Input(window, groups, in[0].dim(-3), in[0].dim(-2)), in[1]),
              () -> in[0].bind(new Weight(window, groups), g),
              () -> g.bind(Reduce.sum(Ints.of(4, 3, 2), false)));
      return rules.subList(0, in.length);
    }

    @Override
    public Uses uses() {
      return Uses.inputs(0, 1);
    }

    @Override
    public Cost cost(Shape[] in, Shape out) {
      long perOutput = (long) window.kernelH() * window.kernelW() * in[1].dim(-2);
      return Cost.contraction(out.size() * perOutput, in, out);
    }
  }

  /// The input's cotangent: `g [N, OH, OW, O]`, `weight` → `[N, height, width, C]` (a transposed
  /// convolution). Each element accumulates kernel row, kernel column and output channel in
  /// ascending order with fma from 0; a zero result is +0.
  record Input(Window window, int groups, int height, int width) implements Conv {
    @Override
    public String label() {
      return "conv2d_input";
    }

    @Override
    public Shape suffixShape(Shape[] suffixes, Shape[] inputs) {
      Shape g = suffixes[0];
      Shape w = suffixes[1];
      Shape at = window.positions(label(), height, width);
      if (groups < 1
          || w.dim(0) != window.kernelH()
          || w.dim(1) != window.kernelW()
          || g.dim(1) != at.dim(0)
          || g.dim(2) != at.dim(1)
          || g.dim(3) != w.dim(3)
          || w.dim(3) % groups != 0) {
        throw new ShapeError(
            "conv2d_input: cotangent "
                + inputs[0]
                + " and weight "
                + inputs[1]
                + " with "
                + groups
                + " groups do not fit an image of "
                + height
                + "×"
                + width
                + " with positions "
                + at
                + " of a kernel of "
                + window.kernelH()
                + "×"
                + window.kernelW());
      }
      return Shape.of(g.dim(0), height, width, w.dim(2) * groups);
    }

    @Override
    public Tensor decompose(Tensor... in) {
      Tensor g = in[0];
      Tensor w = in[1];
      int n = g.dim(-4);
      int oh = g.dim(-3);
      int ow = g.dim(-2);
      int c = w.dim(-2);
      int kernel = window.kernelH() * window.kernelW();
      return positions(this, g)
          .matmul(grouped(this, w), false, true) // [G, N·OH·OW, KH·KW·C/G]
          .reshapeSuffix(1, Shape.of(kernel, c))
          .permuteSuffix(1, 2, 0, 3)
          .reshapeSuffix(4, Shape.of(n, oh, ow, window.kernelH(), window.kernelW(), groups * c))
          .bind(new Windows.Fold(window, height, width));
    }

    @Override
    public List<Supplier<Tensor>> vjp(Tensor[] in, Tensor out, Tensor g) {
      return List.of(
          () -> g.bind(new Forward(window, groups), in[1]),
          () -> g.bind(new Weight(window, groups), in[0]));
    }

    @Override
    public Cost cost(Shape[] in, Shape out) {
      long perCotangent = (long) window.kernelH() * window.kernelW() * in[1].dim(-2);
      long cotangents = (long) out.leads(4).size() * in[0].suffix(4).size();
      return Cost.contraction(cotangents * perCotangent, in, out);
    }
  }

  /// The weight's cotangent: `x`, `g [N, OH, OW, O]` → `[KH, KW, C / groups, O]`. Each element
  /// accumulates images, then output rows, then output columns in ascending order with fma from 0.
  record Weight(Window window, int groups) implements Conv {
    @Override
    public String label() {
      return "conv2d_weight";
    }

    @Override
    public Shape suffixShape(Shape[] suffixes, Shape[] inputs) {
      Shape x = suffixes[0];
      Shape g = suffixes[1];
      Shape at = window.positions(label(), x.dim(1), x.dim(2));
      if (x.dim(0) != g.dim(0)
          || g.dim(1) != at.dim(0)
          || g.dim(2) != at.dim(1)
          || x.dim(3) % groups != 0
          || g.dim(3) % groups != 0) {
        throw new ShapeError(
            "conv2d_weight: input "
                + inputs[0]
                + " with positions "
                + at
                + " and cotangent "
                + inputs[1]
                + " do not fit with "
                + groups
                + " groups");
      }
      return Shape.of(window.kernelH(), window.kernelW(), x.dim(3) / groups, g.dim(3));
    }

    @Override
    public Tensor decompose(Tensor... in) {
      Tensor x = in[0];
      Tensor g = in[1];
      return patches(this, x)
          .matmul(positions(this, g), true, false) // [G, KH·KW·C/G, O/G]
          .permuteSuffix(1, 0, 2)
          .reshapeSuffix(
              3, Shape.of(window.kernelH(), window.kernelW(), x.dim(-1) / groups, g.dim(-1)));
    }

    @Override
    public List<Supplier<Tensor>> vjp(Tensor[] in, Tensor out, Tensor g) {
      return List.of(
          () -> in[1].bind(new Input(window, groups, in[0].dim(-3), in[0].dim(-2)), g),
          () -> in[0].bind(new Forward(window, groups), g));
    }

    @Override
    public Cost cost(Shape[] in, Shape out) {
      long perWeight = (long) in[1].dim(-4) * in[1].dim(-3) * in[1].dim(-2);
      return Cost.contraction(out.size() * perWeight, in, out);
    }
  }

  /// `x` as rows of windows by group: `[G, N·OH·OW, KH·KW·C/G]`.
  private static Tensor patches(Conv conv, Tensor x) {
    Tensor w = x.bind(new Windows(conv.window())); // [N, OH, OW, KH, KW, C]
    int rows = w.dim(-6) * w.dim(-5) * w.dim(-4);
    int kernel = w.dim(-3) * w.dim(-2);
    int channels = w.dim(-1) / conv.groups();
    return w.reshapeSuffix(6, Shape.of(rows, kernel, conv.groups(), channels))
        .permuteSuffix(2, 0, 1, 3)
        .reshapeSuffix(2, Shape.of(kernel * channels));
  }

  /// A cotangent `[N, OH, OW, O]` by group: `[G, N·OH·OW, O/G]`.
  private static Tensor positions(Conv conv, Tensor g) {
    int rows = g.dim(-4) * g.dim(-3) * g.dim(-2);
    return g.reshapeSuffix(4, Shape.of(rows, conv.groups(), g.dim(-1) / conv.groups()))
        .permuteSuffix(1, 0, 2);
  }

  /// A weight `[KH, KW, C/G, O]` by group: `[G, KH·KW·C/G, O/G]`.
  private static Tensor grouped(Conv conv, Tensor w) {
    int rows = w.dim(-4) * w.dim(-3) * w.dim(-2);
    return w.reshapeSuffix(4, Shape.of(rows, conv.groups(), w.dim(-1) / conv.groups()))
        .permuteSuffix(1, 0, 2);
  }
}
