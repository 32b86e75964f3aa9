package dev.tutti.nn.conformance;

import dev.tutti.engine.Shape;
import dev.tutti.engine.Tensor;
import dev.tutti.nn.io.SafeTensors;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.GZIPInputStream;

/// A fixture file: cases by name, each with attributes and tensors by role and name. `fixture.py`,
/// which wrote it, says how they are stored.
record Fixture(Map<String, Case> cases) {
  /// The place of the fixtures among the resources.
  static final String FOLDER = "/conformance/";

  /// A case of a fixture.
  ///
  /// @param attributes what the script did
  /// @param roles the tensors by name, by their role
  record Case(String name, Map<String, Object> attributes, Map<String, Map<String, Tensor>> roles) {
    /// {@return the tensors of a role by name; none for a role that the case lacks}
    Map<String, Tensor> tensors(String role) {
      return roles.getOrDefault(role, Map.of());
    }

    /// {@return a tensor that must be there}
    Tensor tensor(String role, String tensor) {
      return Objects.requireNonNull(
          tensors(role).get(tensor), () -> name + " has no " + role + " " + tensor);
    }

    /// {@return the arguments under an attribute}
    Arguments arguments(String attribute) {
      return new Arguments(Json.map(attributes.get(attribute)));
    }

    /// {@return the attributes as arguments}
    Arguments arguments() {
      return new Arguments(attributes);
    }

    /// {@return an attribute that is a text}
    String text(String attribute) {
      return (String) Objects.requireNonNull(attributes.get(attribute), attribute);
    }

    /// {@return whether an attribute is there and true}
    boolean is(String attribute) {
      return Boolean.TRUE.equals(attributes.get(attribute));
    }

    @Override
    public String toString() {
      return name;
    }
  }

  /// {@return the cases of `<name>.safetensors.gz`}
  static Fixture read(String name) {
    SafeTensors file = safeTensors(name + ".safetensors.gz");
    Map<String, Object> about = Json.object(file.metadata().get("conformance"));
    Map<String, Case> cases = new LinkedHashMap<>();
    Json.map(about.get("cases"))
        .forEach((label, attributes) ->
            cases.put(label, new Case(label, Json.map(attributes), new LinkedHashMap<>())));
    file.tensors()
        .forEach((path, tensor) -> {
          String[] parts = path.split("\\|");
          Map<String, Map<String, Tensor>> roles = cases.get(parts[0]).roles();
          roles.computeIfAbsent(parts[1], role -> new LinkedHashMap<>()).put(parts[2], tensor);
        });
    return new Fixture(cases);
  }

  /// {@return the cases of several files}
  static List<Case> casesOf(String... names) {
    List<Case> all = new ArrayList<>();
    for (String name : names) {
      all.addAll(read(name).cases.values());
    }
    return all;
  }

  /// {@return the tensors and texts of a file, which is unpacked when its name ends in `.gz`}
  static SafeTensors safeTensors(String file) {
    Path copy = copy(file);
    try {
      return SafeTensors.read(copy);
    } finally {
      delete(copy);
    }
  }

  /// {@return the bytes of a resource}
  static InputStream open(String file) {
    return Objects.requireNonNull(Fixture.class.getResourceAsStream(FOLDER + file), file);
  }

  /// {@return the shapes of a network's tensors by name, in order, from `torchvision.txt`}
  static Map<String, Shape> torchvision(String network) {
    try (InputStream in = open("torchvision.txt")) {
      Map<String, Shape> shapes = new LinkedHashMap<>();
      for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
        String[] words = line.split(" ");
        if (words[0].equals(network)) {
          int[] dims = Arrays.stream(words).skip(2).mapToInt(Integer::parseInt).toArray();
          shapes.put(words[1], Shape.of(dims));
        }
      }
      return shapes;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// A resource as a file of its own: inside a jar it has no path.
  private static Path copy(String file) {
    try (InputStream in = file.endsWith(".gz") ? new GZIPInputStream(open(file)) : open(file)) {
      Path copy = Files.createTempFile("conformance", ".safetensors");
      try {
        Files.write(copy, in.readAllBytes());
      } catch (IOException e) {
        delete(copy);
        throw e;
      }
      return copy;
    } catch (IOException e) {
      throw new UncheckedIOException(file, e);
    }
  }

  private static void delete(Path copy) {
    try {
      Files.delete(copy);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
