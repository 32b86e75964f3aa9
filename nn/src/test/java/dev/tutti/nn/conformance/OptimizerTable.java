package dev.tutti.nn.conformance;

import dev.tutti.nn.optim.Adagrad;
import dev.tutti.nn.optim.Adam;
import dev.tutti.nn.optim.Anneal;
import dev.tutti.nn.optim.Averaging;
import dev.tutti.nn.optim.Ema;
import dev.tutti.nn.optim.Lamb;
import dev.tutti.nn.optim.OneCycle;
import dev.tutti.nn.optim.Optimizer;
import dev.tutti.nn.optim.RmsProp;
import dev.tutti.nn.optim.Schedule;
import dev.tutti.nn.optim.Sgd;
import dev.tutti.nn.optim.Swa;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// PyTorch's optimisers, averages of weights and schedulers by name: how ours is made from the
/// arguments that PyTorch's was made from.
final class OptimizerTable {
  /// Optimisers by the name of PyTorch's class.
  static final Map<String, Function<Arguments, Optimizer>> OPTIMIZERS =
      Map.of(
          "SGD", OptimizerTable::sgd,
          "Adam", OptimizerTable::adam,
          "AdamW", OptimizerTable::adamW,
          "RMSprop", OptimizerTable::rmsProp,
          "Adagrad", OptimizerTable::adagrad,
          "LAMB", OptimizerTable::lamb);

  /// Schedules by the name of PyTorch's class.
  static final Map<String, Function<Arguments, Schedule>> SCHEDULES =
      Map.ofEntries(
          Map.entry("ConstantLR", OptimizerTable::constant),
          Map.entry("StepLR", a -> Schedule.step(a.integer("step_size"), a.number("gamma"))),
          Map.entry(
              "MultiStepLR", a -> Schedule.multiStep(a.number("gamma"), a.integers("milestones"))),
          Map.entry("ExponentialLR", a -> Schedule.exponential(a.number("gamma"))),
          Map.entry(
              "CosineAnnealingLR",
              a -> Schedule.cosine(a.integer("T_max"), a.number("eta_min", 0))),
          Map.entry("CosineAnnealingWarmRestarts", OptimizerTable::restarts),
          Map.entry("LinearLR", OptimizerTable::linear),
          Map.entry("SequentialLR", OptimizerTable::sequential),
          Map.entry("ChainedScheduler", OptimizerTable::chained),
          Map.entry("OneCycleLR", OptimizerTable::oneCycle),
          Map.entry(
              "PolynomialLR",
              a -> Schedule.polynomial(a.integer("total_iters"), a.number("power"))));

  private OptimizerTable() {}

  /// {@return the optimiser of PyTorch's class with these arguments, clipping what they say}
  static Optimizer optimizer(String kind, Arguments a) {
    Optimizer rule = OPTIMIZERS.get(kind).apply(a);
    if (a.has("clip_norm")) {
      return rule.clipNorm(a.number("clip_norm"));
    }
    return a.has("clip_value") ? rule.clipValue(a.number("clip_value")) : rule;
  }

  /// {@return how weights are averaged, null for not at all}
  static Averaging averaging(Arguments a) {
    if (a.has("ema_decay")) {
      return new Ema(a.number("ema_decay"));
    }
    return a.has("swa_from") ? new Swa() : null;
  }

  /// {@return the schedule of PyTorch's class with these arguments}
  static Schedule schedule(String kind, Arguments a) {
    Schedule schedule = SCHEDULES.get(kind).apply(a);
    a.requireAllRead(kind);
    return schedule;
  }

  private static Optimizer sgd(Arguments a) {
    Sgd rule = new Sgd();
    rule = a.has("momentum") ? rule.momentum(a.number("momentum")) : rule;
    rule = a.has("dampening") ? rule.dampening(a.number("dampening")) : rule;
    rule = a.has("weight_decay") ? rule.weightDecay(a.number("weight_decay")) : rule;
    return rule.nesterov(a.flag("nesterov", false));
  }

