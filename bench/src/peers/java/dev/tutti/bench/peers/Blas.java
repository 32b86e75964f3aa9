package dev.tutti.bench.peers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Fortran's `sgemm_` of a BLAS library. Their numbers of threads come from environment variables
/// that are set before the JVM starts.
final class Blas {
  private static List<Blas> found;

  private final String name;
  private final String version;
  private final MethodHandle sgemm;

  private Blas(String name, String version, MethodHandle sgemm) {
    this.name = name;
    this.version = version;
    this.sgemm = sgemm;
  }

  /// {@return the library's description of itself}
  String version() {
    return version;
  }

  /// {@return the library's name}
  String name() {
    return name;
  }

  /// {@return BLIS, OpenBLAS and oneMKL (the one in libtorch), those that are there}; what is not
  /// is said on standard error.
  static synchronized List<Blas> installed() {
    if (found == null) {
      found = new ArrayList<>();
      load("blis", "libblis.so.4", "bli_info_get_version_str").ifPresent(found::add);
      load("openblas", "libopenblas.so.0", "openblas_get_config").ifPresent(found::add);
      loadedTorch().flatMap(path -> load("mkl", path, "")).ifPresent(found::add);
    }
    return found;
  }

  private static Optional<Blas> load(String name, String library, String describes) {
    try {
      SymbolLookup symbols = SymbolLookup.libraryLookup(library, Arena.global());
      MemorySegment sgemm = symbols.find("sgemm_").orElseThrow();
      String version = symbols.find(describes).map(Blas::text).orElse("unknown");
      return Optional.of(
          new Blas(name, version, Linker.nativeLinker().downcallHandle(sgemm, SGEMM)));
    } catch (RuntimeException e) {
      System.err.println("side-by-side: no " + name + " (" + library + "); going on without it");
      return Optional.empty();
    }
  }

  /// What a function without arguments returns, a string of C.
  private static String text(MemorySegment function) {
    FunctionDescriptor string = FunctionDescriptor.of(ValueLayout.ADDRESS);
    try {
      MemorySegment address =
          (MemorySegment) Linker.nativeLinker().downcallHandle(function, string).invokeExact();
      return address.reinterpret(256).getString(0);
    } catch (Throwable e) {
      return "unknown";
    }
  }

  /// The libtorch that this process has loaded; oneMKL is linked into it.
  private static Optional<String> loadedTorch() {
    Path maps = Path.of("/proc/self/maps");
    if (!Files.isReadable(maps)) {
      return Optional.empty();
    }
    try (Stream<String> lines = Files.lines(maps)) {
      return lines
          .filter(l -> l.endsWith("/libtorch_cpu.so"))
          .map(l -> l.substring(l.indexOf('/')))
          .findFirst();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// transa, transb, m, n, k, alpha, A, lda, B, ldb, beta, C, ldc
  private static final FunctionDescriptor SGEMM =
      FunctionDescriptor.ofVoid(Stream.generate(() -> ValueLayout.ADDRESS)
          .limit(13)
          .toArray(java.lang.foreign.MemoryLayout[]::new));

  /// A product of two row-major matrices: column-major, that is `Cᵀ = Bᵀ · Aᵀ`.
  final class Product {
    private final MemorySegment no;
    private final MemorySegment m;
    private final MemorySegment n;
    private final MemorySegment k;
    private final MemorySegment one;
    private final MemorySegment zero;
    private final MemorySegment a;
    private final MemorySegment b;
    private final MemorySegment c;

    /// Copies the operands, `[m, k]` and `[k, n]`, next to the library.
    Product(Arena arena, int m, int n, int k, float[] a, float[] b) {
      this.no = arena.allocateFrom("N");
      this.m = arena.allocateFrom(ValueLayout.JAVA_INT, m);
      this.n = arena.allocateFrom(ValueLayout.JAVA_INT, n);
      this.k = arena.allocateFrom(ValueLayout.JAVA_INT, k);
      this.one = arena.allocateFrom(ValueLayout.JAVA_FLOAT, 1);
      this.zero = arena.allocateFrom(ValueLayout.JAVA_FLOAT, 0);
      this.a = matrix(arena, a);
      this.b = matrix(arena, b);
      this.c = arena.allocate(4L * m * n, 64);
    }

    private static MemorySegment matrix(Arena arena, float[] values) {
      MemorySegment copy = arena.allocate(4L * values.length, 64);
      MemorySegment.copy(values, 0, copy, ValueLayout.JAVA_FLOAT, 0, values.length);
      return copy;
    }

    /// Computes the product this many times.
    void run(int times) {
      try {
        for (int i = 0; i < times; i++) {
          sgemm.invokeExact(no, no, n, m, k, one, b, n, a, k, zero, c, n);
        }
      } catch (RuntimeException | Error e) {
        throw e;
      } catch (Throwable e) {
        throw new IllegalStateException(e);
      }
    }

    /// {@return the product}
    float[] result() {
      return c.toArray(ValueLayout.JAVA_FLOAT);
    }
  }
}
