package dev.tutti.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tutti.ensembles.train.Recipe;
import dev.tutti.nn.optim.Adam;
import dev.tutti.nn.optim.Optimizer;
import dev.tutti.nn.optim.Sgd;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class TrainingTest {
  private static Training training(String... options) {
    CompareOptions.Training asked = new CompareOptions.Training();
    new CommandLine(asked).parseArgs(options);
    return Training.of(asked);
  }

  /// The text of an optimiser names its features and shows its values.
  private static void same(Optimizer expected, Recipe recipe) {
    assertEquals(expected.toString(), recipe.optimizer().toString());
  }

  @Test
  void theDefaultIsAdamWithACosine() {
    Training training = training();
    Recipe recipe = training.recipe();
    same(new Adam(), recipe);
    assertEquals(List.of(Defaults.ADAM_LR), recipe.lr());
    assertEquals(Defaults.EPOCHS, recipe.epochs());
    assertEquals(Defaults.BATCH, training.batch());
    assertEquals(1, recipe.schedules().getFirst().factor(0));
    assertEquals(0.5, recipe.schedules().getFirst().factor(Defaults.EPOCHS / 2.0), 1e-12);
  }

  @Test
  void wordsNameTheChoices() {
    assertEquals(
        "adamw, lr 0.5 (constant), batch 7, 1 epoch",
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
            .recipe();
    same(new Sgd(0.9, true, 0.01), sgd);
    assertEquals(List.of(0.1), sgd.lr());
    assertEquals(7, sgd.epochs());
    assertEquals(1, sgd.schedules().getFirst().factor(6.9));
    assertEquals(List.of(Defaults.SGD_LR), training("--optimizer=sgd").recipe().lr());
    same(new Sgd(), training("--optimizer=sgd").recipe());
    same(Adam.w(Defaults.ADAMW_DECAY), training("--optimizer=adamw").recipe());
    same(Adam.w(0.5), training("--optimizer=adamw", "--weight-decay=0.5").recipe());
    same(new Adam().weightDecay(0.5), training("--weight-decay=0.5").recipe());
  }

  @Test
  void multistepLowersTheRateAtItsMilestones() {
    Recipe recipe = training("--schedule=multistep", "--milestones=1,2", "--epochs=4").recipe();
    assertEquals(1, recipe.schedules().getFirst().factor(0.99));
    assertEquals(0.1, recipe.schedules().getFirst().factor(1), 1e-15);
    assertEquals(0.01, recipe.schedules().getFirst().factor(3), 1e-15);
  }

  @ParameterizedTest
  @CsvSource({"1, ''", "2, 1", "3, 2", "4, 2 3", "8, 4 6", "100, 50 75"})
  void milestonesAreAtHalfAndThreeQuarters(int epochs, String milestones) {
    Training training = training("--schedule=multistep", "--epochs=" + epochs);
    List<String> words = training.milestones().stream().map(String::valueOf).toList();
    assertEquals(milestones, String.join(" ", words));
  }
}
