package dev.tutti.cli;

import dev.tutti.ensembles.train.Recipe;
import dev.tutti.nn.optim.Adam;
import dev.tutti.nn.optim.Optimizer;
import dev.tutti.nn.optim.Schedule;
import dev.tutti.nn.optim.Sgd;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// How every method is trained, all choices made.
///
/// @param optimizer `sgd`, `adam` or `adamw`
/// @param schedule `constant`, `cosine` or `multistep`
/// @param milestones the epochs after which `multistep` lowers the rate; empty for the others
record Training(
    int epochs,
    int batch,
    String optimizer,
    double lr,
    double momentum,
    boolean nesterov,
    double weightDecay,
    String schedule,
    List<Integer> milestones) {
  private static final List<String> OPTIMIZERS = List.of("sgd", "adam", "adamw");
  private static final List<String> SCHEDULES = List.of("constant", "cosine", "multistep");

  /// Completes and checks what the command line says.
  static Training of(CompareOptions.Training asked) {
    String optimizer = asked.optimizer == null ? Defaults.OPTIMIZER : asked.optimizer;
    String schedule = asked.schedule == null ? Defaults.SCHEDULE : asked.schedule;
    int epochs = asked.epochs == null ? Defaults.EPOCHS : asked.epochs;
    int batch = asked.batch == null ? Defaults.BATCH : asked.batch;
    requireKnown("optimizer", optimizer, OPTIMIZERS);
    requireKnown("schedule", schedule, SCHEDULES);
    Settings.requireAtLeastOne("--epochs", epochs);
    Settings.requireAtLeastOne("--batch", batch);
    boolean sgd = optimizer.equals("sgd");
    if (!sgd && (asked.momentum != null || asked.nesterov)) {
      throw new UsageError(
          (asked.momentum != null ? "--momentum" : "--nesterov")
              + " goes with --optimizer sgd, not with "
              + optimizer);
    }
    double momentum = asked.momentum == null ? 0 : asked.momentum;
    if (!(momentum >= 0 && momentum < 1)) {
      throw new UsageError("--momentum must be at least 0 and below 1, got " + asked.momentum);
    }
    if (asked.nesterov && momentum == 0) {
      throw new UsageError("--nesterov needs a --momentum");
    }
    double lr = asked.lr != null ? asked.lr : sgd ? Defaults.SGD_LR : Defaults.ADAM_LR;
    if (!(lr > 0 && lr < Double.POSITIVE_INFINITY)) {
      throw new UsageError("--lr must be a positive number, got " + asked.lr);
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
        schedule,
        milestones(asked.milestones, schedule, epochs));
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
            "--milestones must lie between 1 and "
                + (epochs - 1)
                + " of "
                + epochs
                + " epochs, got "
                + milestone);
      }
    }
    return List.copyOf(asked);
  }

  Recipe recipe() {
    Optimizer rule =
        switch (optimizer) {
          case "sgd" -> new Sgd(momentum, nesterov, weightDecay);
          case "adam" -> weightDecay == 0 ? new Adam() : new Adam().weightDecay(weightDecay);
          default -> Adam.w(weightDecay);
        };
    Schedule factor =
        switch (schedule) {
          case "constant" -> Schedule.constant();
          case "cosine" -> Schedule.cosine(epochs);
          default -> {
            int[] at = milestones.stream().mapToInt(Integer::intValue).toArray();
            yield Schedule.multiStep(Defaults.MULTISTEP_FACTOR, at);
          }
        };
    return new Recipe(rule, lr, factor, epochs);
  }

  /// {@return `adam, lr 0.002 (cosine), batch 64, 3 epochs`}
  String inWords() {
    return "%s, lr %s (%s), batch %d, %s"
        .formatted(optimizer, lr, schedule, batch, epochs == 1 ? "1 epoch" : epochs + " epochs");
  }

  /// {@return the choices by the options' names}
  Map<String, Object> byName() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("epochs", epochs);
    map.put("batch", batch);
    map.put("optimizer", optimizer);
    map.put("lr", lr);
    if (optimizer.equals("sgd")) {
      map.put("momentum", momentum);
      map.put("nesterov", nesterov);
    }
    map.put("weight_decay", weightDecay);
    map.put("schedule", schedule);
    if (!milestones.isEmpty()) {
      map.put("milestones", milestones);
      map.put("milestone_factor", Defaults.MULTISTEP_FACTOR);
    }
    return map;
  }

  /// Adds the options that ask for just this.
  void addArguments(List<String> arguments) {
    arguments.addAll(List.of("--epochs", "" + epochs, "--batch", "" + batch));
    arguments.addAll(List.of("--optimizer", optimizer, "--lr", "" + lr));
    if (momentum != 0) {
      arguments.addAll(List.of("--momentum", "" + momentum));
    }
    if (nesterov) {
      arguments.add("--nesterov");
    }
    arguments.addAll(List.of("--weight-decay", "" + weightDecay, "--schedule", schedule));
    if (!milestones.isEmpty()) {
      List<String> at = milestones.stream().map(String::valueOf).toList();
      arguments.addAll(List.of("--milestones", String.join(",", at)));
    }
  }
}
