package dev.tutti.nn.data.image;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tutti.nn.data.Box;
import dev.tutti.nn.data.FloatImage;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The kernels of the image transforms compared with torchvision's numbers, which `augmentation.py`
/// among the test resources wrote.
class TorchvisionTest {
  /// Both compute in float32 with values up to 1: a few roundings of 6e-8, and for maps of
  /// coordinates up to 20 pixels a few of 2⁻²⁰ pixels, each worth at most one grey value.
  private static final double ROUNDINGS = 5e-6;

  static Stream<String> cases() throws IOException {
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(
                TorchvisionTest.class.getResourceAsStream("augmentation.txt"),
                StandardCharsets.UTF_8))) {
      return in.lines().toList().stream();
    }
  }

  private static FloatImage image(int h, int w, int c) {
    FloatImage image = FloatImage.zeros(h, w, c);
    for (int k = 0; k < image.values().length; k++) {
      image.values()[k] = (float) ((k * 37 + 11) % 101 / 100.0);
    }
    return image;
  }

  private static FloatImage colour() {
    FloatImage image = image(5, 4, 3);
    float[] first = {.4f, .4f, .4f, 0, 0, 0, 1, 0, 0, .2f, .7f, .7f};
    System.arraycopy(first, 0, image.values(), 0, first.length);
    return image;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void kernelsGiveTorchvisionsNumbers(String line) {
    String[] words = line.split(" ");
    String[] name = words[0].split("/");
    double[] a = new double[name.length];
    for (int k = 0; k < a.length; k++) {
      a[k] = name[k].matches("[a-z_]+") ? 0 : Double.parseDouble(name[k]);
    }
    double[] expected = Arrays.stream(words).skip(1).mapToDouble(Double::parseDouble).toArray();
    FloatImage x = image(6, 7, 2);
    int kernel = (int) a[1];
    int second = a.length > 2 ? (int) a[2] : 0;
    FloatImage got =
        switch (name[0]) {
          case "affine" -> Warp.of(a[1], a[2], a[3], a[4], a[5], a[6]).of(x);
          case "rotate" -> Warp.of(-a[1], 0, 0, 1, 0, 0).of(x);
          case "resize" -> Resampling.BILINEAR.resize(x, kernel, second);
          case "center_crop" -> x.middle(kernel, second);
          case "gaussian_blur" -> Filter.gaussian(x, kernel / 2, a[2], Filter.Border.REFLECT);
          case "erase" -> x.filled(new Box(1, 2, 3, 4), 0.25f);
          case "colour" -> adjusted(name[1], colour(), (float) a[2]);
          case "grey" -> adjusted(name[1], image(5, 4, 1), (float) a[2]);
          default -> throw new AssertionError(words[0]);
        };
    float[] values = got.values();
    assertEquals(expected.length, values.length);
    for (int k = 0; k < values.length; k++) {
      assertEquals(expected[k], values[k], ROUNDINGS, words[0] + ", value " + k);
    }
  }

  private static FloatImage adjusted(String what, FloatImage image, float factor) {
    return switch (what) {
      case "brightness" -> Colour.brightness(image, factor);
      case "contrast" -> Colour.contrast(image, factor);
      case "saturation" -> Colour.saturation(image, factor);
      case "hue" -> Colour.hue(image, factor);
      default -> throw new AssertionError(what);
    };
  }
}
