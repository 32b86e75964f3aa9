package dev.tutti.cli.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tutti.nn.fit.Recipe;
import dev.tutti.nn.optim.Adagrad;
import dev.tutti.nn.optim.Adam;
import dev.tutti.nn.optim.Lamb;
import dev.tutti.nn.optim.Optimizer;
import dev.tutti.nn.optim.RmsProp;
import dev.tutti.nn.optim.Sgd;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class TrainingTest {
  private static TrainingOptions training(String... options) {
    TrainingOptions asked = new TrainingOptions();
    new CommandLine(asked).parseArgs(options);
    return asked.resolve(false);
  }

  /// The text of an optimiser names its features and shows its values.
  private static void same(Optimizer expected, Recipe recipe) {
    assertEquals(expected.toString(), recipe.optimizer().toString());
  }

  @Test
  void theDefaultIsAdamWithACosine() {
    TrainingOptions training = training();
    Recipe recipe = training.recipe(10);
    same(new Adam(), recipe);
    assertEquals(List.of(TrainingOptions.ADAM_LR), recipe.lr());
    assertEquals(TrainingOptions.EPOCHS, recipe.epochs());
    assertEquals(TrainingOptions.BATCH, training.batch);
    assertEquals(1, recipe.schedules().getFirst().factor(0));
    assertEquals(0.5, recipe.schedules().getFirst().factor(TrainingOptions.EPOCHS / 2.0), 1e-12);
  }

  @Test
  void wordsNameTheChoices() {
    assertEquals(
        "adamw, lr 0.5 (constant), batches of 7, 1 epoch",
        training("--optimizer=adamw", "--lr=.5", "--schedule=constant", "--batch=7", "--epochs=1")
            .inWords());
  }

  @Test
  void everyOptionReachesTheRecipe() {
    Recipe sgd =
        training(
                "--optimizer=sgd",
                "--lr=0.1",
                "--momentum=0.9",
                "--nesterov",
                "--weight-decay=0.01",
                "--epochs=7",
                "--schedule=constant")
            .recipe(10);
    same(new Sgd(0.9, true, 0.01), sgd);
    assertEquals(List.of(0.1), sgd.lr());
    assertEquals(7, sgd.epochs());
    assertEquals(1, sgd.schedules().getFirst().factor(6.9));
    assertEquals(List.of(TrainingOptions.SGD_LR), training("--optimizer=sgd").recipe(10).lr());
    same(new Sgd(), training("--optimizer=sgd").recipe(10));
    same(Adam.w(TrainingOptions.ADAMW_DECAY), training("--optimizer=adamw").recipe(10));
    same(Adam.w(0.5), training("--optimizer=adamw", "--weight-decay=0.5").recipe(10));
    same(new Adam().weightDecay(0.5), training("--weight-decay=0.5").recipe(10));
  }

  @Test
  void multistepLowersTheRateAtItsMilestones() {
    Recipe recipe = training("--schedule=multistep", "--milestones=1,2", "--epochs=4").recipe(10);
    assertEquals(1, recipe.schedules().getFirst().factor(0.99));
    assertEquals(0.1, recipe.schedules().getFirst().factor(1), 1e-15);
    assertEquals(0.01, recipe.schedules().getFirst().factor(3), 1e-15);
  }

  @Test
  void theOtherOptimisersTakeWhatTheyKnow() {
    same(new RmsProp(), training("--optimizer=rmsprop").recipe(10));
    same(
        new RmsProp().momentum(0.9).weightDecay(0.1),
        training("--optimizer=rmsprop", "--momentum=0.9", "--weight-decay=0.1").recipe(10));
    same(new Adagrad(), training("--optimizer=adagrad").recipe(10));
    same(
        new Adagrad().weightDecay(0.1),
        training("--optimizer=adagrad", "--weight-decay=0.1").recipe(10));
    same(new Lamb(), training("--optimizer=lamb").recipe(10));
    same(
        new Lamb().weightDecay(0.1).clipNorm(2),
        training("--optimizer=lamb", "--weight-decay=0.1", "--clip-norm=2").recipe(10));
    assertEquals(
        List.of(TrainingOptions.RMSPROP_LR), training("--optimizer=rmsprop").recipe(10).lr());
  }

  private static double factor(double epoch, String... options) {
    return training(options).recipe(10).schedules().getFirst().factor(epoch);
  }

  @Test
  void schedulesFallBehindTheWarmUp() {
    assertEquals(0.75, factor(1, "--schedule=linear", "--epochs=4"), 1e-12);
    String[] warm = {"--schedule=linear", "--epochs=5", "--warmup=1"};
    assertEquals(TrainingOptions.WARMUP_FACTOR, factor(0, warm), 1e-12);
    assertEquals((1 + TrainingOptions.WARMUP_FACTOR) / 2, factor(0.5, warm), 1e-12);
    assertEquals(1, factor(1, warm), 1e-12);
    assertEquals(0.5, factor(3, warm), 1e-12);
    assertEquals(0.5, factor(3, "--schedule=cosine", "--epochs=5", "--warmup=1"), 1e-12);
    assertEquals(1, factor(4, "--schedule=constant", "--epochs=5", "--warmup=0.5"), 1e-12);
    String[] steps = {"--schedule=multistep", "--milestones=2", "--epochs=5", "--warmup=1"};
    assertEquals(1, factor(1.9, steps), 1e-12);
    assertEquals(0.1, factor(2, steps), 1e-12);
  }

  /// 30 of 100 steps go up, as PyTorch's `OneCycleLR` counts them.
  @Test
  void oneCycleKnowsTheSteps() {
    String[] options = {"--schedule=one-cycle", "--epochs=10"};
    assertEquals(1 / 25.0, factor(0, options), 1e-12);
    assertEquals(1, factor(2.9, options), 1e-12);
    assertEquals(1 / 25e4, factor(9.9, options), 1e-12);
  }

  @Test
  void argumentsAskForTheSameAgain() {
    TrainingOptions asked =
        training("--optimizer=rmsprop", "--clip-norm=2", "--warmup=0.5", "--momentum=0.5");
    List<String> arguments = Options.arguments(asked);
    TrainingOptions again = training(arguments.toArray(String[]::new));
    assertEquals(Options.byName(asked), Options.byName(again));
    assertEquals(2.0, Options.byName(asked).get("clip_norm"));
    assertEquals(0.5, Options.byName(asked).get("warmup"));
    assertEquals(0.5, Options.byName(asked).get("momentum"));
    assertEquals(
        "rmsprop, lr 0.001 (cosine, warm-up 0.5), batches of 64, 3 epochs, momentum 0.5, clip norm"
            + " 2.0",
        asked.inWords());
  }

  @ParameterizedTest
  @CsvSource({"1, ''", "2, 1", "3, 2", "4, 2 3", "8, 4 6", "100, 50 75"})
  void milestonesAreAtHalfAndThreeQuarters(int epochs, String milestones) {
    TrainingOptions training = training("--schedule=multistep", "--epochs=" + epochs);
    List<String> words = training.milestones.stream().map(String::valueOf).toList();
    assertEquals(milestones, String.join(" ", words));
  }

  private static TrainingOptions drawn(String... options) {
    TrainingOptions asked = new TrainingOptions();
    new CommandLine(asked).parseArgs(options);
    return asked.resolve(true);
  }

  /// The drawn digits have defaults of their own, each of which an option replaces.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "|adam, lr 0.007 (one-cycle), batches of 32, 13 epochs",
        "--epochs=2|adam, lr 0.007 (one-cycle), batches of 32, 2 epochs",
        "--batch=9|adam, lr 0.007 (one-cycle), batches of 9, 13 epochs",
        "--lr=0.1|adam, lr 0.1 (one-cycle), batches of 32, 13 epochs",
        "--optimizer=adamw|adamw, lr 0.007 (one-cycle), batches of 32, 13 epochs",
        "--optimizer=sgd|sgd, lr 0.05 (one-cycle), batches of 32, 13 epochs",
        "--schedule=linear|adam, lr 0.007 (linear), batches of 32, 13 epochs",
        "--warmup=2|adam, lr 0.007 (cosine, warm-up 2.0), batches of 32, 13 epochs",
      })
  void drawnDigitsHaveTheirOwnDefaults(String option, String words) {
    assertEquals(words, (option == null ? drawn() : drawn(option)).inWords());
  }
}
