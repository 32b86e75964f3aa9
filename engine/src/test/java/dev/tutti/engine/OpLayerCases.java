package dev.tutti.engine;

import static dev.tutti.engine.OpCase.In.even;
import static dev.tutti.engine.OpCase.In.real;
import static dev.tutti.engine.OpCase.In.uniform;

import dev.tutti.engine.OpCase.In;
import java.util.List;

/// The part of [OpCases] about images, normalisation and optimiser steps.
final class OpLayerCases {
  private final List<OpCase> cases;

  private OpLayerCases(List<OpCase> cases) {
    this.cases = cases;
  }

  static void addTo(List<OpCase> cases) {
    OpLayerCases more = new OpLayerCases(cases);
    more.convolutions();
    more.convolutionLeads();
    more.windowsAndPools();
    more.normalisations();
    more.columns();
    more.steps();
  }

  private void add(Primitive p, Shape out, In... in) {
    cases.add(OpCase.of(p, out, in));
  }

  private void convolutions() {
    Window one = Window.of(1, 1);
    Window three = Window.of(3, 3);
    conv(one, 1, 1, 1, 1, 1, 1, 1, 1);
    conv(three.padding(1), 1, 2, 5, 5, 3, 4, 5, 5);
    conv(three.stride(2).padding(0, 1, 1, 0), 1, 1, 7, 6, 2, 3, 3, 3);
    conv(Window.of(2, 3).stride(2, 1).dilation(2, 1).padding(1, 0, 2, 1), 2, 1, 6, 5, 4, 6, 3, 6);
    conv(three.padding(1), 5, 2, 4, 4, 5, 5, 4, 4); // depthwise
    conv(three.stride(2), 3, 1, 5, 5, 3, 6, 2, 2); // depthwise, two outputs per channel
    conv(three, 1, 3, 6, 7, 17, 15, 4, 5);
    conv(one, 1, 2, 3, 3, 16, 33, 3, 3);
    conv(one, 2, 1, 1, 31, 2, 2, 1, 31);
    conv(Window.of(2, 2), 1, 2, 20, 21, 1, 2, 19, 20); // more pixels than one block holds
    conv(three.dilation(2, 2).padding(2), 1, 1, 5, 4, 2, 2, 5, 4);
    conv(one.stride(2), 1, 1, 5, 5, 2, 2, 3, 3); // pixels that no window reads
    conv(Window.of(2, 2).stride(3), 1, 2, 7, 8, 2, 1, 2, 3);
    conv(one.padding(1, 2, 3, 0), 1, 1, 2, 2, 1, 2, 5, 5); // windows of padding alone
    conv(three.padding(1), 1, 0, 4, 4, 2, 3, 4, 4); // an empty batch
    conv(Window.of(2, 2), 1, 2, 3, 3, 0, 2, 2, 2); // no input channels
    conv(Window.of(2, 2), 1, 2, 3, 3, 2, 0, 2, 2); // no output channels
  }

  /// A convolution `[n, h, w, c]` → `[n, oh, ow, o]` and its two adjoints.
  private void conv(Window win, int groups, int n, int h, int w, int c, int o, int oh, int ow) {
    int[] x = {n, h, w, c};
    int[] weight = {win.kernelH(), win.kernelW(), c / groups, o};
    int[] y = {n, oh, ow, o};
    add(new Conv.Forward(win, groups), Shape.of(y), real(x), real(weight));
    add(new Conv.Forward(win, groups), Shape.of(y), real(x), real(weight), real(weight[3]));
    add(new Conv.Input(win, groups, h, w), Shape.of(x), real(y), real(weight));
    add(new Conv.Weight(win, groups), Shape.of(weight), real(x), real(y));
  }

  private void convolutionLeads() {
    Window win = Window.of(2, 2);
    add(new Conv.Forward(win, 1), Shape.of(3, 2, 3, 2, 1), real(3, 2, 4, 3, 2), real(2, 2, 2, 1));
    add(
        new Conv.Forward(win, 2),
        Shape.of(2, 3, 1, 2, 2, 4),
        real(3, 1, 3, 3, 2),
        real(2, 1, 2, 2, 1, 4));
    add(
        new Conv.Input(win, 2, 3, 3),
        Shape.of(2, 3, 1, 3, 3, 2),
        real(3, 1, 2, 2, 4),
        real(2, 1, 2, 2, 1, 4));
    add(
        new Conv.Weight(win, 2),
        Shape.of(2, 3, 2, 2, 1, 4),
        real(3, 1, 3, 3, 2),
        real(2, 1, 1, 2, 2, 4));
  }

