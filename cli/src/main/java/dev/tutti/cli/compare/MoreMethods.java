package dev.tutti.cli.compare;

import dev.tutti.ensembles.DeepEnsemble;
import dev.tutti.ensembles.Ensemble;
import dev.tutti.ensembles.EnsembleLoss;
import dev.tutti.ensembles.methods.LastLayerLaplace;
import dev.tutti.ensembles.methods.LogitDrop;
import dev.tutti.ensembles.methods.Masksembles;
import dev.tutti.ensembles.methods.McDropout;
import dev.tutti.ensembles.methods.Mimo;
import dev.tutti.ensembles.methods.SnapshotEnsemble;
import dev.tutti.ensembles.methods.SubEnsemble;
import dev.tutti.ensembles.methods.SummedLogits;
import dev.tutti.ensembles.methods.Swag;
import dev.tutti.ensembles.train.MemberData;
import dev.tutti.ensembles.train.ModelDrop;
import dev.tutti.ensembles.train.Trainer;
import dev.tutti.nn.Layer;
import dev.tutti.nn.data.Batches;
import dev.tutti.nn.fit.BatchStatistics;
import dev.tutti.nn.fit.Recipe;
import dev.tutti.nn.fit.WeightAveraging;
import dev.tutti.nn.optim.CosineRestarts;
import dev.tutti.nn.optim.Schedule;
import java.util.List;
import java.util.Map;

/// Methods that the command compares if they are asked for.
final class MoreMethods {
  private static final double DROPOUT = 0.2;
  private static final double SCALE = 2; // of masks
  private static final int RANK = 20; // of SWAG
  private static final double RHO = 0.5; // of MIMO

  /// In the order of the help text.
  static final List<Method> ALL =
      List.of(
          new BuiltIn("bagging", "the bagged ensemble", Methods::deep)
              .trained((t, e, b, s) -> t.fit(e, MemberData.bootstrap(b, e.members(), seed(s)))),
          new BuiltIn("multi-input", "the multi-input ensemble", Methods::deep)
              .trained((t, e, b, _) -> t.fit(e, MemberData.shuffled(b, e.members()))),
          new BuiltIn("single-input", "the single-input ensemble", s -> summed(s, LogitDrop.NONE)),
          new BuiltIn("logit-drop", "logit drop", s -> summed(s, LogitDrop.BERNOULLI)),
          new BuiltIn("model-drop", "model drop", Methods::deep)
              .trained(MoreMethods::halves)
              .finished((e, _, _, _) -> SummedLogits.of((DeepEnsemble) e, LogitDrop.NONE)),
          new BuiltIn("mimo", "MIMO", MoreMethods::mimo).about(_ -> Map.of("rho", RHO)),
          new BuiltIn(
                  "masksembles",
                  "Masksembles",
                  s -> Masksembles.convert(s.own(), network(s), s.members(), SCALE))
              .about(_ -> Map.of("scale", SCALE)),
          new BuiltIn(
                  "mc-dropout",
                  "Monte Carlo dropout",
                  s -> McDropout.convert(s.own(), network(s), s.members(), DROPOUT))
              .about(_ -> Map.of("dropout", DROPOUT)),
          new BuiltIn(
                  "drop-connect",
                  "DropConnect",
                  s -> McDropout.dropConnect(s.own(), network(s), s.members(), DROPOUT))
              .about(_ -> Map.of("dropout", DROPOUT)),
          new BuiltIn("sub", "the sub-ensemble", MoreMethods::one).finished(MoreMethods::heads),
          new BuiltIn("snapshot", "the snapshot ensemble", MoreMethods::snapshots)
              .by((asked, s) -> asked.schedules(cycles(s)))
              .finished((e, _, _, _) -> e instanceof SnapshotEnsemble all ? all.materialize() : e),
          new BuiltIn("swa", "weight averaging", MoreMethods::one)
              .ofOne()
              .by((asked, s) -> held(asked, s).averaging(WeightAveraging.swa(lastQuarter(s))))
              .finished(MoreMethods::renewed),
          new BuiltIn("ema", "the moving average", MoreMethods::one)
              .ofOne()
              .by((asked, _) -> asked.averaging(WeightAveraging.ema(0.99)))
              .finished(MoreMethods::renewed),
          new BuiltIn("swag", "SWAG", MoreMethods::swag)
              .by(MoreMethods::held)
              .finished((e, r, b, s) -> renewed(((Swag) e).materialize(), r, b, s)),
          new BuiltIn("laplace", "the Laplace approximation", MoreMethods::one)
              .ofOne()
              .finished((e, _, b, _) -> LastLayerLaplace.fit(only(e), b)));

  private MoreMethods() {}

  /// The first of the deep ensemble's networks.
  static Layer network(Method.Start s) {
    return s.network().apply(s.networks().fold(0));
  }

  /// That network as an ensemble.
  static DeepEnsemble one(Method.Start s) {
    return DeepEnsemble.init(s.networks(), 1, s.network());
  }

  private static long seed(Method.Start s) {
    return Integer.toUnsignedLong(s.own().bits().toInts()[0]);
  }

  private static Layer only(Ensemble one) {
    return ((DeepEnsemble) one).member(0);
  }

  private static Ensemble summed(Method.Start s, LogitDrop drop) {
    return SummedLogits.of(Methods.deep(s), drop);
  }

  /// One member has no half.
  private static Ensemble halves(Trainer t, Ensemble e, Batches b, Method.Start s) {
    return e.members() == 1
        ? t.fit(e, b)
        : t.modelDrop(ModelDrop.FROZEN).fit(e, b, EnsembleLoss.SUMMED_LOGITS);
  }

  private static Ensemble mimo(Method.Start s) {
    return Mimo.init(s.own(), s.members(), s.example(), s.classes(), s.model()::init).rho(RHO);
  }

  private static Ensemble heads(Ensemble e, Recipe recipe, Batches batches, Method.Start s) {
    return new Trainer(recipe).fit(SubEnsemble.convert(s.own(), only(e), s.members()), batches);
  }

  /// As many cycles as members; fewer epochs than that have shorter ones.
  private static CosineRestarts cycles(Method.Start s) {
    return new CosineRestarts((double) s.epochs() / s.members(), 1, 0);
  }

  private static Ensemble snapshots(Method.Start s) {
    int steps = Math.max(1, s.epochs() * s.steps() / s.members());
    return s.members() == 1 ? one(s) : SnapshotEnsemble.of(network(s), s.members(), steps);
  }

  /// In the last quarter the rate stays, so that the weights go on moving.
  private static Recipe held(Recipe asked, Method.Start s) {
    Schedule factor = asked.schedules().getFirst();
    return asked.schedules(epoch -> factor.factor(Math.min(epoch, lastQuarter(s))));
  }

  private static int lastQuarter(Method.Start s) {
    return 3 * s.epochs() / 4;
  }

  private static Ensemble swag(Method.Start s) {
    int steps = s.epochs() * s.steps();
    int from = lastQuarter(s) * s.steps();
    int every = Math.max(1, (steps - from) / RANK);
    return Swag.of(s.own(), network(s), s.members(), from, every, RANK);
  }

  /// Running statistics that belong to the weights.
  private static Ensemble renewed(Ensemble e, Recipe recipe, Batches batches, Method.Start s) {
    return DeepEnsemble.of(
        ((DeepEnsemble) e)
            .unstack().stream()
                .map(one -> BatchStatistics.renew(one, batches, s.own()))
                .toArray(Layer[]::new));
  }
}
