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

/// The arrays of one mapped call, used again by the next call on the same thread: without it, a
/// training step spends much of its time on the garbage collector's zeroing of new arrays.
///
/// What an operation inside `vmap` computes is held by tracers only, and those are closed when the
/// call returns; so the arrays behind them can hold other values from then on, except for those
/// that the call returns. Nobody else can have got hold of one: a tracer's elements cannot be read.
/// Two things end the reuse for a call: an operand that belongs to a transform further out, whose
/// tape may keep the value, and more memory than [#LIMIT] in this and all other running calls (a
/// training loop inside one call, or calls on many threads).
///
/// Arrays that are not used by the next call on the thread are dropped; all of them may be taken by
/// the garbage collector at any time.
final class StepMemory {
  /// Shorter arrays are cheap to make.
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

  /// Told that a tensor with `storage` gets a view. A view that is made inside a mapped call ends
  /// with it, unless the call returns it.
  static void viewed(Object storage, Array.Sharing sharing) {
    StepMemory open = OPEN.get();
    if (open == null) {
      sharing.shared = true;
    } else {
      open.views.put(sharing, storage);
    }
  }

  /// {@return an array of `n` floats: of the call that is open on this thread, or a new one; its
  /// elements are garbage}
  static float[] array(int n) {
    StepMemory open = n < SHORTEST ? null : OPEN.get();
    return open == null ? new float[n] : open.take(n);
  }

  /// {@return likewise, of zeros}
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

  /// {@return whether there is room for this many more floats, which then are this call's}
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

  /// Lets operations from now until [#close] take their results from here, where that is possible.
  void open() {
    if (!ended && Thread.currentThread() == owner) {
      OPEN.set(this);
    }
  }

  /// Operations get arrays of their own again.
  void close() {
    OPEN.remove();
  }

  /// Nothing of this call will be used again.
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

  /// Ends the call: all its arrays but those behind `results`, and those of the donated tensors
  /// that nobody else sees, may be used again.
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
    once.addAll(donated); // a tensor may stand in several places
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
