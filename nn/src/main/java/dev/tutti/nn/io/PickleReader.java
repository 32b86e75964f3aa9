package dev.tutti.nn.io;

import dev.tutti.nn.io.PickleValue.Dict;
import dev.tutti.nn.io.PickleValue.Global;
import dev.tutti.nn.io.PickleValue.Items;
import dev.tutti.nn.io.PickleValue.None;
import dev.tutti.nn.io.PickleValue.Unbuilt;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Reads Python's pickles without running anything (the opcodes of CPython's `pickletools`,
/// protocols 2 to 5).
///
/// A pickle is a program for a machine with a stack and a memo, and may call any function of
/// Python. Here the machine makes numbers, texts, lists and dictionaries only. What a pickle wants
/// to call is a name: [TorchObjects] knows the few that make tensors, everything else becomes an
/// [Unbuilt] of that name. Memory is charged before it is taken.
final class PickleReader {
  private static final int NEWEST = 5;

  private final PickleInput in;
  private final TorchObjects objects;
  private final List<Object> stack = new ArrayList<>();
  private final List<Integer> marks = new ArrayList<>();
  private final Map<Long, Object> memo = new HashMap<>();

  /// @param where the file, for errors
  PickleReader(String where, MemorySegment bytes, TorchObjects objects) {
    in = new PickleInput(where, bytes);
    this.objects = objects;
  }

  /// {@return the byte after the last pickle that was read}
  long at() {
    return in.at();
  }

  /// {@return the value of the pickle that begins at [#at]}
  ///
  /// @throws DataError if it is damaged, cut off, or needs more than a quarter of the JVM's memory
  Object read() {
    stack.clear();
    marks.clear();
    memo.clear();
    for (int opcode = in.u8(); opcode != '.'; opcode = in.u8()) {
      step(opcode);
    }
    Object value = pop();
    if (!stack.isEmpty() || !marks.isEmpty()) {
      throw in.broken("ends with more than one value");
    }
    return value;
  }

  private void step(int opcode) {
    switch (opcode) {
      case 0x80 -> requireProtocol(in.u8());
      case 0x95 -> in.take(8); // a frame's length, for readers of streams
      case '(' -> {
        in.charge(0);
        marks.add(stack.size());
      }
      case '0' -> pop();
      case '1' -> popMark();
      case '2' -> push(top());
      case 'N' -> push(None.NONE);
      case 0x88 -> push(true);
      case 0x89 -> push(false);
      case 'J' -> push(in.number(4));
      case 'K' -> push((long) in.u8());
      case 'M' -> push(in.length(2));
      case 'G' -> push(Double.longBitsToDouble(Long.reverseBytes(in.number(8))));
      case 0x8a -> push(in.integer(in.u8()));
      case 0x8b -> push(in.integer(in.length(4)));
      case 'U', 0x8c -> push(in.text(in.u8()));
      case 'T', 'X' -> push(in.text(in.length(4)));
      case 0x8d -> push(in.text(in.length(8)));
      case 'C' -> pushBytes(in.u8());
      case 'B' -> pushBytes(in.length(4));
      case 0x8e, 0x96 -> pushBytes(in.length(8));
      case ')', ']', 0x8f -> push(new Items(new ArrayList<>(0)));
      case '}' -> push(new Dict(new ArrayList<>(0), new ArrayList<>(0)));
      case 't', 'l', 0x91 -> push(new Items(popMark()));
      case 0x85, 0x86, 0x87 -> push(new Items(popLast(opcode - 0x84)));
      case 'd' -> {
        List<Object> pairs = popMark();
        push(new Dict(new ArrayList<>(0), new ArrayList<>(0)));
        put(pairs);
      }
      case 'a' -> append(popLast(1));
      case 'e', 0x90 -> append(popMark());
      case 's' -> put(popLast(2));
      case 'u' -> put(popMark());
      case 'q' -> remember(in.u8());
      case 'r' -> remember(in.length(4));
      case 0x94 -> remember(memo.size());
      case 'h' -> push(remembered(in.u8()));
      case 'j' -> push(remembered(in.length(4)));
      case 'c' -> push(global(in.line(), in.line()));
      case 0x93 -> {
        List<Object> names = popLast(2);
        push(global(names.get(0), names.get(1)));
      }
      case 'R', 0x81 -> {
        List<Object> call = popLast(2);
        push(called(call.get(0), call.get(1)));
      }
      case 0x92 -> push(called(popLast(3).get(0), new Items(List.of())));
      case 'o' -> {
        List<Object> call = popMark();
        Object made = call.isEmpty() ? None.NONE : call.removeFirst();
        push(called(made, new Items(call)));
      }
      case 'b' -> {
        Object state = pop(); // left out: attributes, such as the _metadata of a state dict
        objects.restore(top(), state);
      }
      case 'Q' -> push(known(objects.persistent(pop()), "a persistent id"));
      default -> throw in.broken("opcode 0x%02x is none of protocols 2 to 5".formatted(opcode));
    }
  }

