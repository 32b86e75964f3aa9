package dev.tutti.bench.peers;

import dev.tutti.nn.models.LeNet;
import ai.djl.ndarray.NDArray;
import dev.tutti.engine.Key;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Tensor;
import dev.tutti.ensembles.EnsembleLoss;
import dev.tutti.ensembles.PackedEnsemble;
import dev.tutti.ensembles.Packing;
import dev.tutti.ensembles.train.EnsembleTask;
import dev.tutti.nn.loss.Losses;
import dev.tutti.nn.data.Batch;
import dev.tutti.nn.fit.Step;
import dev.tutti.nn.optim.Sgd;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A training step of a packed LeNet (alpha 2, four members) on 28×28 grey images, batch 512, with
/// the mean cross-entropy over all rows. In libtorch: grouped convolutions, and the grouped linear
/// layers as one batched product each.
final class PackedLeNetTrain implements Workload {
  private static final int BATCH = 512;
  private static final String SHAPE = "a2 M4 28x28x1 b512";

  @Override
  public String name() {
    return "packed-lenet-train";
  }

  /// Our training run: the trainer's step, its state being donated to the next; on several threads
  /// the kernels are cut.
  private static final class Ours implements Contender {
    private final Tensor x = Draws.images(BATCH, 28, 1);
    private final Tensor labels = Draws.labels(2, 10, BATCH);
    private final Step<PackedEnsemble> step =
        new Step<>(
                new Sgd(),
                null,
                EnsembleTask.<PackedEnsemble>of(
                    Losses::crossEntropy, EnsembleLoss.MEAN_OVER_ROWS))
            .donate();
    private Step.State<PackedEnsemble> state =
        step.start(new Packing(2, 4).convert(Key.of(42), LeNet.init(Key.of(42), Shape.of(28, 28, 1), 10), Shape.of(28, 28, 1)));

    @Override
    public String name() {
      return "ours";
    }

    @Override
    public void run(int times) {
      for (int i = 0; i < times; i++) {
        state = step.apply(state, new Batch(x, labels), Trainings.LR, Key.of(0)).state();
      }
    }

    /// {@return the ensemble as it is now}
    PackedEnsemble model() {
      return state.params();
    }
  }

  @Override
  public void run(Bench bench) {
    Ours ours = new Ours();
    Trainings.Trained usual = peer(bench.torch(), "libtorch grouped", ours, false);
    Trainings.Trained last = peer(bench.torch(), "libtorch grouped nhwc", ours, true);
    Trainings.check(
        name(), bench.torch(), ours, () -> ours.model().network(), List.of(usual, last));
    List<Contest.Times> times = bench.hold(List.of(ours, usual.training(), last.training()), 2);
    bench.add(name(), SHAPE, times.get(0), times.get(1), Goal.PACKED_LENET_DEFAULT);
    bench.add(name(), SHAPE, times.get(0), times.get(2), Goal.PACKED_LENET_CHANNELS_LAST);
  }

  private static Trainings.Trained peer(Torch torch, String name, Ours ours, boolean last) {
    Map<String, NDArray> parameters = new LinkedHashMap<>();
    Trainings.parameters(ours.model().network())
        .forEach((n, t) -> parameters.put(n, Trainings.laidOut(torch, t, last)));
    Tensor images = ours.x.permute(0, 3, 1, 2);
    Tensor rows = Tensor.concat(0, ours.labels, ours.labels, ours.labels, ours.labels);
    List<NDArray> inputs =
        List.of(Trainings.laidOut(torch, images, last), torch.tensor(rows));
    TorchTraining training =
        TorchTraining.of(
            name,
            torch,
            Trainings.LR,
            List.of(TorchTraining.Part.of(List.of("x", "y"), inputs, parameters, LOSS)));
    return new Trainings.Trained(training, List.of(parameters));
  }

  private static final String LOSS =
      """
      h = torch.conv2d(x, conv1_weight, conv1_bias)
      h = torch.max_pool2d(torch.relu(h), [2, 2])
      h = torch.conv2d(h, conv2_weight, conv2_bias, [1, 1], [0, 0], [1, 1], 4)
      h = torch.max_pool2d(torch.relu(h), [2, 2])
      h = torch.transpose(torch.reshape(h, [512, 4, 128]), 0, 1)
      b = torch.view(fc1_bias, [4, 1, 60])
      h = torch.relu(torch.baddbmm(b, h, torch.transpose(fc1_weight, 1, 2)))
      b = torch.view(fc2_bias, [4, 1, 42])
      h = torch.relu(torch.baddbmm(b, h, torch.transpose(fc2_weight, 1, 2)))
      b = torch.view(fc3_bias, [4, 1, 10])
      h = torch.baddbmm(b, h, torch.transpose(fc3_weight, 1, 2))
      loss = torch.cross_entropy_loss(torch.reshape(h, [2048, 10]), y)
      """;
}
