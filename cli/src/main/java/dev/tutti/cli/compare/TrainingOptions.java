package dev.tutti.cli.compare;

import dev.tutti.cli.terminal.UsageError;
import dev.tutti.nn.fit.EarlyStopping;
import dev.tutti.nn.fit.Recipe;
import dev.tutti.nn.loss.CrossEntropy;
import dev.tutti.nn.loss.Losses;
import dev.tutti.nn.loss.Objective;
import dev.tutti.nn.loss.Reduction;
import dev.tutti.nn.optim.Adagrad;
import dev.tutti.nn.optim.Adam;
import dev.tutti.nn.optim.Lamb;
import dev.tutti.nn.optim.Optimizer;
import dev.tutti.nn.optim.RmsProp;
import dev.tutti.nn.optim.Schedule;
import dev.tutti.nn.optim.Sgd;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import picocli.CommandLine.Option;

/// How every method is trained.
final class TrainingOptions {
  private static final List<String> OPTIMIZERS =
      List.of("sgd", "adam", "adamw", "rmsprop", "adagrad", "lamb");
  private static final List<String> SCHEDULES =
      List.of("constant", "linear", "cosine", "multistep", "one-cycle");

  private static final List<String> LOSSES = List.of("cross-entropy", "focal");
  private static final double FOCAL_GAMMA = 2;
  private static final Objective FOCAL =
      Objective.mean((logits, y) -> Losses.focal(logits, y, FOCAL_GAMMA, null, Reduction.MEAN));

  static final int EPOCHS = 3;
  static final int BATCH = 64;
  static final double ADAM_LR = 0.002;
  private static final String OPTIMIZER = "adam";
  static final double SGD_LR = 0.05;
  static final double RMSPROP_LR = 0.001;
  static final double ADAGRAD_LR = 0.01;
  static final double ADAMW_DECAY = 0.01;
  private static final String SCHEDULE = "cosine";
  private static final double MULTISTEP_FACTOR = 0.1;
  static final double WARMUP_FACTOR = 0.01; // of the rate, with which a warm-up begins

