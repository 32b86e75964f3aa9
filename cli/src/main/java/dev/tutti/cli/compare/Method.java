package dev.tutti.cli.compare;

import dev.tutti.engine.Key;
import dev.tutti.engine.Shape;
import dev.tutti.ensembles.Ensemble;
import dev.tutti.ensembles.train.Trainer;
import dev.tutti.nn.Layer;
import dev.tutti.nn.data.Batches;
import dev.tutti.nn.fit.Recipe;
import java.util.Map;
import java.util.function.Function;

/// A choice of `--methods`: how its ensemble starts. The built-in ones are in [Methods].
///
/// A method of your own is a class that implements this, registered as a service
/// (`META-INF/services/dev.tutti.cli.compare.Method`, or `provides` in a module-info), in a jar
/// that the variable `TUTTI_MODULE_PATH` names. It is trained, tested, compared and saved like the
/// others.
public interface Method {
  /// {@return its name in `--methods`, tables and files: small letters, digits and `-`}
  String label();

  /// {@return its name in a sentence: `the deep ensemble`}
  default String inWords() {
    return "the " + label() + " ensemble";
  }

  /// {@return its number of members if `--members` is `members`}
  default int members(int members) {
    return members;
  }

  /// {@return the untrained ensemble}
  Ensemble start(Start start);

  /// {@return how it is trained, if `asked` is what the command line says}
  default Recipe recipe(Recipe asked, Start start) {
    return asked;
  }

  /// {@return the ensemble trained on these batches}
  default Ensemble train(Trainer trainer, Ensemble ensemble, Batches batches, Start start) {
    return trainer.fit(ensemble, batches);
  }

  /// {@return what is tested and saved, made of the trained ensemble} It may train on, without
  /// checkpoints: a run that resumes does it again, with the same bits.
  ///
  /// @param recipe how it was trained
  /// @param batches what it was trained on
  default Ensemble finish(Ensemble trained, Recipe recipe, Batches batches, Start start) {
    return trained;
  }

  /// {@return what its entry in `run.json` says besides, by name}
  default Map<String, Object> about(Start start) {
    return Map.of();
  }

  /// What an ensemble starts from.
  ///
  /// @param network makes a network of the chosen model from a key
  /// @param networks the key whose child `m` is member m's, the same for all methods
  /// @param own the method's own key
  /// @param example the shape of one example
  /// @param members M
  /// @param alpha the value of `--alpha`
  /// @param gamma the value of `--gamma`
  /// @param model the model itself
  /// @param epochs of the training
  /// @param steps in an epoch
  record Start(
      Function<Key, Layer> network,
      Key networks,
      Key own,
      Shape example,
      int classes,
      int members,
      double alpha,
      int gamma,
      Model model,
      int epochs,
      int steps) {}
}
