package dev.tutti.engine;

import java.util.List;

/// Prints which backend this JVM has and what it computes: [BackendChoiceTest] runs [#main] in JVMs
/// with other flags.
final class BackendProbe {
  private BackendProbe() {}

  /// {@return a check sum of a layer, its loss and their gradients}
  static String bits() {
    Values values = new Values(5);
    Tensor x = values.normal(7, 19);
    Tensor labels = Tensor.of(new int[] {0, 3, 9, 9, 1, 2, 5});
    List<Tensor> weights = List.of(values.normal(19, 10), values.normal(10));
    return OpTiers.checkSum(
        Transforms.grad(
                (List<Tensor> w) -> x.linear(w.get(0), w.get(1)).crossEntropy(labels).mean())
            .apply(weights));
  }

  /// Prints the backend's name, the number of threads and [#bits], a line each.
  public static void main(String[] args) {
    System.out.println(Backend.active().name());
    System.out.println(Parallel.threads());
    System.out.println(bits());
  }
}
