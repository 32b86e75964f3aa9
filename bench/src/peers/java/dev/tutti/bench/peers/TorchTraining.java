package dev.tutti.bench.peers;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Training steps of a network in libtorch, many per call: forward, loss, backward by
/// `torch.grad`, and plain SGD in place.
///
/// A *part* is what is trained together: the whole ensemble if it is one network (`bmm`, grouped
/// convolution), one member if members are trained one after another.
final class TorchTraining implements Contender {
  private final String name;
  private final Torch.Script script;
  private final List<NDArray> arguments;

  private TorchTraining(String name, Torch.Script script, List<NDArray> arguments) {
    this.name = name;
    this.script = script;
    this.arguments = arguments;
  }

  /// One part of a network.
  ///
  /// @param inputs names of the tensors that stay as they are
  /// @param parameters names of the tensors that are trained
  /// @param loss statements that compute `loss`
  /// @param values the inputs' and then the parameters' values
  record Part(List<String> inputs, List<String> parameters, String loss, List<NDArray> values) {

    /// {@return a part with these inputs, which stay, and parameters, which are trained}
    static Part of(
        List<String> names, List<NDArray> inputs, Map<String, NDArray> parameters, String loss) {
      List<NDArray> values = new ArrayList<>(inputs);
      values.addAll(parameters.values());
      return new Part(names, List.copyOf(parameters.keySet()), loss, values);
    }
  }

  /// {@return a training run of these parts with this learning rate}
  static TorchTraining of(String name, Torch torch, double lr, List<Part> parts) {
    StringBuilder head = new StringBuilder("value = t[0]\n");
    StringBuilder loop = new StringBuilder();
    List<NDArray> arguments = new ArrayList<>();
    for (int p = 0; p < parts.size(); p++) {
      Part part = parts.get(p);
      loop.append(suffixed(part.loss, part, p));
      loop.append("g = torch.grad([loss], [" + joined(part.parameters, p) + "])\n");
      loop.append("torch.set_grad_enabled(False)\n");
      int at = arguments.size();
      for (String input : part.inputs) {
        head.append(input + "_" + p + " = t[" + at++ + "]\n");
      }
      for (int i = 0; i < part.parameters.size(); i++) {
        String parameter = part.parameters.get(i) + "_" + p;
        head.append(
            parameter + " = torch.requires_grad_(torch.detach(t[" + at++ + "]), True)\n");
        loop.append(
            "_0 = torch.add_(%s, unchecked_cast(Tensor, g[%d]), alpha=%s)\n"
                .formatted(parameter, i, -lr));
      }
      loop.append("torch.set_grad_enabled(True)\n");
      arguments.addAll(part.values);
    }
    loop.append("value = torch.detach(loss)\n");
    String body = head + "for i in range(int(t[-1])):\n" + loop.toString().indent(2);
    return new TorchTraining(name, torch.script(body + "return value\n"), arguments);
  }

  private static String joined(List<String> names, int part) {
    return String.join(", ", names.stream().map(n -> n + "_" + part).toList());
  }

  /// The statements with every name of the part made this part's own.
  private static String suffixed(String text, Part part, int number) {
    String own = text;
    for (List<String> names : List.of(part.inputs, part.parameters)) {
      for (String n : names) {
        own = own.replaceAll("\\b" + n + "\\b", n + "_" + number);
      }
    }
    return own.endsWith("\n") ? own : own + "\n";
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void run(int times) {
    script.call(times, arguments).close();
  }
}
