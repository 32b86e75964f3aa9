package dev.tutti.nn.models;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tutti.engine.Key;
import dev.tutti.engine.Shape;
import dev.tutti.nn.Layer;
import dev.tutti.nn.io.StateDict;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Names and shapes of all tensors and numbers of parameters: torchvision's. No weights are drawn.
class TorchvisionTest {
  private static final Shape IMAGE = Shape.of(224, 224, 3);

  private static final Map<String, Function<Key, Layer>> NETWORKS =
      Map.of(
          "resnet18", k -> ResNet.resnet18().init(k, IMAGE, 1000),
          "resnet34", k -> ResNet.resnet34().init(k, IMAGE, 1000),
          "resnet50", k -> ResNet.resnet50().init(k, IMAGE, 1000),
          "vgg11", k -> Vgg.vgg11().init(k, IMAGE, 1000),
          "vgg11_bn", k -> Vgg.vgg11().batchNorm(true).init(k, IMAGE, 1000),
          "vgg16", k -> Vgg.vgg16().init(k, IMAGE, 1000),
          "vgg16_bn", k -> Vgg.vgg16().batchNorm(true).init(k, IMAGE, 1000));

  /// The multiply-adds that torchvision documents.
  @ParameterizedTest
  @CsvSource({"resnet34, 3.664", "vgg11, 7.609", "vgg16, 15.470"})
  void multiplyAdds(String name, double billions) {
    Shape image = Shape.of(32, 32, 3);
    Layer small =
        NaiveParts.zeros(
            switch (name) {
              case "resnet34" -> k -> ResNet.resnet34().init(k, image, 10);
              case "vgg11" -> k -> Vgg.vgg11().head(Vgg.Head.CIFAR).init(k, image, 10);
              default -> k -> Vgg.vgg16().head(Vgg.Head.CIFAR).init(k, image, 10);
            });
    Layer large = NaiveParts.shapesOnly(NETWORKS.get(name));
    assertEquals(1e9 * billions, NaiveParts.multiplyAdds(small, image, 7, large), 0.5e6);
  }

  /// The counts that torchvision documents.
  @ParameterizedTest
  @CsvSource({
    "resnet18, 11_689_512",
    "resnet34, 21_797_672",
    "resnet50, 25_557_032",
    "vgg11, 132_863_336",
    "vgg11_bn, 132_868_840",
    "vgg16, 138_357_544",
    "vgg16_bn, 138_365_992"
  })
  void networkIsTorchvisions(String name, String parameters) throws IOException {
    Layer network = NaiveParts.shapesOnly(NETWORKS.get(name));
    assertEquals(Long.parseLong(parameters.replace("_", "")), NaiveParts.parameterCount(network));
    String tensors =
        StateDict.of(network).entrySet().stream()
            .map(e -> name + " " + e.getKey() + spaced(e.getValue().shape()))
            .collect(Collectors.joining("\n"));
    assertEquals(torchvisions(name), tensors);
  }

  /// The axes after the members', each after a space.
  private static String spaced(Shape shape) {
    StringBuilder text = new StringBuilder();
    for (int axis = 1; axis < shape.rank(); axis++) {
      text.append(' ').append(shape.dim(axis));
    }
    return text.toString();
  }

  private static String torchvisions(String name) throws IOException {
    String file = "/conformance/torchvision.txt";
    try (InputStream in = TorchvisionTest.class.getResourceAsStream(file)) {
      String all = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
      return all.lines()
          .filter(line -> line.startsWith(name + " "))
          .collect(Collectors.joining("\n"));
    }
  }
}