  // The drawn digits are few, seen often.
  private static final int GLYPHS_EPOCHS = 13;
  private static final int GLYPHS_BATCH = 32;
  private static final double GLYPHS_ADAM_LR = 0.007;
  private static final String GLYPHS_SCHEDULE = "one-cycle";

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description =
          "Passes over the training data (default: "
              + EPOCHS
              + ", for glyphs "
              + GLYPHS_EPOCHS
              + ").")
  Integer epochs;

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = "Examples per step (default: " + BATCH + ", for glyphs " + GLYPHS_BATCH + ").")
  Integer batch;

  @Option(
      names = "--optimizer",
      paramLabel = "NAME",
      description = "sgd, adam, adamw, rmsprop, adagrad or lamb (default: " + OPTIMIZER + ").")
  String optimizer;

  @Option(
      names = "--lr",
      paramLabel = "RATE",
      description =
          "Learning rate (default: "
              + ADAM_LR
              + ", for glyphs "
              + GLYPHS_ADAM_LR
              + "; for sgd "
              + SGD_LR
              + ", for rmsprop "
              + RMSPROP_LR
              + ", for adagrad and lamb "
              + ADAGRAD_LR
              + ").")
  Double lr;

  @Option(names = "--momentum", paramLabel = "MU", description = "Of sgd and rmsprop (default: 0).")
  Double momentum;

  @Option(names = "--nesterov", description = "Nesterov's momentum, of sgd.")
  Boolean nesterov;

  @Option(
      names = "--weight-decay",
      paramLabel = "D",
      description = "On all parameters (default: 0, for adamw " + ADAMW_DECAY + ").")
  Double weightDecay;

  @Option(
      names = "--clip-norm",
      paramLabel = "C",
      description =
          "Scale gradients to this norm at most: each member's own of deep, the whole network's"
              + " of packed and batch (default: not).")
  Double clipNorm;

  @Option(
      names = "--schedule",
      paramLabel = "NAME",
      description =
          "Of the learning rate: constant, linear or cosine (to 0), multistep (times "
              + MULTISTEP_FACTOR
              + " at each milestone) or one-cycle (up to it and down; default: "
              + SCHEDULE
              + ", for glyphs "
              + GLYPHS_SCHEDULE
              + ").")
  String schedule;

  @Option(
      names = "--milestones",
      paramLabel = "E",
      split = ",",
      description =
          "Epochs after which multistep lowers the rate (default: at half and three quarters).")
  List<Integer> milestones;

  @Option(
      names = "--warmup",
      paramLabel = "E",
      description =
          "Epochs, or a part of one, in which the learning rate rises from "
              + WARMUP_FACTOR
              + " of it (default: 0).")
  Double warmup;

  @Option(
      names = "--loss",
      paramLabel = "NAME",
      description =
          "What each member minimises: cross-entropy or focal (with gamma 2; default:"
              + " cross-entropy).")
  String loss;

  @Option(
      names = "--label-smoothing",
      paramLabel = "E",
      description = "Of cross-entropy, at least 0 and below 1 (default: 0).")
  Double labelSmoothing;

  @Option(
      names = "--augment",
      paramLabel = "LIST",
      split = ",",
      description = {
        "Changes of the training images, drawn anew in every epoch (default: none):",
        "crop: shifted by up to an eighth of their height; flip: left to right, every second one;"
            + " affine: turned by 10 degrees, shifted and scaled by a tenth; erasing: a rectangle"
            + " blackened; mixup, cutmix: two mixed, labels too (also rows, mixup)."
      })
  List<String> augment;

  @Option(
      names = "--validation",
      paramLabel = "PART",
      description =
          "Keep this part of the training examples, such as 0.1, to validate after every epoch;"
              + " the best epoch's weights are taken, a deep ensemble's member by member.")
  Double validation;

  @Option(
      names = "--patience",
      paramLabel = "N",
      description = "Stop after N epochs without a better validation loss (default: never).")
  Integer patience;

  private Set<String> asked;
  private Set<String> searched = Set.of(); // of members that differ in it all have it, by 0 too

  /// Checks the choices and makes the defaults; what has no effect beside them becomes null.
  ///
  /// @param glyphs whether it is for the drawn digits, which have defaults of their own
  TrainingOptions resolve(boolean glyphs) {
    asked = Set.copyOf(Options.byName(this).keySet());
    optimizer = or(optimizer, OPTIMIZER);
    boolean own = glyphs && warmup == null && milestones == null;
    schedule = or(schedule, own ? GLYPHS_SCHEDULE : SCHEDULE);
    epochs = or(epochs, glyphs ? GLYPHS_EPOCHS : EPOCHS);
    batch = or(batch, glyphs ? GLYPHS_BATCH : BATCH);
    requireKnown("optimizer", optimizer, OPTIMIZERS);
    requireKnown("schedule", schedule, SCHEDULES);
    Settings.requireAtLeastOne("--epochs", epochs);
    Settings.requireAtLeastOne("--batch", batch);
    resolveMomentum();
    lr = or(lr, defaultRate(glyphs));
    weightDecay = or(weightDecay, optimizer.equals("adamw") ? ADAMW_DECAY : 0.0);
    requireNumbers();
    resolveMilestones();
    requireWarmup();
    requireLoss();
    requireAugment();
    if (validation != null && !(validation > 0 && validation < 1)) {
      throw new UsageError("--validation must be more than 0 and less than 1, got " + validation);
    }
    Settings.requireAtLeastOne("--patience", patience);
    if (patience != null && validation == null) {
      throw new UsageError("--patience needs a --validation part");
    }
    return this;
  }

  /// {@return a copy, with other values of these options}
  TrainingOptions at(Map<String, Double> point) {
    TrainingOptions other = Options.copy(this, new TrainingOptions());
    other.asked = asked;
    other.searched = point.keySet();
    point.forEach((name, value) -> {
      switch (name) {
        case "lr" -> other.lr = value;
        case "weight-decay" -> other.weightDecay = value;
        case "momentum" -> other.momentum = value;
        case "clip-norm" -> other.clipNorm = value;
        default -> throw new IllegalArgumentException(name);
      }
    });
    other.requireNumbers();
    return other;
  }

  private void requireNumbers() {
    requirePositive("--lr", lr);
    if (clipNorm != null) {
      requirePositive("--clip-norm", clipNorm);
    }
    if (!(weightDecay >= 0 && weightDecay < Double.POSITIVE_INFINITY)) {
      throw new UsageError("--weight-decay must not be negative, got " + weightDecay);
    }
    requireMomentum();
  }

  private void requireMomentum() {
    if (momentum != null && !optimizer.equals("sgd") && !optimizer.equals("rmsprop")) {
      throw new UsageError(
          "--momentum goes with --optimizer sgd or rmsprop, not with " + optimizer);
    }
    if (momentum != null && !(momentum >= 0 && momentum < 1)) {
      throw new UsageError("--momentum must be at least 0 and below 1, got " + momentum);
    }
  }

  private static <T> T or(T asked, T otherwise) {
    return asked == null ? otherwise : asked;
  }

  private void resolveMomentum() {
    boolean sgd = optimizer.equals("sgd");
    boolean has = sgd || optimizer.equals("rmsprop");
    requireMomentum();
    if (nesterov != null && !sgd) {
      throw new UsageError("--nesterov goes with --optimizer sgd, not with " + optimizer);
    }
    momentum = has ? or(momentum, 0.0) : null;
    if (nesterov != null && momentum == 0) {
      throw new UsageError("--nesterov needs a --momentum");
    }
    nesterov = sgd ? or(nesterov, false) : null;
  }

  private double defaultRate(boolean glyphs) {
    return switch (optimizer) {
      case "sgd" -> SGD_LR;
      case "adagrad", "lamb" -> ADAGRAD_LR;
      case "rmsprop" -> RMSPROP_LR;
      default -> glyphs ? GLYPHS_ADAM_LR : ADAM_LR;
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

  private void resolveMilestones() {
    if (!schedule.equals("multistep")) {
      if (milestones != null) {
        throw new UsageError("--milestones goes with --schedule multistep, not with " + schedule);
      }
      return;
    }
    if (milestones == null) {
      milestones =
          IntStream.of((epochs + 1) / 2, (3 * epochs + 2) / 4)
              .filter(milestone -> milestone < epochs)
              .distinct()
              .boxed()
              .toList();
    }
    for (int milestone : milestones) {
      if (milestone < 1 || milestone >= epochs) {
        throw new UsageError(
            "--milestones must be between 1 and %d of %d epochs, got %d"
                .formatted(epochs - 1, epochs, milestone));
      }
    }
  }

  private void requireWarmup() {
    if (warmup == null) {
      return;
    }
    if (schedule.equals("one-cycle")) {
      throw new UsageError("--schedule one-cycle warms up by itself; leave --warmup out");
    }
    if (!(warmup > 0 && warmup < epochs)) {
      throw new UsageError(
          "--warmup must be more than 0 and less than the %s, got %s"
              .formatted(epochs == 1 ? "1 epoch" : epochs + " epochs", warmup));
    }
  }

  private void requireAugment() {
    List<String> changes = or(augment, List.of());
    for (String change : changes) {
      requireKnown("change", change, Augmentation.NAMES);
      if (changes.indexOf(change) != changes.lastIndexOf(change)) {
        throw new UsageError("--augment names " + change + " twice");
      }
      if ("focal".equals(loss) && (change.equals("mixup") || change.equals("cutmix"))) {
        throw new UsageError(
            "--loss focal needs one label for each example, --augment " + change + " mixes them");
      }
    }
  }

  private void requireLoss() {
    if (loss != null) {
      requireKnown("loss", loss, LOSSES);
    }
    if (labelSmoothing == null) {
      return;
    }
    if (!(labelSmoothing >= 0 && labelSmoothing < 1)) {
      throw new UsageError(
          "--label-smoothing must be at least 0 and below 1, got " + labelSmoothing);
    }
    if (loss != null && !loss.equals("cross-entropy")) {
      throw new UsageError("--label-smoothing goes with --loss cross-entropy, not with " + loss);
    }
  }

  private Objective objective() {
    if ("focal".equals(loss)) {
      return FOCAL;
    }
    CrossEntropy plain = new CrossEntropy();
    return labelSmoothing == null ? plain : plain.labelSmoothing(labelSmoothing);
  }

  /// {@return when to stop on the validation part}
  EarlyStopping stopping() {
    return patience == null ? EarlyStopping.never() : new EarlyStopping(patience);
  }

  /// {@return the trainer's recipe}
  ///
  /// @param steps the number of batches in an epoch
  Recipe recipe(int steps) {
    Optimizer rule = rule();
    return new Recipe(clipNorm == null ? rule : rule.clipNorm(clipNorm), lr, factor(steps), epochs)
        .objective(objective());
  }

  /// A feature that is left out costs nothing, one with the value 0 does.
  private Optimizer rule() {
    boolean decaying = searched.contains("weight-decay") || weightDecay != 0;
    boolean moving = searched.contains("momentum") || momentum != null && momentum != 0;
    return switch (optimizer) {
      case "sgd" -> {
        Sgd rule = moving ? new Sgd().momentum(momentum).nesterov(nesterov) : new Sgd();
        yield decaying ? rule.weightDecay(weightDecay) : rule;
      }
      case "adam" -> decaying ? new Adam().weightDecay(weightDecay) : new Adam();
      case "adamw" -> Adam.w(weightDecay);
      case "rmsprop" -> {
        RmsProp rule = moving ? new RmsProp().momentum(momentum) : new RmsProp();
        yield decaying ? rule.weightDecay(weightDecay) : rule;
      }
      case "adagrad" -> decaying ? new Adagrad().weightDecay(weightDecay) : new Adagrad();
      default -> decaying ? new Lamb().weightDecay(weightDecay) : new Lamb();
    };
  }

  /// A schedule that decays to 0 does so in the epochs after the warm-up; milestones are epochs of
  /// the training.
  private Schedule factor(int steps) {
    double rise = or(warmup, 0.0);
    double falling = epochs - rise;
    Schedule rising = rise == 0 ? Schedule.constant() : Schedule.linear(WARMUP_FACTOR, 1, rise);
    return switch (schedule) {
      case "one-cycle" -> Schedule.oneCycle(epochs, steps);
      case "linear" -> rising.then(rise, Schedule.linear(1, 0, falling));
      case "cosine" -> rising.then(rise, Schedule.cosine(falling));
      case "constant" -> rising;
      default -> {
        int[] at = or(milestones, List.<Integer>of()).stream().mapToInt(i -> i).toArray();
        yield rising.times(Schedule.multiStep(MULTISTEP_FACTOR, at));
      }
    };
  }

  /// {@return `adam, lr 0.002 (cosine), batches of 64, 3 epochs`, and what else was chosen}
  String inWords() {
    return inWords("lr {lr}");
  }

  /// {@return the same with other words for the learning rate}
  String inWords(String rate) {
    String warm = warmup == null ? "" : ", warm-up {warmup}";
    String template =
        "{optimizer}, " + rate + " ({schedule}" + warm + "), batches of {batch}, {epochs} epoch";
    return Options.inWords(this, template + (epochs == 1 ? "" : "s"), asked);
  }
}
