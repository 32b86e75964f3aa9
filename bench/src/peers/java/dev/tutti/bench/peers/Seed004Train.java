package dev.tutti.bench.peers;

import ai.djl.ndarray.NDArray;
import dev.tutti.engine.Tensor;
import dev.tutti.nn.Layer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A training step of ten `SimpleMLP` with a minibatch each: forward, cross-entropy, backward and
/// SGD.
final class Seed004Train implements Workload {
  private static final int MEMBERS = Seed004Forward.MEMBERS;
  private static final int BATCH = Seed004Forward.BATCH;
  private static final List<String> INPUTS = List.of("x", "y");

  @Override
  public String name() {
    return "seed004-train";
  }

  /// {@return our training run}
  static Members ours() {
    return Members.apart(Seed004Forward.network(), x(), labels(), Trainings.LR);
  }

  private static Tensor x() {
    return Draws.uniform(1, MEMBERS, BATCH, 784);
  }

  private static Tensor labels() {
    return Draws.labels(2, 10, MEMBERS, BATCH);
  }

  @Override
  public void run(Bench bench) {
    Members ours = ours();
    Trainings.Trained loop = loop(bench.torch(), ours.network());
    Trainings.Trained bmm = bmm(bench.torch(), ours.network());
    Trainings.check(name(), bench.torch(), ours, ours::network, List.of(loop, bmm));
    List<Contest.Times> times = bench.hold(List.of(ours, loop.training(), bmm.training()), 2);
    String shape = Seed004Forward.SHAPE;
    bench.add(name(), shape, times.get(0), times.get(1), Goal.SEED_004_TRAIN_LOOP);
    bench.add(name(), shape, times.get(0), times.get(2), Goal.SEED_004_TRAIN_BMM);
  }

  private static Trainings.Trained loop(Torch torch, Layer network) {
    String loss =
        """
        h = torch.relu(torch.linear(x, fc1_weight, fc1_bias))
        h = torch.relu(torch.linear(h, fc2_weight, fc2_bias))
        loss = torch.cross_entropy_loss(torch.linear(h, fc3_weight, fc3_bias), y)
        """;
    List<TorchTraining.Part> parts = new ArrayList<>();
    List<Map<String, NDArray>> members = new ArrayList<>();
    for (int m = 0; m < MEMBERS; m++) {
      Map<String, NDArray> own = Trainings.member(torch, network, m);
      members.add(own);
      List<NDArray> inputs = List.of(torch.tensor(x().get(m)), torch.tensor(labels().get(m)));
      parts.add(TorchTraining.Part.of(INPUTS, inputs, own, loss));
    }
    return new Trainings.Trained(
        TorchTraining.of("libtorch loop", torch, Trainings.LR, parts), members);
  }

  /// All members in one product: the loss is the sum of the members' means.
  private static Trainings.Trained bmm(Torch torch, Layer network) {
    String loss =
        """
        h = torch.baddbmm(torch.unsqueeze(fc1_bias, 1), x, torch.transpose(fc1_weight, 1, 2))
        h = torch.relu(h)
        h = torch.baddbmm(torch.unsqueeze(fc2_bias, 1), h, torch.transpose(fc2_weight, 1, 2))
        h = torch.relu(h)
        h = torch.baddbmm(torch.unsqueeze(fc3_bias, 1), h, torch.transpose(fc3_weight, 1, 2))
        loss = torch.mul(torch.cross_entropy_loss(torch.view(h, [640, 10]), y), 10.)
        """;
    Map<String, NDArray> parameters = new LinkedHashMap<>();
    Trainings.parameters(network).forEach((name, t) -> parameters.put(name, torch.tensor(t)));
    List<NDArray> inputs =
        List.of(torch.tensor(x()), torch.tensor(labels().reshape(MEMBERS * BATCH)));
    TorchTraining training =
        TorchTraining.of(
            "libtorch bmm",
            torch,
            Trainings.LR,
            List.of(TorchTraining.Part.of(INPUTS, inputs, parameters, loss)));
    return new Trainings.Trained(training, List.of(parameters));
  }
}
