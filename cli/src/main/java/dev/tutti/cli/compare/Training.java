package dev.tutti.cli.compare;

import dev.tutti.cli.terminal.UsageError;
import dev.tutti.nn.fit.Recipe;
import dev.tutti.nn.optim.Adagrad;
import dev.tutti.nn.optim.Adam;
import dev.tutti.nn.optim.Lamb;
import dev.tutti.nn.optim.Optimizer;
import dev.tutti.nn.optim.RmsProp;
import dev.tutti.nn.optim.Schedule;
import dev.tutti.nn.optim.Sgd;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// How every method is trained, all choices made.
///
/// @param optimizer one of [#OPTIMIZERS]
/// @param clipNorm the largest norm of a gradient; 0 for any
/// @param schedule one of [#SCHEDULES]
/// @param milestones the epochs after which `multistep` lowers the rate; empty for the others
/// @param warmup the epochs in which the rate rises to its full size; 0 for none
record Training(
    int epochs,
    int batch,
    String optimizer,
    double lr,
    double momentum,
    boolean nesterov,
    double weightDecay,
    double clipNorm,
    String schedule,
    List<Integer> milestones,
    double warmup) {
  private static final List<String> OPTIMIZERS =
      List.of("sgd", "adam", "adamw", "rmsprop", "adagrad", "lamb");
  private static final List<String> SCHEDULES =
      List.of("constant", "linear", "cosine", "multistep", "one-cycle");

  /// Completes and checks what the command line says.
  ///
  /// @param glyphs whether it is for the drawn digits, which are few and have defaults of their own
  static Training of(CompareOptions.Training asked, boolean glyphs) {
    String optimizer = asked.optimizer == null ? Defaults.OPTIMIZER : asked.optimizer;
    String schedule = asked.schedule;
    if (schedule == null) {
      boolean own = glyphs && asked.warmup == null && asked.milestones == null;
      schedule = own ? Defaults.GLYPHS_SCHEDULE : Defaults.SCHEDULE;
    }
    int epochs = choice(asked.epochs, glyphs ? Defaults.GLYPHS_EPOCHS : Defaults.EPOCHS);
    int batch = choice(asked.batch, glyphs ? Defaults.GLYPHS_BATCH : Defaults.BATCH);
    requireKnown("optimizer", optimizer, OPTIMIZERS);
    requireKnown("schedule", schedule, SCHEDULES);
    Settings.requireAtLeastOne("--epochs", epochs);
    Settings.requireAtLeastOne("--batch", batch);
    double momentum = momentum(asked, optimizer);
    double lr = asked.lr == null ? defaultRate(optimizer, glyphs) : asked.lr;
    requirePositive("--lr", lr);
    if (asked.clipNorm != null) {
      requirePositive("--clip-norm", asked.clipNorm);
    }
    double decay =
        asked.weightDecay != null
            ? asked.weightDecay
            : optimizer.equals("adamw") ? Defaults.ADAMW_DECAY : 0;
    if (!(decay >= 0 && decay < Double.POSITIVE_INFINITY)) {
      throw new UsageError("--weight-decay must not be negative, got " + asked.weightDecay);
    }
    return new Training(
        epochs,
        batch,
        optimizer,
        lr,
        momentum,
        asked.nesterov,
        decay,
        asked.clipNorm == null ? 0 : asked.clipNorm,
        schedule,
        milestones(asked.milestones, schedule, epochs),
        warmup(asked.warmup, schedule, epochs));
  }

  private static double momentum(CompareOptions.Training asked, String optimizer) {
    boolean sgd = optimizer.equals("sgd");
    if (asked.momentum != null && !sgd && !optimizer.equals("rmsprop")) {
      throw new UsageError(
          "--momentum goes with --optimizer sgd or rmsprop, not with " + optimizer);
    }
    if (asked.nesterov && !sgd) {
      throw new UsageError("--nesterov goes with --optimizer sgd, not with " + optimizer);
    }
    double momentum = asked.momentum == null ? 0 : asked.momentum;
    if (!(momentum >= 0 && momentum < 1)) {
      throw new UsageError("--momentum must be at least 0 and below 1, got " + asked.momentum);
    }
    if (asked.nesterov && momentum == 0) {
      throw new UsageError("--nesterov needs a --momentum");
    }
    return momentum;
  }

  private static int choice(Integer asked, int otherwise) {
    return asked == null ? otherwise : asked;
  }

  private static double defaultRate(String optimizer, boolean glyphs) {
    return switch (optimizer) {
      case "sgd" -> Defaults.SGD_LR;
      case "adagrad", "lamb" -> Defaults.ADAGRAD_LR;
      case "rmsprop" -> Defaults.RMSPROP_LR;
      default -> glyphs ? Defaults.GLYPHS_ADAM_LR : Defaults.ADAM_LR;
    };
  }

  private static void requirePositive(String option, double value) {
    if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
      throw new UsageError(option + " must be a positive number, got " + value);
    }
  }

  private static void requireKnown(String kind, String name, List<String> valid) {
    if (!valid.contains(name)) {
      throw UsageError.unknown(kind, name, valid);
    }
  }

  private static List<Integer> milestones(List<Integer> asked, String schedule, int epochs) {
    if (!schedule.equals("multistep")) {
      if (asked != null) {
        throw new UsageError("--milestones goes with --schedule multistep, not with " + schedule);
      }
      return List.of();
    }
    if (asked == null) {
      return IntStream.of((epochs + 1) / 2, (3 * epochs + 2) / 4)
          .filter(milestone -> milestone < epochs)
          .distinct()
          .boxed()
          .toList();
    }
    for (int milestone : asked) {
      if (milestone < 1 || milestone >= epochs) {
        throw new UsageError(
            "--milestones must be between 1 and "
                + (epochs - 1)
                + " of "
                + epochs
                + " epochs, got "
                + milestone);
      }
    }
    return List.copyOf(asked);
  }

  private static double warmup(Double asked, String schedule, int epochs) {
    if (asked == null) {
      return 0;
    }
    if (schedule.equals("one-cycle")) {
      throw new UsageError("--schedule one-cycle warms up by itself; leave --warmup out");
    }
    if (!(asked > 0 && asked < epochs)) {
      throw new UsageError(
          "--warmup must be more than 0 and less than the "
              + (epochs == 1 ? "1 epoch" : epochs + " epochs")
              + ", got "
              + asked);
    }
    return asked;
  }

  /// {@return the trainer's recipe}
  ///
  /// @param steps the number of batches in an epoch
  Recipe recipe(int steps) {
    Optimizer rule = rule();
    return new Recipe(clipNorm == 0 ? rule : rule.clipNorm(clipNorm), lr, factor(steps), epochs);
  }

  /// A feature that is left out costs nothing, one with the value 0 does.
  private Optimizer rule() {
    boolean decays = weightDecay != 0;
    return switch (optimizer) {
      case "sgd" -> new Sgd(momentum, nesterov, weightDecay);
      case "adam" -> decays ? new Adam().weightDecay(weightDecay) : new Adam();
      case "adamw" -> Adam.w(weightDecay);
      case "rmsprop" -> {
        RmsProp rule = momentum == 0 ? new RmsProp() : new RmsProp().momentum(momentum);
        yield decays ? rule.weightDecay(weightDecay) : rule;
      }
      case "adagrad" -> decays ? new Adagrad().weightDecay(weightDecay) : new Adagrad();
      default -> decays ? new Lamb().weightDecay(weightDecay) : new Lamb();
    };
  }

  /// A schedule that decays to 0 does so in the epochs after the warm-up; milestones are epochs of
  /// the training.
  private Schedule factor(int steps) {
    double falling = epochs - warmup;
    return switch (schedule) {
      case "one-cycle" -> Schedule.oneCycle(epochs, steps);
      case "linear" -> rising().then(warmup, Schedule.linear(1, 0, falling));
      case "cosine" -> rising().then(warmup, Schedule.cosine(falling));
      case "constant" -> rising();
      default -> {
        int[] at = milestones.stream().mapToInt(Integer::intValue).toArray();
        yield rising().times(Schedule.multiStep(Defaults.MULTISTEP_FACTOR, at));
      }
    };
  }

  private Schedule rising() {
    return warmup == 0 ? Schedule.constant() : Schedule.linear(Defaults.WARMUP_FACTOR, 1, warmup);
  }

  /// {@return `adam, lr 0.002 (cosine), batches of 64, 3 epochs`}
  String inWords() {
    String warm = warmup == 0 ? "" : ", warm-up " + warmup;
    return "%s, lr %s (%s%s), batches of %d, %s"
        .formatted(
            optimizer, lr, schedule, warm, batch, epochs == 1 ? "1 epoch" : epochs + " epochs");
  }

  /// {@return the choices by the options' names}
  Map<String, Object> byName() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("epochs", epochs);
    map.put("batch", batch);
    map.put("optimizer", optimizer);
    map.put("lr", lr);
    if (optimizer.equals("sgd") || optimizer.equals("rmsprop")) {
      map.put("momentum", momentum);
    }
    if (optimizer.equals("sgd")) {
      map.put("nesterov", nesterov);
    }
    map.put("weight_decay", weightDecay);
    if (clipNorm != 0) {
      map.put("clip_norm", clipNorm);
    }
    map.put("schedule", schedule);
    if (warmup != 0) {
      map.put("warmup", warmup);
    }
    if (!milestones.isEmpty()) {
      map.put("milestones", milestones);
      map.put("milestone_factor", Defaults.MULTISTEP_FACTOR);
    }
    return map;
  }

  /// Adds the options that give exactly this training.
  void addArguments(List<String> arguments) {
    arguments.addAll(List.of("--epochs", "" + epochs, "--batch", "" + batch));
    arguments.addAll(List.of("--optimizer", optimizer, "--lr", "" + lr));
    if (momentum != 0) {
      arguments.addAll(List.of("--momentum", "" + momentum));
    }
    if (nesterov) {
      arguments.add("--nesterov");
    }
    if (clipNorm != 0) {
      arguments.addAll(List.of("--clip-norm", "" + clipNorm));
    }
    if (warmup != 0) {
      arguments.addAll(List.of("--warmup", "" + warmup));
    }
    arguments.addAll(List.of("--weight-decay", "" + weightDecay, "--schedule", schedule));
    if (!milestones.isEmpty()) {
      List<String> at = milestones.stream().map(String::valueOf).toList();
      arguments.addAll(List.of("--milestones", String.join(",", at)));
    }
  }
}
