package dev.tutti.cli.compare;

import dev.tutti.cli.data.DataSource;
import dev.tutti.cli.terminal.UsageError;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/// Which networks.
final class NetworkOptions {
  static final int MEMBERS = 4;
  private static final double ALPHA = 2;
  private static final int GAMMA = 1;

  @Option(
      names = "--model",
      paramLabel = "NAME",
      description = {
        "The network (default: lenet for images of 16x16 and more, else mlp):",
        "lenet, convnet, mlp, resnet18, resnet34, resnet50, wideresnet28x10, vgg11_bn, vgg16_bn."
      })
  String model;

  @Option(
      names = "--methods",
      paramLabel = "LIST",
      description = {
        "Methods, with commas between them, or all (default: the first four):",
        "single: one network, the first member of deep;",
        "deep: independent networks;",
        "packed: thin members in one network of grouped layers;",
        "batch: BatchEnsemble, shared weights and two vectors and a bias per layer and member;",
        "bagging: deep, each member on a bootstrap sample;",
        "multi-input: deep, each member with batches in an order of its own;",
        "single-input: networks that predict by the sum of their logits, trained with one loss;",
        "logit-drop, model-drop: the same, with logits or networks dropped at random in a step;",
        "mimo: one network with an input and an output per member;",
        "masksembles: shared weights, and masks of features per member;",
        "mc-dropout, drop-connect: one network that drops features, or weights, as it predicts;",
        "sub: heads on the trunk of single; snapshot: one training whose cycles end in members;",
        "swa, ema: single with averaged weights; swag: members drawn from the weights of its last"
            + " quarter; laplace: single, less sure where its last layer is."
      })
  String methods;

  @Option(
      names = "--members",
      paramLabel = "M",
      description = "Members of each ensemble (default: " + MEMBERS + ").")
  Integer members;

  @Option(
      names = "--alpha",
      paramLabel = "A",
      description =
          "Width of the packed network as a multiple of the single one's (default: " + ALPHA + ").")
  Double alpha;

  @Option(
      names = "--gamma",
      paramLabel = "G",
      description = "Groups inside each packed member (default: " + GAMMA + ").")
  Integer gamma;

  private Optional<Model> network;
  private List<Method> chosen;

  /// Checks the choices and makes the defaults.
  void resolve(DataSource source) {
    network = Optional.ofNullable(model).map(Model::parse);
    chosen = methods != null ? asked() : Methods.byDefault();
    if (source.isTable() && network.isPresent() && network.get() != Model.MLP) {
      throw new UsageError(
          "--model %s needs images, --data %s is a table; use --model mlp"
              .formatted(network.get().label(), source));
    }
    requireUsed();
    methods = named(chosen);
    members = members == null ? MEMBERS : members;
    alpha = alpha == null ? ALPHA : alpha;
    gamma = gamma == null ? GAMMA : gamma;
  }

  private List<Method> asked() {
    return methods.strip().equals(Methods.ALL) ? Methods.all() : Methods.parse(methods);
  }

  /// An option that no chosen method reads is a mistake that would not be noticed.
  private void requireUsed() {
    boolean packed = chosen.contains(Methods.PACKED);
    if (!packed && (alpha != null || gamma != null)) {
      throw new UsageError(
          "%s has no effect with --methods %s: it is for packed"
              .formatted(alpha != null ? "--alpha" : "--gamma", named(chosen)));
    }
    Settings.requireAtLeastOne("--members", members);
    if (members != null && onlyOne()) {
      throw new UsageError("--members has no effect with --methods " + named(chosen));
    }
    if (alpha != null && !(alpha > 0 && alpha < Double.POSITIVE_INFINITY)) {
      throw new UsageError("--alpha must be a positive number, got " + alpha);
    }
    Settings.requireAtLeastOne("--gamma", gamma);
  }

  private boolean onlyOne() {
    return chosen.stream().allMatch(method -> method.members(2) == method.members(3));
  }

  /// {@return the network, if one is named; else it depends on the data}
  Optional<Model> network() {
    return network;
  }

  /// {@return the methods, in the order asked for}
  List<Method> methods() {
    return chosen;
  }

  /// {@return the arguments that ask for these networks}
  List<String> arguments(Model resolved) {
    NetworkOptions asked = new NetworkOptions();
    asked.model = resolved.label();
    asked.methods = methods;
    asked.members = onlyOne() ? null : members;
    boolean packed = chosen.contains(Methods.PACKED);
    asked.alpha = packed ? alpha : null;
    asked.gamma = packed ? gamma : null;
    return Options.arguments(asked);
  }

  private static String named(List<Method> methods) {
    return methods.stream().map(Method::label).collect(Collectors.joining(","));
  }
}
