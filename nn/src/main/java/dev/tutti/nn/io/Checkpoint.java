package dev.tutti.nn.io;

import dev.tutti.engine.Tensor;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/// The tensors of any tree in a file, bit for bit, with texts about them: what a training run needs
/// to go on as if it had never stopped.
///
/// ```java
/// record State(Layer network, Optimizer.Memory<Layer> memory, Key key) {}
/// Checkpoint.write(file, state, Map.of("epoch", "3"));
/// Checkpoint saved = Checkpoint.read(file);
/// State again = saved.into(state);
/// int epoch = Integer.parseInt(saved.about().get("epoch"));
/// ```
///
/// The file is a [SafeTensors] file whose tensors are those of [StateDict], so the network of the
/// tree above can be loaded in PyTorch from the names that begin with `network.`. Numbers, texts
/// and enums of the tree are not kept: they come from the tree given to [#into]. Checksums of the
/// header and of every tensor are checked on reading: a checkpoint in which a bit has changed is
/// refused.
///
/// @param file the file that it was read from
/// @param tensors the tensors by name, in PyTorch's order of axes
/// @param about the texts by name
public record Checkpoint(Path file, Map<String, Tensor> tensors, Map<String, String> about) {
  /// The metadata entry that makes a SafeTensors file a checkpoint; its text is the version.
  static final String VERSION = "tutti.checkpoint";

  private static final String CURRENT = "1";

  /// What loaders of PyTorch models require: tensors have PyTorch's names and order of axes.
  private static final Map.Entry<String, String> FORMAT = Map.entry("format", "pt");

  /// Keeps copies of both maps.
  public Checkpoint {
    tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
    about = Collections.unmodifiableMap(new LinkedHashMap<>(about));
  }

  /// Writes the tensors of `tree` and `about`, atomically: a reader, even after a kill in the
  /// middle, finds the former checkpoint or this one ([AtomicFile]). Equal trees and texts are
  /// equal bytes.
  ///
  /// @throws DataError if the file cannot be written
  public static void write(Path file, Object tree, Map<String, String> about) {
    Map<String, String> texts = new TreeMap<>(about); // a map's own order may differ between runs
    for (String kept : new String[] {VERSION, FORMAT.getKey()}) {
      if (texts.containsKey(kept)) {
        throw new IllegalArgumentException(
            "checkpoint: no text can be called " + kept + ", the format keeps that name");
      }
    }
    texts.put(VERSION, CURRENT);
    texts.put(FORMAT.getKey(), FORMAT.getValue());
    new SafeTensors(StateDict.of(tree), texts).write(file);
  }

  /// {@return the checkpoint in `file`}
  ///
  /// @throws DataError if the file cannot be read, is damaged, or is not a checkpoint
  public static Checkpoint read(Path file) {
    SafeTensors content;
    boolean hasChecksums;
    try (SafeTensorsFile open = SafeTensors.open(file)) {
      content = open.all();
      hasChecksums = open.hasChecksums();
    }
    Map<String, String> about = new LinkedHashMap<>(content.metadata());
    String version = about.remove(VERSION);
    if (version == null) {
      throw new DataError(
          file + ": holds tensors but is not a checkpoint (no text " + VERSION + ")");
    }
    if (!version.equals(CURRENT)) {
      throw new DataError(
          "%s: a checkpoint of version %s; version %s can be read"
              .formatted(file, version, CURRENT));
    }
    if (!hasChecksums) {
      throw new DataError(
          file
              + ": a checkpoint without checksums (no text "
              + Checksums.SUMS
              + "), damaged or"
              + " written before checkpoints had them");
    }
    about.remove(FORMAT.getKey());
    return new Checkpoint(file, content.tensors(), about);
  }

  /// {@return the structure of `like` with the tensors of this checkpoint}
  ///
  /// @throws DataError if the two have different names, or when types or shapes differ
  public <T> T into(T like) {
    return StateDict.load(file.toString(), like, tensors);
  }
}
