package dev.tutti.ensembles.search;

import dev.tutti.engine.Key;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The values that hyper-parameters may have, by name.
///
/// {@snippet :
/// Space space = new Space().logUniform("lr", 1e-4, 1e-1).choice("weight decay", 0, 1e-4, 1e-2);
/// List<Map<String, Double>> trials = space.draw(Key.of(1), 8);
/// double[] rates = Space.values(trials, "lr");
/// DeepEnsemble members = DeepEnsemble.init(Key.of(2), 8, k -> Mlp.init(k, 784, 16, 10));
/// Recipe recipe =
///     new Recipe(new Adam().weightDecay(Space.values(trials, "weight decay")), 1, Schedule.constant(), 2)
///         .lr(rates);
/// }
///
/// @param axes the values of each, in the order in which they were named
public record Space(Map<String, Axis> axes) {
  /// What one hyper-parameter may be.
  public sealed interface Axis {
    /// {@return the value at `u` in [0, 1)}
    double at(double u);

    /// {@return all values of a grid}
    ///
    /// @throws IllegalArgumentException if there is no end to them
    double[] all();
  }

  /// Any value from `low` to `high`, its logarithm uniform.
  public record LogUniform(double low, double high) implements Axis {
    /// Checks the ends.
    public LogUniform {
      if (!(low > 0 && high >= low) || Double.isInfinite(high)) {
        throw new IllegalArgumentException(
            "space: a log-uniform value needs 0 < low ≤ high, got %s and %s".formatted(low, high));
      }
    }

    @Override
    public double at(double u) {
      double l = StrictMath.log(low);
      return StrictMath.exp(l + u * (StrictMath.log(high) - l));
    }

    @Override
    public double[] all() {
      throw new IllegalArgumentException(
          "space: a log-uniform value has no grid; name its values, as in 0.001,0.01");
    }
  }

  /// One of some values.
  public record Choice(List<Double> values) implements Axis {
    /// Checks that there is one.
    public Choice {
      values = List.copyOf(values);
      if (values.isEmpty() || values.stream().anyMatch(v -> !Double.isFinite(v))) {
        throw new IllegalArgumentException("space: a choice needs numbers, got " + values);
      }
    }

    @Override
    public double at(double u) {
      return values.get((int) (u * values.size()));
    }

    @Override
    public double[] all() {
      return values.stream().mapToDouble(v -> v).toArray();
    }
  }

  /// Takes the axes as they are.
  public Space {
    axes = new LinkedHashMap<>(axes);
  }

  /// No hyper-parameter yet.
  public Space() {
    this(Map.of());
  }

  /// {@return this space with one more hyper-parameter}
  ///
  /// @throws IllegalArgumentException if it is there already
  public Space with(String name, Axis axis) {
    if (axes.containsKey(name)) {
      throw new IllegalArgumentException("space: " + name + " is there already");
    }
    Map<String, Axis> more = new LinkedHashMap<>(axes);
    more.put(name, axis);
    return new Space(more);
  }

  /// {@return this space with one more hyper-parameter, log-uniform}
  public Space logUniform(String name, double low, double high) {
    return with(name, new LogUniform(low, high));
  }

  /// {@return this space with one more hyper-parameter, one of `values`}
  public Space choice(String name, double... values) {
    return with(name, new Choice(Arrays.stream(values).boxed().toList()));
  }

  /// {@return `trials` points, drawn at random; point t depends on `key` and t alone, so that more
  /// of them begin with the same ones}
  public List<Map<String, Double>> draw(Key key, int trials) {
    List<Map<String, Double>> points = new ArrayList<>();
    for (int t = 0; t < trials; t++) {
      Key own = key.fold(t);
      Map<String, Double> point = new LinkedHashMap<>();
      int axis = 0;
      for (Map.Entry<String, Axis> entry : axes.entrySet()) {
        point.put(entry.getKey(), entry.getValue().at(own.fold(axis++).uniform(1).item()));
      }
      points.add(point);
    }
    return points;
  }

  /// {@return every combination of the values, the last hyper-parameter changing fastest}
  ///
  /// @throws IllegalArgumentException if an axis is not a [Choice]
  public List<Map<String, Double>> grid() {
    List<Map<String, Double>> points = List.of(Map.of());
    for (Map.Entry<String, Axis> entry : axes.entrySet()) {
      List<Map<String, Double>> more = new ArrayList<>();
      for (Map<String, Double> point : points) {
        for (double value : entry.getValue().all()) {
          Map<String, Double> next = new LinkedHashMap<>(point);
          next.put(entry.getKey(), value);
          more.add(next);
        }
      }
      points = more;
    }
    return points;
  }

  /// {@return one hyper-parameter of all points}
  ///
  /// @throws IllegalArgumentException if a point does not have it
  public static double[] values(List<Map<String, Double>> points, String name) {
    return points.stream()
        .mapToDouble(point -> {
          Double value = point.get(name);
          if (value == null) {
            throw new IllegalArgumentException("space: no value of " + name + " in " + point);
          }
          return value;
        })
        .toArray();
  }
}
