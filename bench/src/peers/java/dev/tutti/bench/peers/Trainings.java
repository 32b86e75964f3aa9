package dev.tutti.bench.peers;

import ai.djl.ndarray.NDArray;
import dev.tutti.engine.Tensor;
import dev.tutti.nn.io.StateDict;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// What the workloads that train have in common: parameters that libtorch gets from our networks,
/// and the check that after some steps both have moved them alike.
final class Trainings {
  /// The learning rate of every training workload.
  static final double LR = 0.1;

  /// Steps before parameters are compared.
  private static final int STEPS = 5;

  private Trainings() {}

  /// {@return the parameters of a tree in PyTorch's names (`.` as `_`) and orders of axes}
  static Map<String, Tensor> parameters(Object tree) {
    Map<String, Tensor> named = new LinkedHashMap<>();
    StateDict.of(tree).forEach((name, t) -> named.put(name.replace('.', '_'), t));
    return named;
  }

  /// {@return libtorch's copies of one member's parameters}
  static Map<String, NDArray> member(Torch torch, Object network, int m) {
    Map<String, NDArray> own = new LinkedHashMap<>();
    parameters(network).forEach((name, t) -> own.put(name, torch.tensor(t.get(m))));
    return own;
  }

  /// libtorch's parameters of one run, by the names of [#parameters]; if members are trained one
  /// after another, one map each.
  record Trained(TorchTraining training, List<Map<String, NDArray>> parts) {

    /// {@return each parameter's elements, members one after another}
    List<float[]> values(Torch torch) {
      List<float[]> all = new ArrayList<>();
      for (String name : parts.getFirst().keySet()) {
        List<float[]> pieces = parts.stream().map(p -> torch.floats(p.get(name))).toList();
        float[] joined = new float[pieces.stream().mapToInt(p -> p.length).sum()];
        int at = 0;
        for (float[] piece : pieces) {
          System.arraycopy(piece, 0, joined, at, piece.length);
          at += piece.length;
        }
        all.add(joined);
      }
      return all;
    }
  }

  /// Trains all for a few steps and compares how far every parameter went.
  ///
  /// @param ours our run
  /// @param network our parameters as they are
  static void check(
      String workload, Torch torch, Contender ours, Supplier<?> network, List<Trained> peers) {
    List<float[]> start = values(network.get());
    ours.run(STEPS);
    List<float[]> went = steps(start, values(network.get()));
    for (Trained peer : peers) {
      peer.training.run(STEPS);
      List<float[]> theirs = steps(start, peer.values(torch));
      Agreement.check(workload, peer.training.name(), shares(went, went), shares(theirs, went));
    }
  }

  private static List<float[]> values(Object network) {
    return parameters(network).values().stream().map(Tensor::toFloats).toList();
  }

  private static List<float[]> steps(List<float[]> from, List<float[]> to) {
    List<float[]> steps = new ArrayList<>();
    for (int p = 0; p < from.size(); p++) {
      float[] step = to.get(p).clone();
      for (int i = 0; i < step.length; i++) {
        step[i] -= from.get(p)[i];
      }
      steps.add(step);
    }
    return steps;
  }

  /// All steps in one array, each parameter's as shares of the largest in `scale`.
  private static float[] shares(List<float[]> steps, List<float[]> scale) {
    float[] all = new float[steps.stream().mapToInt(v -> v.length).sum()];
    int at = 0;
    for (int p = 0; p < steps.size(); p++) {
      float largest = 0;
      for (float v : scale.get(p)) {
        largest = Math.max(largest, Math.abs(v));
      }
      for (float v : steps.get(p)) {
        all[at++] = v / largest;
      }
    }
    return all;
  }

  /// {@return libtorch's copy of `t`}
  ///
  /// @param last whether channels are innermost in memory, if `t` is a convolution's
  static NDArray laidOut(Torch torch, Tensor t, boolean last) {
    NDArray copy = torch.tensor(t);
    return last && t.rank() == 4 ? torch.channelsLast(copy) : copy;
  }

  /// {@return a training run of one member after another, all on one batch}
  static Trained loop(
      Torch torch,
      String name,
      double lr,
      Object network,
      int members,
      boolean last,
      List<NDArray> inputs,
      String loss) {
    List<TorchTraining.Part> parts = new ArrayList<>();
    List<Map<String, NDArray>> trained = new ArrayList<>();
    for (int m = 0; m < members; m++) {
      int member = m;
      Map<String, NDArray> own = new LinkedHashMap<>();
      parameters(network).forEach((n, t) -> own.put(n, laidOut(torch, t.get(member), last)));
      trained.add(own);
      parts.add(TorchTraining.Part.of(List.of("x", "y"), inputs, own, loss));
    }
    return new Trained(TorchTraining.of(name, torch, lr, parts), trained);
  }

  /// {@return dims with another first axis}
  static int[] withFirst(int first, int... rest) {
    int[] dims = new int[rest.length + 1];
    dims[0] = first;
    System.arraycopy(rest, 0, dims, 1, rest.length);
    return dims;
  }

  /// {@return the members' axis joined with the next: `[M, A, …]` to `[M · A, …]`}
  static Tensor joined(Tensor t) {
    int[] dims = t.shape().dims();
    return t.reshape(withFirst(dims[0] * dims[1], Arrays.copyOfRange(dims, 2, dims.length)));
  }
}
