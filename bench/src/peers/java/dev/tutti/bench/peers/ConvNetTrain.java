package dev.tutti.bench.peers;

import ai.djl.ndarray.NDArray;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Tensor;
import dev.tutti.nn.Layer;
import dev.tutti.nn.models.ConvNet;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A training step of four [ConvNet] on one batch of 32 images of 64×64×3. In libtorch: one member
/// after another, or all in grouped convolutions (the first, whose input is shared, as one wide
/// convolution), each with channels outermost and innermost in memory.
final class ConvNetTrain implements Workload {
  private static final int MEMBERS = 4;
  private static final int BATCH = 32;
  private static final String SHAPE = "M4 64x64x3 b32";

  @Override
  public String name() {
    return "convnet-train";
  }

  @Override
  public void run(Bench bench) {
    Torch torch = bench.torch();
    Tensor x = Draws.images(BATCH, 64, 3);
    Tensor labels = Draws.labels(2, 10, BATCH);
    Layer network = Networks.stacked(MEMBERS, k -> ConvNet.init(k, Shape.of(64, 64, 3), 10));
    Members ours = Members.sharing(network, MEMBERS, x, labels, LR);
    List<Trainings.Trained> peers = new ArrayList<>();
    for (boolean last : new boolean[] {false, true}) {
      String layout = last ? " nhwc" : "";
      NDArray images = Trainings.laidOut(torch, x.permute(0, 3, 1, 2), last);
      List<NDArray> inputs = List.of(images, torch.tensor(labels));
      peers.add(
          Trainings.loop(
              torch, "libtorch loop" + layout, LR, network, MEMBERS, last, inputs, LOOP));
      peers.add(grouped(torch, "libtorch grouped" + layout, network, last, inputs));
    }
    Trainings.check(name(), torch, ours, ours::network, peers);
    List<Contender> contenders = new ArrayList<>(List.of(ours));
    peers.forEach(p -> contenders.add(p.training()));
    List<Contest.Times> times = bench.hold(contenders, 2);
    List<Contest.Times> theirs = times.subList(1, times.size());
    for (Contest.Times peer : theirs) {
      Goal goal = peer == Contest.fastest(theirs) ? Goal.CONVNET_BEST : Goal.NONE;
      bench.add(name(), SHAPE, times.getFirst(), peer, goal);
    }
  }

  /// Larger than elsewhere, so that the first layer moves by more than rounding errors.
  private static final double LR = 0.5;

  private static Trainings.Trained grouped(
      Torch torch, String name, Layer network, boolean last, List<NDArray> inputs) {
    Map<String, NDArray> parameters = new LinkedHashMap<>();
    Trainings.parameters(network)
        .forEach(
            (n, t) -> {
              boolean convolution = n.startsWith("conv");
              Tensor joined = convolution ? Trainings.joined(t) : t;
              parameters.put(n, Trainings.laidOut(torch, joined, last && convolution));
            });
    TorchTraining training =
        TorchTraining.of(
            name,
            torch,
            LR,
            List.of(TorchTraining.Part.of(List.of("x", "y"), inputs, parameters, GROUPED)));
    return new Trainings.Trained(training, List.of(parameters));
  }

  private static final String LOOP =
      """
      h = torch.gelu(torch.conv2d(x, conv1_weight, conv1_bias, [2, 2]))
      h = torch.gelu(torch.conv2d(h, conv2_weight, conv2_bias, [2, 2]))
      h = torch.gelu(torch.conv2d(h, conv3_weight, conv3_bias, [2, 2]))
      h = torch.gelu(torch.conv2d(h, conv4_weight, conv4_bias, [2, 2]))
      h = torch.mean(h, [2, 3])
      h = torch.gelu(torch.linear(h, dense_weight, dense_bias))
      loss = torch.cross_entropy_loss(torch.linear(h, logits_weight, logits_bias), y)
      """;

  /// The loss is the sum of the members' means.
  private static final String GROUPED =
      """
      h = torch.gelu(torch.conv2d(x, conv1_weight, conv1_bias, [2, 2]))
      h = torch.gelu(torch.conv2d(h, conv2_weight, conv2_bias, [2, 2], [0, 0], [1, 1], 4))
      h = torch.gelu(torch.conv2d(h, conv3_weight, conv3_bias, [2, 2], [0, 0], [1, 1], 4))
      h = torch.gelu(torch.conv2d(h, conv4_weight, conv4_bias, [2, 2], [0, 0], [1, 1], 4))
      h = torch.transpose(torch.reshape(torch.mean(h, [2, 3]), [32, 4, 96]), 0, 1)
      b = torch.unsqueeze(dense_bias, 1)
      h = torch.gelu(torch.baddbmm(b, h, torch.transpose(dense_weight, 1, 2)))
      b = torch.unsqueeze(logits_bias, 1)
      h = torch.baddbmm(b, h, torch.transpose(logits_weight, 1, 2))
      rows = torch.cat([y, y, y, y])
      loss = torch.mul(torch.cross_entropy_loss(torch.reshape(h, [128, 10]), rows), 4.)
      """;
}