  private static Adam plainAdam(Arguments a) {
    double[] betas = a.numbers("betas", 0.9, 0.999);
    Adam rule = new Adam().beta1(betas[0]).beta2(betas[1]).eps(a.number("eps", 1e-8));
    return rule.amsgrad(a.flag("amsgrad", false));
  }

  private static Optimizer adam(Arguments a) {
    Adam rule = plainAdam(a);
    return a.has("weight_decay") ? rule.weightDecay(a.number("weight_decay")) : rule;
  }

  private static Optimizer adamW(Arguments a) {
    double decay = a.number("weight_decay", 0.01);
    if (a.has("weight_decay_of")) {
      List<?> decayed = a.list("weight_decay_of");
      return plainAdam(a).decay(decayed::contains, decay);
    }
    return a.has("betas") || a.has("eps") ? plainAdam(a).decay(decay) : Adam.w(decay);
  }

  private static Optimizer rmsProp(Arguments a) {
    RmsProp rule = new RmsProp().alpha(a.number("alpha", 0.99)).eps(a.number("eps", 1e-8));
    rule = a.has("momentum") ? rule.momentum(a.number("momentum")) : rule;
    rule = a.has("weight_decay") ? rule.weightDecay(a.number("weight_decay")) : rule;
    return rule.centered(a.flag("centered", false));
  }

  private static Optimizer adagrad(Arguments a) {
    Adagrad rule = new Adagrad().eps(a.number("eps", 1e-10));
    rule = a.has("lr_decay") ? rule.lrDecay(a.number("lr_decay")) : rule;
    rule = a.has("weight_decay") ? rule.weightDecay(a.number("weight_decay")) : rule;
    String start = "initial_accumulator_value";
    return a.has(start) ? rule.initialAccumulatorValue(a.number(start)) : rule;
  }

  private static Optimizer lamb(Arguments a) {
    double[] betas = a.numbers("betas", 0.9, 0.999);
    Lamb rule = new Lamb().beta1(betas[0]).beta2(betas[1]);
    return a.has("weight_decay") ? rule.weightDecay(a.number("weight_decay")) : rule;
  }

  /// A factor that ends after some steps is a schedule followed by another.
  private static Schedule constant(Arguments a) {
    Schedule reduced = Schedule.constant(a.number("factor"));
    return a.has("total_iters")
        ? reduced.then(a.integer("total_iters"), Schedule.constant())
        : reduced;
  }

  private static Schedule linear(Arguments a) {
    return Schedule.linear(
        a.number("start_factor"), a.number("end_factor"), a.integer("total_iters"));
  }

  private static Schedule restarts(Arguments a) {
    return Schedule.cosineRestarts(
        a.integer("T_0"), a.integer("T_mult", 1), a.number("eta_min", 0));
  }

  /// A warm-up to the base rate and what follows.
  private static Schedule sequential(Arguments a) {
    int epochs = a.integers("milestones")[0];
    List<Schedule> parts = parts(a);
    return Schedule.warmup(epochs, parts.getFirst().factor(0), parts.getLast());
  }

  private static Schedule chained(Arguments a) {
    List<Schedule> parts = parts(a);
    return parts.getFirst().times(parts.getLast());
  }

  private static List<Schedule> parts(Arguments a) {
    return a.list("schedulers").stream()
        .map(s -> (List<?>) s)
        .map(s -> schedule((String) s.get(0), new Arguments(Json.map(s.get(1)))))
        .toList();
  }

  private static Schedule oneCycle(Arguments a) {
    if (a.number("max_lr") != 1) {
      throw new AssertionError("the base rate is OneCycleLR's max_lr");
    }
    boolean line = a.text("anneal_strategy", "cos").equals("linear");
    OneCycle cycle = Schedule.oneCycle(a.integer("total_steps"), 1);
    return cycle
        .pctStart(a.number("pct_start", 0.3))
        .anneal(line ? Anneal.LINEAR : Anneal.COSINE)
        .divFactor(a.number("div_factor", 25))
        .finalDivFactor(a.number("final_div_factor", 1e4))
        .threePhase(a.flag("three_phase", false));
  }
}
