package dev.tutti.engine;

import java.util.Arrays;
import java.util.Locale;
import java.util.Set;

/// A tensor with elements: a contiguous, row-major run of a Java array.
///
/// Values are immutable by contract. The raw storage is public for backends, which write only the
/// arrays that they have just allocated; reshapes and leading slices are views on the same storage.
public final class Array extends Tensor {
  private static final Object DONATED = new Object();

  /// The storage of a tensor that has never had elements.
  private static final Object SHAPE_ONLY = new Object();

  /// A tensor with more elements is not printed whole.
  private static final int MOST_PRINTED = 1000;

  private final Shape shape;
  private final DType type;
  private final int offset;
  private final Sharing sharing;
  private Object storage;

  /// True if more than one tensor can read this storage. All tensors of a storage share one of
  /// these.
  static final class Sharing {
    boolean shared;
  }

  private Array(Shape shape, DType type, Object storage, int offset) {
    this(shape, type, storage, offset, new Sharing());
  }

  private Array(Shape shape, DType type, Object storage, int offset, Sharing sharing) {
    this.sharing = sharing;
    this.shape = shape;
    this.type = type;
    this.storage = storage;
    this.offset = offset;
  }

  /// {@return a new array of zeros, to be filled by a kernel}
  ///
  /// @throws ShapeError if the heap has no room for it
  public static Array allocate(DType type, Shape shape) {
    return allocate(type, shape, true);
  }

  /// {@return a new array whose elements may be anything, for a kernel that writes all of them}
  ///
  /// @throws ShapeError if the heap has no room for it
  public static Array uninitialised(DType type, Shape shape) {
    return allocate(type, shape, false);
  }

  private static Array allocate(DType type, Shape shape, boolean zeros) {
    try {
      int size = shape.size();
      Object storage =
          switch (type) {
            case FLOAT32 -> zeros ? StepMemory.zeros(size) : StepMemory.array(size);
            case FLOAT64 -> new double[shape.size()];
            case INT32 -> new int[shape.size()];
          };
      return new Array(shape, type, storage, 0);
    } catch (OutOfMemoryError e) {
      long mega = 1L << 20;
      throw new ShapeError(
          String.format(
              Locale.ROOT,
              "out of memory: %s of %s needs %,d MB, the heap may grow to %,d MB (-Xmx)",
              type,
              shape,
              (long) shape.size() * type.bytes() / mega + 1,
              Runtime.getRuntime().maxMemory() / mega));
    }
  }

  /// {@return a tensor over a float array that is not written any more}
  public static Array wrap(float[] values, Shape shape) {
    return checked(values, values.length, DType.FLOAT32, shape);
  }

  /// {@return a tensor over a double array that is not written any more}
  public static Array wrap(double[] values, Shape shape) {
    return checked(values, values.length, DType.FLOAT64, shape);
  }

  /// {@return a tensor over an int array that is not written any more}
  public static Array wrap(int[] values, Shape shape) {
    return checked(values, values.length, DType.INT32, shape);
  }

  private static Array checked(Object values, int length, DType type, Shape shape) {
    if (length != shape.size()) {
      throw new ShapeError(
          "of: " + length + " values do not fill " + shape + ", which has " + shape.size());
    }
    Array wrapped = new Array(shape, type, values, 0);
    wrapped.sharing.shared = true; // the maker of the array may still read it
    return wrapped;
  }

  static Array copyOf(float[] values, Shape shape) {
    return wrap(values.clone(), shape);
  }

  static Array copyOf(int[] values, Shape shape) {
    return wrap(values.clone(), shape);
  }

  static Array copyOf(double[] values, Shape shape) {
    return wrap(values.clone(), shape);
  }

  static Array filled(DType type, double value, Shape shape) {
    Array a = allocate(type, shape);
    if (value != 0 || 1 / value < 0) {
      switch (type) {
        case FLOAT32 -> Arrays.fill(a.floats(), (float) value);
        case FLOAT64 -> Arrays.fill(a.doubles(), value);
        case INT32 -> Arrays.fill(a.ints(), (int) value);
      }
    }
    return a;
  }

  /// {@return a value whose elements were dropped: only shape and type may be read}
  static Array hollow(Tensor t) {
    return new Array(t.shape(), t.dtype(), null, 0);
  }

  /// {@return a tensor of which only shape and type may be read}
  static Array withoutElements(DType type, Shape shape) {
    return new Array(shape, type, SHAPE_ONLY, 0);
  }

  /// {@return whether there are elements to read: not in what [Transforms#shapes] has returned}
  public boolean hasElements() {
    return storage != null && storage != DONATED && storage != SHAPE_ONLY;
  }

