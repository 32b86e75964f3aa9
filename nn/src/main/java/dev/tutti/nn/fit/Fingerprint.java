package dev.tutti.nn.fit;

import dev.tutti.engine.Tensor;
import dev.tutti.engine.Tree;
import dev.tutti.nn.Structure;
import dev.tutti.nn.data.Batch;
import dev.tutti.nn.data.Batches;
import java.lang.reflect.RecordComponent;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;

/// What a training must have in common with the one whose checkpoint it resumes, as texts.
///
/// Hyper-parameters and keys are compared by themselves, as tensors. What is code (an objective
/// that is a lambda, a transform, the filter of a decay) cannot be compared; of the data, the first
/// batches are compared, after their transforms.
final class Fingerprint {
  private Fingerprint() {}

  static Map<String, String> of(
      Recipe recipe, Training<?> training, List<Batches> streams, TrainingLoop<?> loop) {
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put("members", training.kind() + ", " + training.parts());
    texts.put("optimizer", structure(recipe.optimizer()));
    texts.put("averaging", structure(recipe.averaging()));
    texts.put("objective", structure(recipe.objective(), true));
    texts.put("early stopping", structure(loop.stopping()));
    if (loop.halving() != null) {
      texts.put("halving", structure(loop.halving()));
    }
    if (loop.validation() != null) {
      texts.put("validation data", loop.validation().data() + ", " + firstBatch(loop.validation()));
    }
    Object model = training.current();
    texts.put("checksum of the network's structure", checksum(Structure.of(model)));
    texts.put("checksum of the start", checksum(Tree.tensors(model)));
    texts.put("data", streams.getFirst().data().name());
    texts.put("steps per epoch", "" + streams.getFirst().count());
    texts.put("examples per epoch", "" + streams.getFirst().examples());
    texts.put(
        "checksum of the first batches",
        streams.stream().map(Fingerprint::firstBatch).toList().toString());
    texts.put("learning rates", rates(recipe, training.parts()).toString());
    return texts;
  }

  private static String checksum(String text) {
    CRC32 crc = new CRC32();
    crc.update(text.getBytes(StandardCharsets.UTF_8));
    return Long.toHexString(crc.getValue());
  }

  private static String checksum(List<Tensor> tensors) {
    CRC32 crc = new CRC32();
    for (Tensor t : tensors) {
      double[] values = t.toDoubles(); // holds every float32 and int32
      ByteBuffer bytes = ByteBuffer.allocate(values.length * Double.BYTES);
      bytes.asDoubleBuffer().put(values);
      crc.update(bytes);
    }
    return Long.toHexString(crc.getValue());
  }

  /// Rates at the first step, the last epoch and between, and a checksum of those of all epochs,
  /// unless they are all the same: such a training may go on for more epochs.
  private static List<String> rates(Recipe recipe, int parts) {
    List<String> rates = new ArrayList<>();
    StringBuilder all = new StringBuilder();
    boolean constant = true;
    for (int part = 0; part < parts; part++) {
      for (int epoch = 0; epoch < recipe.epochs(); epoch++) {
        float rate = (float) recipe.rate(part, epoch);
        all.append(rate).append(' ');
        constant &= rate == (float) recipe.rate(part, 0);
      }
    }
    for (int part = 0; part < parts; part++) {
      for (int quarter = 0; quarter < 4; quarter++) {
        rates.add("" + (float) recipe.rate(part, Math.max(0, recipe.epochs() - 1) * quarter / 3.0));
      }
    }
    if (!constant) {
      rates.add("checksum " + checksum(all.toString()));
    }
    return rates;
  }

  private static String firstBatch(Batches batches) {
    Batch batch = batches.batch(0, 0);
    return checksum(List.of(batch.x(), batch.targets()));
  }

  private static String structure(Object node) {
    return structure(node, false);
  }

  /// A record's class and its components that are not code.
  ///
  /// @param values whether tensors are told apart; those of an optimiser are compared by themselves
  private static String structure(Object node, boolean values) {
    return switch (node) {
      case null -> "none";
      case Tensor t -> values ? checksum(List.of(t)) : "…";
      case Record r -> {
        List<String> parts = new ArrayList<>();
        for (RecordComponent component : r.getClass().getRecordComponents()) {
          parts.add(component.getName() + " " + structure(value(component, r), values));
        }
        yield r.getClass().getSimpleName() + parts;
      }
      case Number n -> n.toString();
      case Boolean b -> b.toString();
      case Enum<?> e -> e.name();
      default -> "code";
    };
  }

  private static Object value(RecordComponent component, Record r) {
    try {
      component.getAccessor().trySetAccessible(); // of a record that is not public
      return component.getAccessor().invoke(r);
    } catch (ReflectiveOperationException e) {
      return r.toString(); // of a package that is closed
    }
  }
}
