package dev.tutti.nn;

import dev.tutti.engine.Shape;
import dev.tutti.engine.Tensor;
import dev.tutti.nn.io.StateDict;
import dev.tutti.testkit.Expect;
import dev.tutti.testkit.Values;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/// Numbers that a few lines of Python give to a network of PyTorch too, by name and in its order of
/// axes:
///
/// ```python
/// for i, k in enumerate(sorted(sd)):
///     scale = ('norm' in k or 'ln' in k) and k.endswith('weight')
///     sd[k] = (torch.sin(torch.arange(sd[k].numel()) * 0.7 + i) * 0.5 + scale).reshape(sd[k].shape)
/// x = torch.cos(torch.arange(n) * 0.9).reshape(shape)
/// ```
public final class TorchNumbers {
  private TorchNumbers() {}

  /// {@return the network with float64 parameters}
  public static <T> T filled(T network) {
    T doubles = Values.doubles(network);
    Map<String, Tensor> state = new TreeMap<>(StateDict.of(doubles));
    int i = 0;
    for (Map.Entry<String, Tensor> entry : state.entrySet()) {
      String name = entry.getKey();
      boolean scale = (name.contains("norm") || name.contains("ln")) && name.endsWith("weight");
      double[] v = new double[entry.getValue().size()];
      int offset = i++;
      Arrays.setAll(v, e -> Math.sin(e * 0.7 + offset) * 0.5 + (scale ? 1 : 0));
      entry.setValue(Tensor.of(v).reshape(entry.getValue().shape()));
    }
    return StateDict.load(doubles, state);
  }

  /// {@return an input}
  public static Tensor input(int... shape) {
    double[] v = new double[Shape.of(shape).size()];
    Arrays.setAll(v, e -> Math.cos(e * 0.9));
    return Tensor.of(v).reshape(shape);
  }

  /// Equal to some roundings of numbers of order 1.
  public static void same(double[] expected, Tensor actual) {
    double[] tolerance = new double[expected.length];
    Arrays.fill(tolerance, 1e-13);
    Expect.close(expected, tolerance, actual);
  }
}
