package dev.tutti.ensembles.isolation;

import dev.tutti.engine.Key;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Tree;
import dev.tutti.ensembles.Ensemble;
import java.util.ArrayList;
import java.util.List;

/// Whether the members of an ensemble touch each other, found out by trying: on inputs that are
/// given, in a prediction and in a training pass.
///
/// 1. **Parameters.** The derivative of each member's outputs by every element of every parameter
///    tells whose it is. What belongs to one member is then changed, and made not a number, and the
///    other members' outputs must keep their bits. What several members use is listed as shared.
/// 2. **Inputs.** If members take rows of their own, those of one are changed in the same two ways.
/// 3. **State** with a member axis, such as running statistics, likewise; also the new state of the
///    others.
///
/// The proof holds for these inputs: a unit that is dead for all of them is not seen, so give
/// inputs of many kinds.
///
/// {@snippet :
/// DeepEnsemble ensemble = DeepEnsemble.init(Key.of(1), 3, k -> Mlp.init(k, 784, 16, 10));
/// Isolation found = Isolation.check(ensemble, Key.of(2).uniform(8, 28, 28, 1), Key.of(3));
/// if (!found.isolated()) throw new IllegalStateException(found.toString());
/// }
///
/// @param ensemble the name of the ensemble's class
/// @param members M
/// @param shared parameters that several members use, in the order of the leaves
/// @param leaks what reached a member from another's own part
public record Isolation(String ensemble, int members, List<Shared> shared, List<Leak> leaks) {

  /// A parameter that several members use.
  ///
  /// @param path its place
  /// @param elements how many of its elements
  /// @param of how many it has
  /// @param declared whether it is marked as shared, or under a part that is
  public record Shared(String path, int elements, int of, boolean declared) {
    @Override
    public String toString() {
      return path + (elements == of ? "" : " (%,d of %,d elements)".formatted(elements, of));
    }
  }

  /// What reached a member from another.
  ///
  /// @param what was changed: a parameter's path, `the inputs`, a state's path
  /// @param from the member whose own it is
  /// @param to the member whose outputs or state changed
  /// @param pass `prediction` or `training`
  public record Leak(String what, int from, int to, String pass) {
    @Override
    public String toString() {
      return "%s of member %d reaches member %d in %s".formatted(what, from, to, pass);
    }
  }

  /// {@return what changing each member's own parts does to the others}
  ///
  /// @param x inputs, `[B, …]`
  /// @param key of the training pass, and of the changes
  /// @throws IllegalArgumentException if there is one member only
  public static Isolation check(Ensemble ensemble, Tensor x, Key key) {
    if (ensemble.members() < 2) {
      throw new IllegalArgumentException(
          "isolation: %s has one member, there is nobody to reach"
              .formatted(ensemble.getClass().getSimpleName()));
    }
    List<Pass> passes = Pass.of(ensemble, x, key.fold(0));
    Owners owners = Owners.of(ensemble, passes);
    List<Leak> leaks = new ArrayList<>();
    for (Pass pass : passes) {
      leaks.addAll(Changes.ofParameters(ensemble, pass, owners));
      leaks.addAll(Changes.ofState(ensemble, pass));
      leaks.addAll(Changes.ofInputs(ensemble, pass, x));
    }
    return new Isolation(
        ensemble.getClass().getSimpleName(),
        ensemble.members(),
        owners.shared(Tree.leaves(ensemble)),
        leaks.stream().distinct().toList());
  }

  /// {@return whether the members share no parameter and nothing leaks}
  public boolean isolated() {
    return shared.isEmpty() && leaks.isEmpty();
  }

  /// {@return whether nothing leaks, and what members share is declared as
  /// [dev.tutti.engine.Shared]}
  public boolean asDeclared() {
    return leaks.isEmpty() && shared.stream().allMatch(Shared::declared);
  }

  /// {@return where members mix: after the last parameter, in the order of the components, that
  /// several members use without saying so; null if there is none} What comes before a layer that
  /// mixes members reaches several of them, what comes after it one.
  public String mixesAfter() {
    return shared.stream()
        .filter(s -> !s.declared())
        .map(Shared::path)
        .reduce((former, last) -> last)
        .orElse(null);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(ensemble + ", " + members + " members: ");
    if (isolated()) {
      return text.append("isolated").toString();
    }
    List<String> parts = new ArrayList<>();
    if (!shared.isEmpty()) {
      parts.add("share " + String.join(", ", shared.stream().map(Shared::toString).toList()));
      if (mixesAfter() != null) {
        parts.add("mix after " + mixesAfter());
      }
    }
    leaks.forEach(leak -> parts.add(leak.toString()));
    return text.append(String.join("; ", parts)).toString();
  }
}