  /// {@return the same storage seen with another shape, from `shift` elements further on}
  public Array view(Shape as, int shift) {
    if (shift < 0 || (long) shift + as.size() > shape.size()) {
      throw new ShapeError("view: " + as + " from element " + shift + " on leaves " + shape);
    }
    StepMemory.viewed(storage, sharing);
    return new Array(as, type, storage, offset + shift, sharing);
  }

  /// Gives up the storage for reuse if no other tensor can read it and it is not in `kept`;
  /// afterwards this tensor cannot be read.
  ///
  /// @return the storage, or null when it stays with this tensor
  float[] donate(Set<Object> kept) {
    boolean whole =
        storage instanceof float[] a
            && a.length == shape.size()
            && !sharing.shared
            && !kept.contains(a);
    float[] given = whole ? (float[]) storage : null;
    storage = whole ? DONATED : storage;
    return given;
  }

  @Override
  public Shape shape() {
    return shape;
  }

  @Override
  public DType dtype() {
    return type;
  }

  @Override
  Array array(String op) {
    return this;
  }

  /// {@return where this tensor starts in its storage}
  public int offset() {
    return offset;
  }

  /// {@return the storage itself: a `float[]`, `double[]` or `int[]`}
  public Object storage() {
    if (storage == null) {
      throw new IllegalStateException("a vjp rule read a value that its uses() does not declare");
    }
    if (storage == SHAPE_ONLY) {
      throw new ShapeError(
          "this tensor is "
              + type
              + shape
              + " without elements, of Transforms.shapes; load a value for it");
    }
    if (storage == DONATED) {
      throw new ShapeError(
          "this tensor "
              + shape
              + " was donated to a mapped call; use what the call returned, or leave out donate()");
    }
    return storage;
  }

  /// {@return the storage of a float32 tensor}
  public float[] floats() {
    return (float[]) storage();
  }

  /// {@return the storage of a float64 tensor}
  public double[] doubles() {
    return (double[]) storage();
  }

  /// {@return the storage of an int32 tensor}
  public int[] ints() {
    return (int[]) storage();
  }

  /// {@return element `i` in row-major order, as a double}
  public double element(int i) {
    int at = offset + i;
    return switch (type) {
      case FLOAT32 -> floats()[at];
      case FLOAT64 -> doubles()[at];
      case INT32 -> ints()[at];
    };
  }

  float[] copyFloats() {
    if (type == DType.FLOAT32) {
      return Arrays.copyOfRange(floats(), offset, offset + shape.size());
    }
    float[] copy = new float[shape.size()];
    for (int i = 0; i < copy.length; i++) {
      copy[i] = (float) element(i);
    }
    return copy;
  }

  double[] copyDoubles() {
    double[] copy = new double[shape.size()];
    for (int i = 0; i < copy.length; i++) {
      copy[i] = element(i);
    }
    return copy;
  }

  int[] copyInts() {
    if (type != DType.INT32) {
      throw new ShapeError("toInts: the tensor is " + type + "; cast it to int32 first");
    }
    return Arrays.copyOfRange(ints(), offset, offset + shape.size());
  }

  /// {@return type, shape and the elements; of more than a thousand the first and last three of
  /// each axis; never many more than a thousand}
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(type.toString()).append(shape);
    if (hasElements()) {
      new Printer(text.append(' '), shape.size() > MOST_PRINTED).print(0, 0);
    }
    return text.toString();
  }

  private final class Printer {
    private final StringBuilder text;
    private final boolean shorten;
    private int printed;

    Printer(StringBuilder text, boolean shorten) {
      this.text = text;
      this.shorten = shorten;
    }

    /// Prints what starts at element `at` and returns the index of the element after it.
    int print(int axis, int at) {
      printed++;
      if (axis == shape.rank()) {
        double v = element(at);
        text.append(
            type == DType.INT32
                ? Integer.toString((int) v)
                : type == DType.FLOAT32 ? Float.toString((float) v) : Double.toString(v));
        return at + 1;
      }
      int n = shape.dim(axis);
      int inner = 1;
      for (int i = axis + 1; i < shape.rank(); i++) {
        inner *= shape.dim(i);
      }
      int next = at;
      text.append('[');
      for (int i = 0; i < n; i++) {
        if (printed > 2 * MOST_PRINTED) {
          text.append(i == 0 ? "…" : ", …");
          break;
        }
        if (shorten && n > 6 && i == 3) {
          text.append(", …");
          next += (n - 6) * inner;
          i = n - 3;
        }
        text.append(i == 0 ? "" : ", ");
        next = print(axis + 1, next);
      }
      text.append(']');
      return at + n * inner;
    }
  }
}
