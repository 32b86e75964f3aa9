package dev.tutti.bench.peers;

import ai.djl.ndarray.NDArray;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Tensor;
import dev.tutti.nn.Layer;
import dev.tutti.nn.models.LeNet;
import java.util.List;

/// A training step of eight LeNets on one batch of 64 grey images of 28×28; in libtorch one member
/// after another. Both do what their own LeNet does: libtorch's script takes ReLU and then the
/// maximum of each window, as networks of PyTorch do, ours the maximum first, which is the same
/// function.
final class DeepLeNetTrain implements Workload {
  private static final int MEMBERS = 8;
  private static final int BATCH = 64;
  private static final String SHAPE = "M8 28x28x1 b64";

  @Override
  public String name() {
    return "deep-lenet-train";
  }

  @Override
  public void run(Bench bench) {
    Torch torch = bench.torch();
    Tensor x = Draws.images(BATCH, 28, 1);
    Tensor labels = Draws.labels(2, 10, BATCH);
    Layer network = Networks.stacked(MEMBERS, k -> LeNet.init(k, Shape.of(28, 28, 1), 10));
    Members ours = Members.sharing(network, MEMBERS, x, labels, Trainings.LR);
    List<NDArray> inputs =
        List.of(torch.tensor(x.permute(0, 3, 1, 2)), torch.tensor(labels));
    Trainings.Trained loop =
        Trainings.loop(
            torch, "libtorch loop", Trainings.LR, network, MEMBERS, false, inputs, LOSS);
    Trainings.check(name(), torch, ours, ours::network, List.of(loop));
    List<Contest.Times> times = bench.hold(List.of(ours, loop.training()), 2);
    bench.add(name(), SHAPE, times.get(0), times.get(1), Goal.DEEP_LENET_LOOP);
  }

  private static final String LOSS =
      """
      h = torch.conv2d(x, conv1_weight, conv1_bias)
      h = torch.max_pool2d(torch.relu(h), [2, 2])
      h = torch.conv2d(h, conv2_weight, conv2_bias)
      h = torch.flatten(torch.max_pool2d(torch.relu(h), [2, 2]), 1)
      h = torch.relu(torch.linear(h, fc1_weight, fc1_bias))
      h = torch.relu(torch.linear(h, fc2_weight, fc2_bias))
      loss = torch.cross_entropy_loss(torch.linear(h, fc3_weight, fc3_bias), y)
      """;
}