  private void windowsAndPools() {
    window(Window.of(1, 1), 1, 1, 1, 1, 1);
    window(Window.of(2, 2).stride(2), 4, 6, 3, 2, 3);
    window(Window.of(3, 3).stride(2).padding(1), 5, 6, 17, 3, 3);
    window(Window.of(3, 2).stride(1, 2).padding(0, 2, 1, 0), 4, 5, 2, 4, 3);
    window(Window.of(2, 2).dilation(2, 3).padding(1, 0, 1, 1), 4, 5, 16, 3, 4);
    window(Window.of(2, 2).stride(3), 7, 8, 1, 2, 3);
    window(Window.of(5, 4), 5, 4, 31, 1, 1); // one window, the whole image
    window(Window.of(2, 2), 3, 3, 0, 2, 2);
    Window two = Window.of(2, 2);
    add(new Windows(two), Shape.of(2, 3, 2, 1, 2, 2, 5), real(2, 3, 3, 2, 5));
    add(new Pool.Max(two), Shape.of(2, 0, 2, 1, 5), even(2, 0, 3, 2, 5));
    add(new Pool.MaxInput(two), Shape.of(2, 3, 3, 2, 4), even(3, 3, 2, 4), real(2, 1, 2, 1, 4));
  }

  /// All that slides a window over two images `[h, w, c]`, with `oh · ow` positions.
  private void window(Window win, int h, int w, int c, int oh, int ow) {
    int[] image = {2, h, w, c};
    int[] pooled = {2, oh, ow, c};
    int[] cells = {2, oh, ow, win.kernelH(), win.kernelW(), c};
    add(new Windows(win), Shape.of(cells), real(image));
    add(new Windows.Fold(win, h, w), Shape.of(image), real(cells));
    add(new Pool.Max(win), Shape.of(pooled), even(image));
    add(new Pool.MaxInput(win), Shape.of(image), even(image), real(pooled));
    for (boolean countPadding : new boolean[] {false, true}) {
      add(new Pool.Average(win, countPadding), Shape.of(pooled), real(image));
      add(new Pool.AverageInput(win, countPadding, h, w), Shape.of(image), real(pooled));
    }
  }

  private void normalisations() {
    normalize(Ints.of(1), 3, 17);
    normalize(Ints.of(1), 2, 1);
    normalize(Ints.of(3, 2, 1), 2, 3, 4, 5);
    normalize(Ints.of(4, 3, 2), 2, 3, 3, 5); // per channel, over images and pixels
    normalize(Ints.of(2), 33, 3);
    normalize(Ints.of(1), 0, 4);
    normalize(Ints.of(1), 4, 0);
  }

  private void columns() {
    columns(3, 17);
    columns(70, 6); // two blocks of rows
    columns(130, 16);
    columns(2, 33);
    columns(5, 1);
    columns(1, 4);
    columns(3, 0);
    columns(Shape.of(2), Shape.of(3, 1), 4, 5);
    columns(Shape.of(2, 1), Shape.of(3), 3, 2);
    columns(Shape.SCALAR, Shape.of(2), 3, 4);
  }

  private void columns(int rows, int columns) {
    columns(Shape.SCALAR, Shape.SCALAR, rows, columns);
  }

  /// Matrices with these leads, vectors with those.
  private void columns(Shape matrices, Shape vectors, int rows, int columns) {
    Shape matrix = matrices.concat(Shape.of(rows, columns));
    In x = real(matrix.dims());
    In v = real(vectors.concat(Shape.of(columns)).dims());
    Shape both = Shape.broadcast(matrices, vectors);
    Shape pair = Shape.of(2, columns);
    add(Columns.MOMENTS, matrices.concat(pair), x);
    add(Columns.RESCALE, both.concat(Shape.of(rows, columns)), x, v, real(columns), v);
    add(Columns.COLUMN_SUMS, both.concat(pair), x, real(rows, columns), v);
    add(Columns.COLUMN_SUMS, both.concat(pair), real(rows, columns), x, v);
  }

  private void normalize(Ints axes, int... dims) {
    add(new Normalize(axes, 1e-3), Shape.of(dims), real(dims));
    add(new NormalizeInput(axes, 1e-3), Shape.of(dims), real(dims), real(dims));
  }

  private void steps() {
    int[][][] shapes = {
      {{33}, {}, {33}},
      {{3, 5}, {3, 1}, {3, 5}},
      {{1}, {1}, {1}},
      {{0}, {}, {0}},
      {{4}, {2, 1}, {2, 4}}
    };
    for (int[][] s : shapes) {
      Shape out = Shape.of(s[2]);
      In p = real(s[0]);
      In beta = uniform(0.1, 0.9, s[1]);
      add(OptimizerStep.AXPY, out, p, real(s[0]), real(s[1]));
      add(OptimizerStep.EMA, out, p, real(s[0]), beta);
      add(OptimizerStep.EMA_SQUARE, out, uniform(0, 1, s[0]), real(s[0]), beta);
      add(
          OptimizerStep.ADAM,
          out,
          p,
          real(s[0]),
          uniform(0.2, 2, s[0]),
          uniform(0.01, 0.1, s[1]),
          uniform(0.2, 0.9, s[1]),
          uniform(0.1, 0.2, s[1]));
    }
  }
}
