package dev.tutti.examples;

import static dev.tutti.ensembles.metrics.Classification.accuracy;
import static dev.tutti.ensembles.metrics.Classification.brier;
import static dev.tutti.ensembles.metrics.Classification.meanMemberAccuracy;
import static dev.tutti.ensembles.metrics.Classification.meanMemberBrier;
import static dev.tutti.ensembles.metrics.Classification.meanMemberNll;
import static dev.tutti.ensembles.metrics.Classification.nll;

import dev.tutti.engine.Key;
import dev.tutti.ensembles.DeepEnsemble;
import dev.tutti.ensembles.Ensemble;
import dev.tutti.ensembles.metrics.Calibration;
import dev.tutti.ensembles.metrics.OutOfDistribution;
import dev.tutti.ensembles.metrics.Predictions;
import dev.tutti.ensembles.metrics.Uncertainty;
import dev.tutti.ensembles.train.Evaluator;
import dev.tutti.ensembles.train.Trainer;
import dev.tutti.nn.data.Batches;
import dev.tutti.nn.data.Dataset;
import dev.tutti.nn.data.Transform;
import dev.tutti.nn.data.glyph.Glyphs;
import dev.tutti.nn.fit.Progress;
import dev.tutti.nn.fit.Recipe;
import dev.tutti.nn.models.Mlp;
import dev.tutti.nn.optim.Adam;
import dev.tutti.nn.optim.Schedule;
import java.util.Arrays;

/// A deep ensemble: trained, measured, and shown something that it has never seen.
///
/// Five networks learn to read drawn digits. Each starts from its own random weights, so each ends
/// with different ones. On inputs like the training data they agree; on others they need not. Their
/// disagreement is an estimate of what the ensemble does not know.
public final class Example04Ensemble {
  private static final int MEMBERS = 5;

  /// Pixels shifted and scaled to mean 0 and standard deviation 1, which makes training faster.
  private static final Transform NORMALIZED =
      Transform.normalize(new float[] {Glyphs.MEAN}, new float[] {Glyphs.STD});

  private Example04Ensemble() {}

  /// Runs the example: some seconds on two cores.
  public static void main(String... args) {
    run(5000, 6);
  }

  /// Trains on `images` digits for some epochs and prints what came of it.
  static void run(int images, int epochs) {
    DeepEnsemble ensemble = train(images, epochs);
    Dataset test = Glyphs.digits(1000, 2); // another seed than the training data: other images
    Dataset strange = Glyphs.nonDigits(1000, 2); // letters, arrows, stars: no digit is right
    Predictions digits = predict(ensemble, test);
    Predictions signs = predict(ensemble, strange);
    printQuality(digits, test.labels());
    printDisagreement(test, digits, strange, signs);
  }

  private static DeepEnsemble train(int images, int epochs) {
    Key key = Key.of(42);

    // Five networks 784-64-64-10 in one: every weight has a leading axis of 5. Member m is the
    // network that it would be alone, from child m of the key.
    DeepEnsemble start = DeepEnsemble.init(key.fold(0), MEMBERS, k -> Mlp.init(k, 28 * 28, 64, 10));

    // All members see the same batches of 50, in an order that the key gives anew for every epoch.
    Batches batches =
        Batches.of(Glyphs.digits(images, 1), 50).shuffled(key.fold(1)).transformed(NORMALIZED);

    // Adam with a learning rate that falls from 0.003 to 0 along half a cosine. Each member follows
    // the gradient of its own loss; the members are dealt out to the cores.
    Recipe recipe = new Recipe(new Adam(), 0.003, Schedule.cosine(epochs), epochs);
    Progress.Listener afterEachEpoch =
        p -> {
          if (p.step() == p.steps()) {
            System.out.printf("epoch %d/%d%n", p.epoch() + 1, p.epochs());
          }
        };
    return new Trainer(recipe, afterEachEpoch).fit(start, batches);
  }

  /// How good is it? The ensemble predicts the mean of the members' probabilities.
  private static void printQuality(Predictions p, int[] labels) {
    double ece = 0;
    for (int m = 0; m < MEMBERS; m++) {
      ece += Calibration.ece(p.member(m), labels) / MEMBERS;
    }
    System.out.println();
    System.out.println("               members on average   ensemble");
    row("accuracy", meanMemberAccuracy(p, labels), accuracy(p, labels));
    row("NLL (nats)", meanMemberNll(p, labels), nll(p, labels));
    row("Brier score", meanMemberBrier(p, labels), brier(p, labels));
    row("ECE", ece, Calibration.ece(p, labels));
    System.out.println();
  }

  private static void row(String name, double members, double ensemble) {
    System.out.printf("%-14s %18.3f %10.3f%n", name, members, ensemble);
  }

  /// What does it say if no answer is right? Mutual information, in nats, is the part of the
  /// uncertainty that comes from the members' disagreement; AUROC is how often it is larger for a
  /// non-digit than for a digit.
  private static void printDisagreement(
      Dataset test, Predictions digits, Dataset strange, Predictions signs) {
    double[] known = Uncertainty.mutualInformationPerSample(digits);
    double[] unknown = Uncertainty.mutualInformationPerSample(signs);
    System.out.printf(
        "mutual information: digits %.3f, non-digits %.3f; AUROC %.3f%n%n",
        Arrays.stream(known).average().orElseThrow(),
        Arrays.stream(unknown).average().orElseThrow(),
        OutOfDistribution.auroc(known, unknown));

    int most = 0;
    int least = 0;
    for (int i = 1; i < unknown.length; i++) {
      most = unknown[i] > unknown[most] ? i : most;
      least = unknown[i] < unknown[least] ? i : least;
    }
    show("a digit", test, 0, digits);
    show("the non-digit on which the members disagree most", strange, most, signs);
    show("the non-digit on which they disagree least", strange, least, signs);
  }

  /// Every member's class probabilities for every image, `[M, N, C]`.
  private static Predictions predict(Ensemble ensemble, Dataset data) {
    return Evaluator.predictions(ensemble, Batches.of(data, 250).transformed(NORMALIZED));
  }

  /// Prints an image and what the ensemble makes of it.
  private static void show(String what, Dataset data, int i, Predictions p) {
    float[] pixels = new float[data.elements()];
    data.read(i, pixels, 0);
    System.out.println(what + ":");
    for (int y = 0; y < 28; y += 2) { // a character is about twice as high as wide
      StringBuilder line = new StringBuilder("  ");
      for (int x = 0; x < 28; x++) {
        float ink = (pixels[y * 28 + x] + pixels[(y + 1) * 28 + x]) / 2;
        line.append(" .:*#".charAt(Math.min(4, (int) (ink * 5))));
      }
      System.out.println(line.toString().stripTrailing());
    }
    System.out.print("  members say");
    for (int m = 0; m < MEMBERS; m++) {
      Predictions one = p.member(m);
      System.out.printf("  %d (%.2f)", one.predictedClasses()[i], one.confidences()[i]);
    }
    System.out.printf(
        "%n  ensemble says %d (%.2f), mutual information %.3f%n%n",
        p.predictedClasses()[i], p.confidences()[i], Uncertainty.mutualInformationPerSample(p)[i]);
  }
}
