package dev.tutti.cli.compare;

import dev.tutti.ensembles.Ensemble;
import dev.tutti.ensembles.train.Trainer;
import dev.tutti.nn.data.Batches;
import dev.tutti.nn.fit.Recipe;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;

/// A method of the command itself, put together from functions.
final class BuiltIn implements Method {
  /// Makes what is tested of what was trained.
  @FunctionalInterface
  interface Finish {
    Ensemble of(Ensemble trained, Recipe recipe, Batches batches, Start start);
  }

  /// Trains an ensemble in a way of its own.
  @FunctionalInterface
  interface Training {
    Ensemble of(Trainer trainer, Ensemble ensemble, Batches batches, Start start);
  }

  private final String label;
  private final String inWords;
  private final Function<Start, Ensemble> start;
  private boolean one;
  private Function<Start, Map<String, Object>> about = _ -> Map.of();
  private BiFunction<Recipe, Start, Recipe> recipe = (asked, _) -> asked;
  private Training training = (trainer, ensemble, batches, _) -> trainer.fit(ensemble, batches);
  private Finish finish = (trained, _, _, _) -> trained;

  BuiltIn(String label, String inWords, Function<Start, Ensemble> start) {
    this.label = label;
    this.inWords = inWords;
    this.start = start;
  }

  /// It has one member, whatever `--members` says.
  BuiltIn ofOne() {
    one = true;
    return this;
  }

  BuiltIn about(Function<Start, Map<String, Object>> entries) {
    about = entries;
    return this;
  }

  BuiltIn by(BiFunction<Recipe, Start, Recipe> changed) {
    recipe = changed;
    return this;
  }

  BuiltIn trained(Training way) {
    training = way;
    return this;
  }

  BuiltIn finished(Finish last) {
    finish = last;
    return this;
  }

  @Override
  public String label() {
    return label;
  }

  @Override
  public String inWords() {
    return inWords;
  }

  @Override
  public int members(int members) {
    return one ? 1 : members;
  }

  @Override
  public Ensemble start(Start from) {
    return start.apply(from);
  }

  @Override
  public Map<String, Object> about(Start from) {
    return about.apply(from);
  }

  @Override
  public Recipe recipe(Recipe asked, Start from) {
    return recipe.apply(asked, from);
  }

  @Override
  public Ensemble train(Trainer trainer, Ensemble ensemble, Batches batches, Start from) {
    return training.of(trainer, ensemble, batches, from);
  }

  @Override
  public Ensemble finish(Ensemble trained, Recipe by, Batches batches, Start from) {
    return finish.of(trained, by, batches, from);
  }

  @Override
  public String toString() {
    return label;
  }
}
