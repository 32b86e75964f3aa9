package dev.tutti.ensembles;

import dev.tutti.engine.Tensor;
import dev.tutti.nn.io.SafeTensors;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/// Tensors that a script beside them recorded from a peer, in groups: `group/name`.
record Recorded(Map<String, Tensor> all) {
  /// {@return those of a resource}
  static Recorded of(String name) {
    try {
      Path file = Files.createTempFile("recorded", ".safetensors");
      try (InputStream in = new GZIPInputStream(Recorded.class.getResourceAsStream(name));
          var out = Files.newOutputStream(file)) {
        in.transferTo(out);
      }
      Map<String, Tensor> all = SafeTensors.read(file).tensors();
      Files.delete(file);
      return new Recorded(all);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// {@return a group's tensors by their own names}
  Map<String, Tensor> group(String group) {
    Map<String, Tensor> own = new LinkedHashMap<>();
    all.forEach((path, tensor) -> {
      if (path.startsWith(group + "/")) {
        own.put(path.substring(group.length() + 1), tensor);
      }
    });
    return own;
  }

  /// {@return `[N, C, …]` as `[N, …, C]`}
  static Tensor channelsLast(Tensor x) {
    return switch (x.rank()) {
      case 3 -> x.permute(0, 2, 1);
      case 4 -> x.permute(0, 2, 3, 1);
      default -> x;
    };
  }
}
