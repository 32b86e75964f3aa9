package dev.tutti.nn;

import dev.tutti.engine.Shape;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Transforms;
import dev.tutti.engine.Tree;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/// A network layer by layer: the shape of what each gives, its parameters and its flops, as the
/// package torchinfo prints it.
///
/// ```text
/// layer   type        output     parameters  flops
///         Sequential  [1, 10]        25,450  50,816
/// 0       Linear      [1, 32]        25,120  50,176
/// 1       RELU        [1, 32]             0       0
/// 2       Linear      [1, 10]           330     640
/// ```
///
/// A row counts what is inside of it, too. Operations that are not layers, such as an activation
/// inside a model's `apply`, are in the rows around them. Flops are twice the multiply-adds of
/// contractions, for the whole batch.
///
/// @param rows the network itself first, then its parts in the order of its parameters
public record Summary(List<Row> rows) {
  private static final ScopedValue<List<Row>> MAKING = ScopedValue.newInstance();

  /// One layer.
  ///
  /// @param path its place in the network, empty for the network itself
  /// @param type the class or constant, such as `Linear` or `RELU`
  /// @param output the shape of what it gave last; null for a layer that was not run, or whose
  ///   output cannot be seen because its component is declared with its own class
  /// @param parameters the number of elements of its tensors that are not state
  /// @param flops of all its runs, 0 if it cannot be seen
  public record Row(String path, String type, Shape output, long parameters, long flops) {}

  /// Keeps a list of its own.
  public Summary {
    rows = List.copyOf(rows);
  }

  /// {@return the summary of a network that predicts this batch}
  public static Summary of(Layer network, Tensor batch) {
    List<Row> rows = new ArrayList<>();
    rows.add(row("", network));
    Layer watched = new Watched(parts(network, "", rows), 0);
    ScopedValue.where(MAKING, rows).run(() -> watched.apply(batch, Ctx.inference()));
    return new Summary(rows);
  }

  private static Row row(String path, Layer layer) {
    String type =
        layer instanceof Enum<?> constant ? constant.name() : Structure.name(layer.getClass());
    return new Row(path, type, null, layer.parameterCount(), 0);
  }

  /// {@return the layer with its parts watched; `rows` gets one row for each part}
  private static Layer parts(Layer layer, String path, List<Row> rows) {
    return Tree.replaceParts(
        layer,
        Layer.class,
        part -> {
          if (part.path().isEmpty() && part.value() == layer) {
            return null; // the layer itself
          }
          String at = path.isEmpty() ? part.path() : path + "." + part.path();
          int row = rows.size();
          rows.add(row(at, part.value()));
          Layer inner = parts(part.value(), at, rows);
          Class<?> declared = declared(part.component());
          if (inner instanceof SequenceLayer s && declared.isAssignableFrom(SequenceLayer.class)) {
            return new Watched.Sequence(s, row);
          }
          return declared == Layer.class ? new Watched(inner, row) : inner;
        });
  }

  /// {@return the class with which a record declares the layer of this component}
  private static Class<?> declared(RecordComponent component) {
    if (component == null) {
      return Layer.class;
    }
    Type type = component.getGenericType();
    if (type instanceof ParameterizedType collection) {
      type = collection.getActualTypeArguments()[collection.getActualTypeArguments().length - 1];
    }
    return type instanceof Class<?> c ? c : Object.class;
  }

  /// Runs a layer and notes what it gave.
  static Tensor watch(int row, Tensor x, Function<Tensor, Tensor> layer) {
    Transforms.ValueAndCost<Tensor> run = Transforms.valueAndCost(layer).apply(x);
    List<Row> rows = MAKING.get();
    Row r = rows.get(row);
    long flops = r.flops + 2 * run.cost().multiplyAdds();
    rows.set(row, new Row(r.path, r.type, run.value().shape(), r.parameters, flops));
    return run.value();
  }

  @Override
  public String toString() {
    List<String[]> lines = new ArrayList<>();
    lines.add(new String[] {"layer", "type", "output", "parameters", "flops"});
    for (Row r : rows) {
      String output = r.output == null ? "" : r.output.toString();
      lines.add(new String[] {r.path, r.type, output, count(r.parameters), count(r.flops)});
    }
    int[] widths = new int[5];
    lines.forEach(line -> Arrays.setAll(widths, i -> Math.max(widths[i], line[i].length())));
    String format =
        "%%-%ds  %%-%ds  %%-%ds  %%%ds  %%%ds"
            .formatted(widths[0], widths[1], widths[2], widths[3], widths[4]);
    return String.join("\n", lines.stream().map(l -> format.formatted((Object[]) l)).toList());
  }

  private static String count(long n) {
    return String.format(Locale.ROOT, "%,d", n);
  }
}
