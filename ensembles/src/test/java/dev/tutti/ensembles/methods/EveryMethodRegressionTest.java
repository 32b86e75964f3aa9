package dev.tutti.ensembles.methods;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.engine.Key;
import dev.tutti.engine.Tensor;
import dev.tutti.ensembles.Ensemble;
import dev.tutti.ensembles.metrics.MixturePredictions;
import dev.tutti.ensembles.train.Evaluator;
import dev.tutti.ensembles.train.Tasks;
import dev.tutti.ensembles.train.Trainer;
import dev.tutti.nn.data.Batches;
import dev.tutti.nn.data.Dataset;
import dev.tutti.nn.fit.Recipe;
import dev.tutti.nn.loss.EvidentialRegression;
import dev.tutti.nn.loss.GaussianNll;
import dev.tutti.nn.loss.LaplaceNll;
import dev.tutti.nn.loss.NormalInverseGamma;
import dev.tutti.nn.loss.Objective;
import dev.tutti.nn.loss.QuantileLoss;
import dev.tutti.nn.loss.StudentTNll;
import dev.tutti.nn.optim.Adam;
import dev.tutti.nn.optim.Schedule;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Every method with every head for regression: its likelihood grows by training. The networks of
/// the table have four outputs, of which a head takes what it needs.
class EveryMethodRegressionTest {
  private static final Dataset IMAGES = Tasks.quadrants(40, MethodRow.IMAGE);
  private static final Dataset DATA = IMAGES.withTargets(targets());

  private static Tensor targets() {
    float[] targets = new float[40];
    for (int i = 0; i < 40; i++) {
      targets[i] = IMAGES.label(i) - 1.5f;
    }
    return Tensor.of(targets);
  }

  /// @param predicted what outputs predict; null for quantiles, which have no likelihood
  record Head(String name, Objective objective, Function<Tensor, MixturePredictions> predicted) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Objective first(int outputs, Objective of) {
    return Objective.mean((o, y) -> of.of(o.slice(-1, 0, outputs), y));
  }

  private static Tensor cut(Tensor outputs, int n) {
    return outputs.slice(-1, 0, n);
  }

  private static List<Head> heads() {
    GaussianNll gaussian = new GaussianNll();
    LaplaceNll laplace = new LaplaceNll();
    StudentTNll student = new StudentTNll();
    return List.of(
        new Head("gaussian", first(2, gaussian), o -> MixturePredictions.of(gaussian, cut(o, 2))),
        new Head("laplace", first(2, laplace), o -> MixturePredictions.of(laplace, cut(o, 2))),
        new Head("student t", first(3, student), o -> MixturePredictions.of(student, cut(o, 3))),
        new Head(
            "evidential",
            new EvidentialRegression(),
            o -> MixturePredictions.of(NormalInverseGamma.of(o))),
        new Head("quantiles", new QuantileLoss(0.1, 0.4, 0.6, 0.9), null));
  }

  static Stream<Arguments> rows() {
    return MethodRow.all().stream()
        .flatMap(method -> heads().stream().map(head -> Arguments.of(method, head)));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void trainingHelps(MethodRow method, Head head) {
    Ensemble start = method.start().apply(Key.of(1));
    Recipe recipe = new Recipe(new Adam(), 0.01, Schedule.constant(), 3).objective(head.objective);
    Batches batches = Batches.of(DATA, 8).shuffled(Key.of(2)).transformed(Tasks.normalized());
    Ensemble end = new Trainer(recipe).fit(start, batches);
    assertTrue(loss(head, end) < loss(head, start), loss(head, end) + " < " + loss(head, start));
  }

  private static double loss(Head head, Ensemble e) {
    Batches test = Batches.of(DATA, 40).transformed(Tasks.normalized());
    Tensor outputs = Evaluator.logits(e, test);
    assertEquals(e.members(), outputs.dim(0));
    Tensor y = test.batch(0, 0).targets();
    if (head.predicted == null) {
      return head.objective.of(outputs.mean(0), y).item(); // the mean of members' quantiles
    }
    return head.predicted.apply(outputs).nll(y.toDoubles());
  }
}
