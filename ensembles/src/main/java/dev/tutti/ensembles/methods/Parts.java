package dev.tutti.ensembles.methods;

import dev.tutti.engine.Tree;
import dev.tutti.nn.Conv2d;
import dev.tutti.nn.Identity;
import dev.tutti.nn.Layer;
import dev.tutti.nn.Linear;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// Layers inside of a network.
final class Parts {
  private Parts() {}

  /// {@return `network` with each part of a type replaced, except for the first linear or
  /// convolutional layer, which sees the inputs}
  static <L extends Layer> Layer replaceAfterFirst(
      String op, Layer network, Class<L> type, Function<L, ? extends Layer> f) {
    Layer first = first(network);
    int[] replaced = {0};
    Layer converted =
        Tree.replace(
            network,
            type,
            part -> {
              if (part == first) {
                return part;
              }
              replaced[0]++;
              return f.apply(part);
            });
    if (replaced[0] == 0) {
      throw new IllegalArgumentException(
          "%s: %s has no %s after its first layer"
              .formatted(op, network.getClass().getSimpleName(), type.getSimpleName()));
    }
    return converted;
  }

  /// {@return the last linear layer, which must be the last with weights}
  static Linear head(String op, Layer network) {
    List<Layer> found = weighted(network);
    if (found.isEmpty() || !(found.getLast() instanceof Linear head)) {
      throw new IllegalArgumentException(
          "%s: %s does not end in a Linear layer"
              .formatted(op, network.getClass().getSimpleName()));
    }
    return head;
  }

  /// {@return `network` without its last linear layer: it gives that layer's inputs}
  static Layer withoutHead(String op, Layer network) {
    Linear head = head(op, network);
    return Tree.replace(network, Linear.class, l -> l == head ? new Identity() : l);
  }

  /// The first linear or convolutional layer in the order of the records' components.
  static Layer first(Object network) {
    List<Layer> found = new ArrayList<>();
    weighted(network, found);
    return found.isEmpty() ? null : found.getFirst();
  }

  /// {@return all linear and convolutional layers, in the order of the records' components}
  static List<Layer> weighted(Object network) {
    List<Layer> found = new ArrayList<>();
    weighted(network, found);
    return found;
  }

  private static void weighted(Object node, List<Layer> found) {
    if (node instanceof Linear || node instanceof Conv2d) {
      found.add((Layer) node);
    } else {
      Tree.children(node).forEach(part -> weighted(part.value(), found));
    }
  }
}
