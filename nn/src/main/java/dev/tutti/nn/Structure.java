package dev.tutti.nn;

import dev.tutti.engine.DType;
import dev.tutti.engine.ShapeError;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Tree;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/// A network as text, nested as PyTorch prints it: what its parts are called, their shapes and
/// hyper-parameters, never the weights.
///
/// ```text
/// Sequential(
///   (0): Linear(weight=[784, 32], bias=[32])
///   (1): RELU
///   (2): Linear(weight=[32, 10], bias=[10])
/// )
/// ```
///
/// The layers of this library have this text as their `toString`. A record of one's own gets it by
///
/// ```java
/// @Override
/// public String toString() {
///   return Structure.of(this);
/// }
/// ```
public final class Structure {
  private static final int MAX_DEPTH = 100;

  private final StringBuilder text = new StringBuilder();

  private Structure() {}

  /// {@return the text of a layer or of another [Tree]}
  public static String of(Object tree) {
    Structure structure = new Structure();
    structure.print(tree, 0);
    return structure.text.toString();
  }

  private void print(Object node, int depth) {
    switch (node) {
      case null -> text.append("none");
      case Tensor t -> text.append(t.dtype() == DType.FLOAT32 ? "" : t.dtype()).append(t.shape());
      case Record r when isBlock(r) ->
          printBlock(r.getClass().getSimpleName() + "(", r, ")", depth);
      case Record r when r instanceof Layer || depth == 0 -> printInline(r);
      case List<?> list when isBlock(list) -> printBlock("[", list, "]", depth);
      case Map<?, ?> map when isBlock(map) -> printBlock("{", map, "}", depth);
      case Layer layer when !(layer instanceof Enum<?>) -> text.append(name(layer.getClass()));
      default -> text.append(node);
    }
  }

  /// One line per part.
  private void printBlock(String start, Object node, String end, int depth) {
    if (depth == MAX_DEPTH) {
      text.append(start).append("…").append(end);
      return;
    }
    text.append(start);
    for (Tree.Part<Object> part : parts(node)) {
      newLine(depth + 1).append('(').append(part.path()).append("): ");
      print(part.value(), depth + 1);
    }
    newLine(depth).append(end);
  }

  private StringBuilder newLine(int depth) {
    return text.append('\n').append("  ".repeat(depth));
  }

  /// All parts in one line.
  private void printInline(Record r) {
    text.append(r.getClass().getSimpleName()).append('(');
    String separator = "";
    for (Tree.Part<Object> part : parts(r)) {
      text.append(separator).append(part.path()).append('=');
      print(part.value(), 1);
      separator = ", ";
    }
    text.append(')');
  }

  /// {@return whether something has parts that are layers or have tensors}
  private static boolean isBlock(Object node) {
    for (Tree.Part<Object> part : parts(node)) {
      boolean block =
          switch (part.value()) {
            case null -> false;
            case Layer layer -> true;
            case Tensor t -> !(node instanceof Record);
            case Record r -> holdsTensors(r, 0);
            case Collection<?> items -> isBlock(items);
            case Map<?, ?> map -> isBlock(map);
            default -> false;
          };
      if (block) {
        return true;
      }
    }
    return false;
  }

  /// {@return what something holds; empty for a record that is closed to the engine}
  private static List<Tree.Part<Object>> parts(Object node) {
    try {
      return Tree.children(node);
    } catch (ShapeError e) {
      return List.of();
    }
  }

  private static boolean holdsTensors(Object node, int depth) {
    return node instanceof Tensor
        || depth < MAX_DEPTH
            && parts(node).stream().anyMatch(p -> holdsTensors(p.value(), depth + 1));
  }

  /// {@return a class's name, or a description of a lambda}
  static String name(Class<?> type) {
    return type.isHidden() ? "function" : type.getSimpleName();
  }
}
