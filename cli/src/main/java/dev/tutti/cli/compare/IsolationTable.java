package dev.tutti.cli.compare;

import dev.tutti.cli.terminal.Table;
import dev.tutti.engine.Key;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Tree;
import dev.tutti.ensembles.Ensemble;
import dev.tutti.ensembles.isolation.Isolation;
import java.util.ArrayList;
import java.util.List;

/// What `tutti doctor --isolation` finds out: for each method and small model, whether its members
/// touch each other.
public final class IsolationTable {
  private static final Shape IMAGE = Shape.of(16, 16, 1);
  private static final int CLASSES = 3;
  private static final int MEMBERS = 3;
  private static final int EXAMPLES = 6;
  private static final List<String> MODELS = List.of("mlp", "lenet", "convnet");

  private final List<List<Table.Cell>> rows = new ArrayList<>();
  private final List<String> leaks = new ArrayList<>();

  private IsolationTable() {}

  /// {@return the results of all methods that have several members from the start}
  public static IsolationTable ofAll() {
    IsolationTable table = new IsolationTable();
    for (String name : MODELS) {
      Model model = Model.parse(name);
      Methods.all().forEach(method -> table.check(method, model));
    }
    return table;
  }

  private void check(Method method, Model model) {
    Key key = Key.of(7);
    Ensemble ensemble =
        method.start(
            new Method.Start(
                k -> model.init(k, IMAGE, CLASSES),
                key.fold(0),
                key.fold(1),
                IMAGE,
                CLASSES,
                method.members(MEMBERS),
                2,
                1,
                model,
                3,
                4));
    if (ensemble.members() < 2) {
      return;
    }
    Tensor x = key.fold(2).normal(EXAMPLES, IMAGE.dim(0), IMAGE.dim(1), IMAGE.dim(2));
    Isolation found = Isolation.check(ensemble, x, key.fold(3));
    if (ensemble.isolated() && !found.isolated()) {
      leaks.add(method.label() + " of " + model.label() + ": " + found);
    }
    List<String> cells = List.of(method.label(), model.label(), verdict(ensemble, found));
    rows.add(cells.stream().map(Table.Cell::plain).toList());
  }

  private static String verdict(Ensemble ensemble, Isolation found) {
    if (found.isolated()) {
      return "isolated";
    }
    if (ensemble.isolated()) {
      return "LEAK";
    }
    long all = Tree.leaves(ensemble).stream().filter(leaf -> !leaf.state()).count();
    return "%s %d of %d tensors"
        .formatted(
            found.asDeclared() ? "share, as declared," : "share", found.shared().size(), all);
  }

  /// {@return the table}
  public Table table() {
    return new Table(
        "Members of each method, changed one after another",
        List.of("method", "model", "members"),
        rows);
  }

  /// {@return what should not be, a line each}
  public List<String> leaks() {
    return leaks;
  }
}