  private void requireProtocol(int protocol) {
    if (protocol > NEWEST) {
      throw in.broken("protocol %d; %d and less are read".formatted(protocol, NEWEST));
    }
  }

  // The stack and the memo.

  private void push(Object value) {
    in.charge(0);
    stack.add(value);
  }

  private void pushBytes(long count) {
    in.take(count);
    push(new Unbuilt("bytes"));
  }

  private Object top() {
    if (stack.size() <= (marks.isEmpty() ? 0 : marks.getLast())) {
      throw in.broken("takes a value that is not there");
    }
    return stack.getLast();
  }

  private Object pop() {
    top();
    return stack.removeLast();
  }

  private List<Object> popLast(int count) {
    List<Object> last = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      last.add(pop());
    }
    Collections.reverse(last);
    return last;
  }

  private List<Object> popMark() {
    if (marks.isEmpty()) {
      throw in.broken("takes a mark that is not there");
    }
    List<Object> since = stack.subList(marks.removeLast(), stack.size());
    List<Object> values = new ArrayList<>(since);
    since.clear();
    return values;
  }

  private void remember(long place) {
    in.charge(0);
    memo.put(place, top());
  }

  private Object remembered(long place) {
    Object value = memo.get(place);
    if (value == null) {
      throw in.broken("recalls value %d, which it has not kept".formatted(place));
    }
    return value;
  }

  // The values.

  /// Adds to a list. What is added to an object that was not built is left out with it.
  private void append(List<Object> more) {
    if (top() instanceof Items list) {
      in.charge(8L * more.size());
      list.values().addAll(more);
    } else if (!(top() instanceof Unbuilt)) {
      throw in.broken("adds to what is no list");
    }
  }

  private void put(List<Object> pairs) {
    if (pairs.size() % 2 != 0) {
      throw in.broken("a key without a value");
    }
    if (top() instanceof Dict dict) {
      in.charge(8L * pairs.size());
      for (int i = 0; i < pairs.size(); i += 2) {
        dict.keys().add(pairs.get(i));
        dict.values().add(pairs.get(i + 1));
      }
    } else if (!(top() instanceof Unbuilt)) {
      throw in.broken("puts into what is no dictionary");
    }
  }

  private Global global(Object module, Object name) {
    if (!(module instanceof String && name instanceof String)) {
      throw in.broken("a name that is no text");
    }
    in.charge(2L * (((String) module).length() + ((String) name).length()));
    return new Global(module + "." + name);
  }

  private Object called(Object function, Object arguments) {
    if (function instanceof Unbuilt) {
      return function;
    }
    if (!(function instanceof Global global && arguments instanceof Items items)) {
      throw in.broken("calls what is no function");
    }
    Object made = known(objects.called(global.name(), items.values()), global.name());
    int copied =
        switch (made) {
          case Dict dict -> dict.keys().size();
          case TorchTensor tensor -> tensor.axes().size();
          default -> 0;
        };
    in.charge(16L * copied);
    return made;
  }

  private Object known(Object made, String by) {
    if (made == null) {
      throw in.broken("%s with what torch.save never gives it".formatted(DataError.quoted(by)));
    }
    return made;
  }
}
