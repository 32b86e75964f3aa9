package dev.tutti.nn.io;

import dev.tutti.nn.io.PickleValue.Dict;
import dev.tutti.nn.io.PickleValue.Global;
import dev.tutti.nn.io.PickleValue.Items;
import dev.tutti.nn.io.PickleValue.Parameter;
import dev.tutti.nn.io.PickleValue.Unbuilt;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What a file of `torch.save` holds, by paths: the keys of dictionaries and places in lists that
/// lead to it, with points between them.
final class TorchContents {
  /// The key under which Lightning and others keep the weights.
  private static final String STATE_DICT = "state_dict";

  private static final int MOST_LEVELS = 100;

  /// The most characters of all paths: a list can be in many lists, so that a few bytes of a pickle
  /// can mean any number of values.
  static final long MOST_CHARACTERS = Math.min(64 << 20, Runtime.getRuntime().maxMemory() / 32);

  private static final int VALUE_CHARACTERS = 50;

  private final String where;
  private final Map<String, TorchTensor> tensors = new LinkedHashMap<>();
  private final Map<String, String> skipped = new LinkedHashMap<>();
  private final Map<String, String> metadata = new LinkedHashMap<>();
  private final String prefix;
  private long characters;

  /// @param where the file, for errors
  /// @throws DataError if what was saved is an object that is not built, or of too many parts
  TorchContents(String where, Object root) {
    this.where = where;
    if (root instanceof Unbuilt object && !TorchObjects.isTensor(object.what())) {
      throw new DataError(
          ("%s: holds a whole object, %s, which only its own code can build; torch.save of its"
                  + " state_dict() holds the weights")
              .formatted(where, object.what()));
    }
    boolean within = root instanceof Dict dict && dict.get(STATE_DICT) instanceof Dict;
    prefix = within ? STATE_DICT + "." : "";
    walk("", root, 0);
  }

  /// {@return the tensors by path}
  Map<String, TorchTensor> tensors() {
    return tensors;
  }

  /// {@return what was not built by path}
  Map<String, String> skipped() {
    return skipped;
  }

  /// {@return the numbers, truth values and texts by path}
  Map<String, String> metadata() {
    return metadata;
  }

  /// {@return what the paths of the weights begin with}
  String prefix() {
    return prefix;
  }

  private void walk(String path, Object value, int level) {
    characters += path.length() + VALUE_CHARACTERS;
    if (level > MOST_LEVELS || characters > MOST_CHARACTERS) {
      throw new DataError(
          level > MOST_LEVELS
              ? "%s: is nested more than %d levels deep".formatted(where, MOST_LEVELS)
              : where + ": holds more values than there is memory for their names");
    }
    switch (value) {
      case Dict dict -> {
        for (int i = 0; i < dict.keys().size(); i++) {
          walk(join(path, key(dict.keys().get(i), i)), dict.values().get(i), level + 1);
        }
      }
      case Items items -> {
        List<Object> values = items.values();
        for (int i = 0; i < values.size(); i++) {
          walk(join(path, Integer.toString(i)), values.get(i), level + 1);
        }
      }
      case TorchTensor tensor -> {
        if (tensors.put(path, tensor) != null) {
          throw new DataError(
              "%s: two tensors are called %s".formatted(where, DataError.quoted(path)));
        }
      }
      case Parameter parameter -> {
        if (parameter.data().isEmpty()) {
          skipped.put(path, TorchObjects.PARAMETER);
        } else {
          walk(path, parameter.data().getFirst(), level + 1);
        }
      }
      case TorchTensor.Storage storage -> skipped.put(path, storage.typeName());
      case Unbuilt object -> skipped.put(path, object.what());
      case Global name -> skipped.put(path, name.name());
      default -> metadata.put(path, text(value));
    }
  }

  private static String join(String path, String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  /// A key that is no text or number has its place for a name.
  private static String key(Object key, int place) {
    return key instanceof String || key instanceof Number || key instanceof Boolean
        ? key.toString()
        : "#" + place;
  }

  private static String text(Object value) {
    return value == PickleValue.None.NONE ? "None" : value.toString();
  }
}
