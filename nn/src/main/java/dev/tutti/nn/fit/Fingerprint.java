package dev.tutti.nn.fit;

import dev.tutti.engine.Tensor;
import dev.tutti.nn.data.Batch;
import dev.tutti.nn.data.Batches;
import java.lang.reflect.RecordComponent;
import java.nio.ByteBuffer;
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
      Recipe recipe,
      Training<?> training,
      List<Batches> streams,
      EarlyStopping stopping,
      Halving halving) {
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put("members", training.kind() + ", " + training.parts());
    texts.put("optimizer", structure(recipe.optimizer()));
    texts.put("averaging", structure(recipe.averaging()));
    texts.put("objective", structure(recipe.objective()));
    texts.put("early stopping", structure(stopping));
    if (halving != null) {
      texts.put("halving", structure(halving));
    }
    texts.put("data", streams.getFirst().data().name());
    texts.put("steps per epoch", "" + streams.getFirst().count());
    texts.put(
        "checksum of the first batches",
        streams.stream().map(Fingerprint::firstBatch).toList().toString());
    texts.put("learning rates", rates(recipe, training.parts()).toString());
    return texts;
  }

  /// Rates at the first step, the last epoch and between.
  private static List<Float> rates(Recipe recipe, int parts) {
    List<Float> rates = new ArrayList<>();
    for (int part = 0; part < parts; part++) {
      for (int quarter = 0; quarter < 4; quarter++) {
        rates.add((float) recipe.rate(part, Math.max(0, recipe.epochs() - 1) * quarter / 3.0));
      }
    }
    return rates;
  }

  private static String firstBatch(Batches batches) {
    Batch batch = batches.batch(0, 0);
    CRC32 crc = new CRC32();
    for (Tensor t : new Tensor[] {batch.x(), batch.targets()}) {
      ByteBuffer bytes = ByteBuffer.allocate(t.size() * Float.BYTES);
      bytes.asFloatBuffer().put(t.toFloats());
      crc.update(bytes);
    }
    return Long.toHexString(crc.getValue());
  }

  /// A record's class and its components that are neither tensors nor code.
  private static String structure(Object node) {
    return switch (node) {
      case null -> "none";
      case Tensor t -> "…";
      case Record r -> {
        List<String> parts = new ArrayList<>();
        for (RecordComponent component : r.getClass().getRecordComponents()) {
          parts.add(component.getName() + " " + structure(value(component, r)));
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
      return component.getAccessor().invoke(r);
    } catch (ReflectiveOperationException e) {
      return null; // a record of a package that is not exported: its tensors are compared all the
      // same
    }
  }
}
