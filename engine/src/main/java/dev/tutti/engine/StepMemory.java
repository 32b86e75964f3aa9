package dev.tutti.engine;

import java.lang.ref.SoftReference;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/// The arrays of one call of `vmap` or `reuse`, reused by the next call on the same thread. Without
/// this, a training step spends much of its time on allocating and zeroing new arrays.
///
/// Why this is safe: inside such a call, results are held by tracers only. Tracers are closed when
/// the call returns, and what is read of their elements before is a copy. So after the call only
/// its results can still be read, and all its other arrays may be overwritten.
///
/// A call stops reusing memory in two cases: an operand belongs to a transform further out, whose
/// tape may keep the value; or this and all other running calls together hold more than [#LIMIT] (a
/// training loop inside one call, or calls on many threads).
///
/// One call goes through these steps: the constructor takes the arrays that the thread's last call
/// left; [#open] and [#close] surround each operation, which then gets its arrays from here;
/// [#release] leaves the arrays to the next call, or [#end] drops them.
///
/// Arrays that are not used by the next call on the thread are dropped; all of them may be taken by
/// the garbage collector at any time.
final class StepMemory {
  /// Shorter arrays are not reused: allocating them is cheap.
  private static final int SHORTEST = 256;

  /// The most floats that running calls keep for the next ones, together: a sixteenth of the heap.
  private static final long LIMIT = Runtime.getRuntime().maxMemory() / 64;

  /// The floats that running calls keep.
  private static final AtomicLong KEPT = new AtomicLong();

  private static final ThreadLocal<StepMemory> OPEN = new ThreadLocal<>();
  private static final ThreadLocal<SoftReference<Map<Integer, ArrayDeque<float[]>>>> FREE =
      ThreadLocal.withInitial(() -> new SoftReference<>(new HashMap<>()));

  private final Thread owner = Thread.currentThread();
  private Map<Integer, ArrayDeque<float[]>> free = new HashMap<>();
  private final List<float[]> taken = new ArrayList<>();
  private final Map<Array.Sharing, Object> views = new IdentityHashMap<>();
  private long floats;
  private boolean ended;

  private static Map<Integer, ArrayDeque<float[]>> free() {
    Map<Integer, ArrayDeque<float[]>> free = FREE.get().get();
    return free == null ? new HashMap<>() : free;
  }

  /// Call when a view of `storage` is made. A view made inside such a call ends with the call,
  /// unless the call returns it.
  static void viewed(Object storage, Array.Sharing sharing) {
    StepMemory open = OPEN.get();
    if (open == null) {
      sharing.shared = true;
    } else {
      open.views.put(sharing, storage);
    }
  }

  /// {@return an array of `n` floats: of the call that is open on this thread, or a new one; its
  /// elements are arbitrary}
  static float[] array(int n) {
    StepMemory open = n < SHORTEST ? null : OPEN.get();
    return open == null ? new float[n] : open.take(n);
  }

  /// {@return an array of `n` zeros, of the open call or new}
  static float[] zeros(int n) {
    StepMemory open = n < SHORTEST ? null : OPEN.get();
    if (open == null) {
      return new float[n];
    }
    float[] array = open.reused(n);
    if (array == null) {
      return open.keepNew(new float[n]);
    }
    Arrays.fill(array, 0);
    return open.keep(array);
  }

  /// {@return how many floats running calls keep}
  static long kept() {
    return KEPT.get();
  }

  /// The arrays of the thread's last call, if there is room for them.
  StepMemory() {
    Map<Integer, ArrayDeque<float[]>> last = free();
    long size = 0;
    for (ArrayDeque<float[]> arrays : last.values()) {
      for (float[] array : arrays) {
        size += array.length;
      }
    }
    if (charged(size)) {
      free = last;
    }
  }

  /// {@return whether there is room for this many more floats; if so they are charged to this call}
  private boolean charged(long more) {
    if (KEPT.addAndGet(more) > LIMIT) {
      KEPT.addAndGet(-more);
      return false;
    }
    floats += more;
    return true;
  }

  private float[] take(int n) {
    float[] array = reused(n);
    return array == null ? keepNew(new float[n]) : keep(array);
  }

  private float[] reused(int n) {
    ArrayDeque<float[]> arrays = free.get(n);
    return arrays == null ? null : arrays.poll();
  }

  private float[] keepNew(float[] array) {
    if (charged(array.length)) {
      return keep(array);
    }
    end();
    return array;
  }

  private float[] keep(float[] array) {
    taken.add(array);
    return array;
  }

  /// From now until [#close], operations on this thread take the arrays of their results from here.
  void open() {
    if (!ended && Thread.currentThread() == owner) {
      OPEN.set(this);
    }
  }

  /// From now on, operations allocate new arrays again.
  void close() {
    OPEN.remove();
  }

  /// Ends the call without leaving its arrays to the next one.
  void end() {
    views.keySet().forEach(sharing -> sharing.shared = true);
    forget();
    if (OPEN.get() == this) {
      OPEN.remove();
    }
  }

  private void forget() {
    ended = true;
    taken.clear();
    views.clear();
    free = new HashMap<>();
    KEPT.addAndGet(-floats);
    floats = 0;
  }

  /// Ends the call. The next call may reuse its arrays, except those of `results`, and the arrays
  /// of donated tensors that no other tensor can read.
  void release(List<Tensor> results, List<Tensor> donated) {
    if (ended || Thread.currentThread() != owner) {
      return;
    }
    Set<Object> kept = Collections.newSetFromMap(new IdentityHashMap<>());
    for (Tensor t : results) {
      kept.add(((Array) t).storage());
    }
    views.forEach((sharing, storage) -> sharing.shared |= kept.contains(storage));
    Map<Integer, ArrayDeque<float[]>> next = new HashMap<>();
    for (float[] array : taken) {
      if (!kept.contains(array)) {
        next.computeIfAbsent(array.length, n -> new ArrayDeque<>()).add(array);
      }
    }
    Set<Tensor> once = Collections.newSetFromMap(new IdentityHashMap<>());
    once.addAll(donated); // a tensor may be in several places
    for (Tensor t : once) {
      float[] array = t instanceof Array a ? a.donate(kept) : null;
      if (array != null && array.length >= SHORTEST) {
        next.computeIfAbsent(array.length, n -> new ArrayDeque<>()).add(array);
      }
    }
    FREE.set(new SoftReference<>(next));
    forget();
  }
}
