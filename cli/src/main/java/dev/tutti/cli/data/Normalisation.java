package dev.tutti.cli.data;

import dev.tutti.nn.data.Dataset;
import dev.tutti.nn.data.StandardScaler;
import dev.tutti.nn.data.Transform;
import dev.tutti.nn.data.glyph.Glyphs;
import java.util.Arrays;

/// The shift and scale of every value before it enters a network: `(x − mean) / std` per channel of
/// an image, per column of a table.
///
/// @param origin `constants` for the customary figures of a known set, `training data` if they were
///   measured on it
public record Normalisation(float[] mean, float[] std, String origin) {

  /// {@return the set's customary figures, else those of the training data}
  public static Normalisation of(DataSource.Kind kind, Dataset train) {
    return switch (kind) {
      case GLYPHS, NON_DIGITS -> constants(1, Glyphs.MEAN, Glyphs.STD);
      case MNIST -> constants(1, 0.1307f, 0.3081f);
      case FASHION_MNIST -> constants(1, 0.2860f, 0.3530f);
      case CIFAR10 -> constants(3, 0.4914f, 0.4822f, 0.4465f, 0.2470f, 0.2435f, 0.2616f);
      // Over all 27,000 images.
      case EUROSAT -> constants(3, 0.3444f, 0.3803f, 0.4078f, 0.2027f, 0.1369f, 0.1156f);
      case FOLDER, CSV -> measured(train);
    };
  }

  private static Normalisation constants(int channels, float... meansThenStds) {
    return new Normalisation(
        Arrays.copyOf(meansThenStds, channels),
        Arrays.copyOfRange(meansThenStds, channels, 2 * channels),
        "constants");
  }

  private static Normalisation measured(Dataset train) {
    StandardScaler scaler = StandardScaler.fit(train);
    return new Normalisation(scaler.mean().toFloats(), scaler.scale().toFloats(), "training data");
  }

  public Transform transform() {
    return Transform.normalize(mean, std);
  }
}
