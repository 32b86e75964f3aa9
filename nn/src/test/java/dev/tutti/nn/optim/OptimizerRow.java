package dev.tutti.nn.optim;

import dev.tutti.nn.optim.Rules.Rule;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;

/// All optimisers with all their options: what the tests of optimisers go through.
///
/// @param rule the same formula in doubles, for parameters `weight` and `bias`
record OptimizerRow(String name, Optimizer optimizer, Supplier<Rule> rule) {
  private static final Predicate<String> NO_BIAS = path -> !path.endsWith("bias");

  private static final List<OptimizerRow> ALL =
      List.of(
          row("sgd", new Sgd(), () -> Rules.sgd(0, 0, false, 0)),
          row("sgd decay", new Sgd().weightDecay(0.1), () -> Rules.sgd(0, 0, false, 0.1)),
          row("sgd momentum", new Sgd(0.9, false, 0), () -> Rules.sgd(0.9, 0, false, 0)),
          row("sgd nesterov", new Sgd(0.9, true, 0), () -> Rules.sgd(0.9, 0, true, 0)),
          row("sgd all", new Sgd(0.8, true, 0.05), () -> Rules.sgd(0.8, 0, true, 0.05)),
          row(
              "sgd dampening",
              new Sgd().momentum(0.9).dampening(0.4).weightDecay(0.05),
              () -> Rules.sgd(0.9, 0.4, false, 0.05)),
          row("adam", new Adam(), () -> Rules.adam(0.9, 0.999, 1e-8, 0, false)),
          row("adam no beta1", new Adam().beta1(0), () -> Rules.adam(0, 0.999, 1e-8, 0, false)),
          row(
              "adam all",
              new Adam().beta1(0.8).beta2(0.9).eps(1e-3).weightDecay(0.1),
              () -> Rules.adam(0.8, 0.9, 1e-3, 0.1, false)),
          row(
              "amsgrad",
              new Adam().beta2(0.7).amsgrad(true),
              () -> Rules.adam(0.9, 0.7, 1e-8, 0, true)),
          row(
              "amsgrad all",
              new Adam().beta1(0.8).beta2(0.7).eps(1e-3).weightDecay(0.1).amsgrad(true),
              () -> Rules.adam(0.8, 0.7, 1e-3, 0.1, true)),
          row(
              "adamw",
              Adam.w(0.1),
              () -> Rules.decay(0.1, 2, Rules.adam(0.9, 0.999, 1e-8, 0, false))),
          row(
              "adamw no bias",
              new Adam().eps(1e-3).decay(NO_BIAS, 0.2),
              () -> Rules.decay(0.2, 1, Rules.adam(0.9, 0.999, 1e-3, 0, false))),
          row("rmsprop", new RmsProp(), () -> Rules.rmsProp(0.99, 1e-8, 0, 0, false)),
          row(
              "rmsprop all",
              new RmsProp().alpha(0.9).eps(1e-2).momentum(0.7).weightDecay(0.05),
              () -> Rules.rmsProp(0.9, 1e-2, 0.7, 0.05, false)),
          row(
              "rmsprop centered",
              new RmsProp().alpha(0.95).eps(1e-2).weightDecay(0.05).centered(true),
              () -> Rules.rmsProp(0.95, 1e-2, 0, 0.05, true)),
          row(
              "rmsprop centered momentum",
              new RmsProp().alpha(0.95).eps(1e-2).momentum(0.7).centered(true),
              () -> Rules.rmsProp(0.95, 1e-2, 0.7, 0, true)),
          row("adagrad", new Adagrad(), () -> Rules.adagrad(0, 0, 0, 1e-10)),
          row(
              "adagrad all",
              new Adagrad().lrDecay(0.1).weightDecay(0.05).initialAccumulatorValue(0.2).eps(1e-2),
              () -> Rules.adagrad(0.1, 0.05, 0.2, 1e-2)),
          row("lamb", new Lamb(), () -> Rules.lamb(0.9, 0.999, 1e-6, 0)),
          row(
              "lamb all",
              new Lamb().beta1(0.8).beta2(0.9).eps(1e-3).weightDecay(0.1),
              () -> Rules.lamb(0.8, 0.9, 1e-3, 0.1)),
          row(
              "clip norm",
              new Sgd(0.9, false, 0).clipNorm(0.3),
              () -> Rules.clipNorm(0.3, Rules.sgd(0.9, 0, false, 0))),
          row(
              "clip value",
              new Adam().clipValue(0.05),
              () -> Rules.clipValue(0.05, Rules.adam(0.9, 0.999, 1e-8, 0, false))),
          row(
              "all wrappers",
              new Lamb().clipNorm(0.3).decay(NO_BIAS, 0.1).clipValue(0.1),
              () ->
                  Rules.clipValue(
                      0.1,
                      Rules.decay(0.1, 1, Rules.clipNorm(0.3, Rules.lamb(0.9, 0.999, 1e-6, 0))))));

  private static OptimizerRow row(String name, Optimizer optimizer, Supplier<Rule> rule) {
    return new OptimizerRow(name, optimizer, rule);
  }

  static List<OptimizerRow> all() {
    return ALL;
  }

  @Override
  public String toString() {
    return name;
  }
}
