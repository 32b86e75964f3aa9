package dev.tutti.bench;

import dev.tutti.engine.Conv;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Window;
import org.openjdk.jmh.annotations.Param;

/// The three kernels of a convolution, one image batch per member.
public class ConvolutionBenchmark extends KernelBenchmark {
  /// Which kernel.
  @Param({"forward", "input", "weight"})
  public String kind;

  /// Members, images, their size, channels in and out, size of the kernel, stride, groups: LeNet's,
  /// the packed LeNet's and the ConvNet's.
  @Param({
    "8x64x28x1x6x5x1x1",
    "8x64x12x6x16x5x1x1",
    "1x512x12x12x32x5x1x4",
    "4x32x64x3x32x3x2x1",
    "4x32x31x32x64x3x2x1"
  })
  public String shape;

  @Override
  KernelCall call() {
    String[] parts = shape.split("[x ]");
    int[] s = new int[parts.length];
    for (int i = 0; i < s.length; i++) {
      s[i] = Integer.parseInt(parts[i]);
    }
    Window window = Window.of(s[5], s[5]).stride(s[6]);
    Tensor x = KernelCall.uniform(s[0], s[1], s[2], s[2], s[3]);
    Tensor w = KernelCall.uniform(s[0], s[5], s[5], s[3] / s[7], s[4]);
    Tensor g = KernelCall.uniform(s[0], s[1], window.outH(s[2]), window.outW(s[2]), s[4]);
    return switch (kind) {
      case "forward" -> KernelCall.of(new Conv.Forward(window, s[7]), x, w);
      case "input" -> KernelCall.of(new Conv.Input(window, s[7], s[2], s[2]), g, w);
      default -> KernelCall.of(new Conv.Weight(window, s[7]), x, g);
    };
  }
}
