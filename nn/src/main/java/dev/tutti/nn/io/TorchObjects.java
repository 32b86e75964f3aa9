package dev.tutti.nn.io;

import dev.tutti.nn.io.PickleValue.Dict;
import dev.tutti.nn.io.PickleValue.Global;
import dev.tutti.nn.io.PickleValue.Items;
import dev.tutti.nn.io.PickleValue.None;
import dev.tutti.nn.io.PickleValue.Parameter;
import dev.tutti.nn.io.PickleValue.Unbuilt;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What the pickles of `torch.save` call to make ordered dictionaries, parameters and tensors
/// (`torch/_utils.py`, `torch/_tensor.py`), and the storages that they name. Nothing else is made.
///
/// Both methods give null for arguments that PyTorch's functions do not take.
final class TorchObjects {
  private static final String REBUILD = "torch._utils._rebuild_";

  static final String PARAMETER = "torch.nn.parameter.Parameter";

  /// The classes of tensors that are just that.
  private static final List<String> TENSORS =
      List.of("torch.Tensor", PARAMETER, "torch.nn.parameter.Buffer");

  private final Map<String, TorchTensor.Storage> storages = new LinkedHashMap<>();

  /// {@return the storages by key, as each was first named}
  Map<String, TorchTensor.Storage> storages() {
    return storages;
  }

  /// {@return whether an object that was not built is a tensor}
  static boolean isTensor(String function) {
    return function.startsWith(REBUILD);
  }

  /// {@return what a function makes}
  Object called(String function, List<Object> arguments) {
    return switch (function) {
      case "collections.OrderedDict" -> ordered(arguments);
      case REBUILD + "tensor", REBUILD + "tensor_v2" -> tensor(arguments, null, 6);
      case REBUILD + "tensor_v3" ->
          arguments.size() > 6 && arguments.get(6) instanceof Global dtype
              ? tensor(arguments, dtype.name(), 7)
              : null;
      case REBUILD + "parameter", REBUILD + "parameter_with_state" ->
          arguments.isEmpty() ? null : arguments.getFirst();
      case "torch._tensor._rebuild_from_type_v2" -> typed(arguments);
      case PARAMETER ->
          arguments.isEmpty() ? new Parameter(new ArrayList<>(1)) : arguments.getFirst();
      default -> new Unbuilt(function);
    };
  }

  /// Gives a parameter that was made without a tensor the one that is first in its state.
  void restore(Object made, Object state) {
    if (made instanceof Parameter parameter
        && parameter.data().isEmpty()
        && state instanceof Items items
        && !items.values().isEmpty()
        && items.values().getFirst() instanceof TorchTensor data) {
      parameter.data().add(data);
    }
  }

  /// Python 2 gave the pairs to the call, Python 3 puts them in afterwards.
  private static Object ordered(List<Object> arguments) {
    Dict dict = new Dict(new ArrayList<>(0), new ArrayList<>(0));
    if (arguments.isEmpty()) {
      return dict;
    }
    if (!(arguments.getFirst() instanceof Items pairs)) {
      return null;
    }
    for (Object pair : pairs.values()) {
      if (!(pair instanceof Items both) || both.values().size() != 2) {
        return null;
      }
      dict.keys().add(both.values().get(0));
      dict.values().add(both.values().get(1));
    }
    return dict;
  }

  /// A tensor with attributes: function, class, its arguments, attributes.
  private Object typed(List<Object> arguments) {
    if (arguments.size() < 3
        || !(arguments.get(0) instanceof Global function)
        || !(arguments.get(1) instanceof Global made)
        || !(arguments.get(2) instanceof Items its)) {
      return null;
    }
    boolean plain = TENSORS.contains(made.name()) && isTensor(function.name());
    return plain ? called(function.name(), its.values()) : new Unbuilt(made.name());
  }

  /// A tensor: storage, offset, sizes, strides, and more that says nothing of the values but for a
  /// dictionary at place `metadata`.
  private static Object tensor(List<Object> arguments, String dtype, int metadata) {
    if (arguments.size() < 4
        || !(arguments.get(0) instanceof TorchTensor.Storage storage)
        || !(arguments.get(1) instanceof Long offset)) {
      return null;
    }
    List<Long> axes = TorchTensor.axes(arguments.get(2));
    List<Long> strides = TorchTensor.axes(arguments.get(3));
    if (offset < 0 || axes == null || strides == null || axes.size() != strides.size()) {
      return null;
    }
    // Of a complex tensor's conjugate, the imaginary part is stored with the other sign.
    boolean negated =
        arguments.size() > metadata
            && arguments.get(metadata) instanceof Dict bits
            && Boolean.TRUE.equals(bits.get("neg"));
    return new TorchTensor(
        storage,
        dtype == null ? storage.type() : TorchType.ofDtype(dtype),
        dtype == null ? storage.typeName() : dtype,
        offset,
        axes,
        strides,
        negated);
  }

  /// {@return what a persistent id stands for} A storage: `("storage", class, key, device,
  /// elements)`, and in old files, which had views of storages, a sixth that is `None`. A class of
  /// modules, in old files: `("module", class, file, text)`.
  Object persistent(Object id) {
    if (!(id instanceof Items items) || items.values().size() < 2) {
      return null;
    }
    List<Object> parts = items.values();
    if (!(parts.get(1) instanceof Global made)) {
      return null;
    }
    if (parts.getFirst().equals("module")) {
      return made;
    }
    if (!parts.getFirst().equals("storage")
        || parts.size() < 5
        || !(parts.get(2) instanceof String key)
        || !(parts.get(4) instanceof Long elements)
        || elements < 0
        || (parts.size() > 5 && parts.get(5) != None.NONE)) {
      return null;
    }
    TorchTensor.Storage storage =
        new TorchTensor.Storage(key, TorchType.ofStorage(made.name()), made.name(), elements);
    storages.putIfAbsent(key, storage);
    return storage;
  }
}
