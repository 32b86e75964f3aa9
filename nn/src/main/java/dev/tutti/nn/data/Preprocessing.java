package dev.tutti.nn.data;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// A change of tables that was fitted on one of them, the training part.
///
/// {@snippet :
/// float[][] x = {{1, 200}, {2, Float.NaN}, {3, 100}, {4, 400}, {5, 300}};
/// Dataset.Split parts = Dataset.ofTable("t", x, new float[5]).split(0.2, 1);
/// Preprocessing fitted =
///     Preprocessing.fit(
///         parts.train(), train -> Imputer.median(train).withIndicator(), StandardScaler::fit);
/// Dataset train = fitted.apply(parts.train());
/// Dataset test = fitted.apply(parts.test());
/// }
@FunctionalInterface
public interface Preprocessing {
  /// {@return the changed table, in memory}
  ///
  /// @throws DataError if the table does not fit the one that this was fitted on
  Dataset apply(Dataset table);

  /// {@return the steps one after another, each fitted on what the former ones make of `train`:
  /// scikit-learn's `Pipeline`}
  @SafeVarargs
  static Preprocessing fit(Dataset train, Function<Dataset, ? extends Preprocessing>... steps) {
    List<Preprocessing> fitted = new ArrayList<>();
    Dataset table = train;
    for (Function<Dataset, ? extends Preprocessing> step : steps) {
      Preprocessing next = step.apply(table);
      table = next.apply(table);
      fitted.add(next);
    }
    return other -> {
      Dataset changed = other;
      for (Preprocessing step : fitted) {
        changed = step.apply(changed);
      }
      return changed;
    };
  }
}
