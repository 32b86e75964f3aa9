package dev.tutti.engine.reference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.util.Arrays;
import java.util.Comparator;
import java.util.function.IntToLongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// Error bounds, special values, monotony and exact bits of [FloatMath].
class FloatMathTest {
  /// A prime, so that the sample has every exponent with changing significands.
  private static final int STRIDE = 2003;

  private interface FloatFunction {
    float apply(float x);
  }

  private interface DoubleFunction {
    double apply(double x);
  }

  /// The functions, each with a float64 oracle, its documented bound in ulps and the digest of its
  /// results over the sample.
  private enum Case {
    EXP(FloatMath::exp, StrictMath::exp, 1.03, -3142688837417213096L),
    LOG(FloatMath::log, StrictMath::log, 0.94, -7321095789298711731L),
    TANH(FloatMath::tanh, StrictMath::tanh, 1.20, 984734849986869500L),
    SIGMOID(FloatMath::sigmoid, DoubleMath::sigmoid, 2.41, 1731182601261604080L),
    ERF(FloatMath::erf, DoubleMath::erf, 1.44, -2781393246023410084L),
    GELU(FloatMath::gelu, DoubleMath::gelu, 1.67, 2946575575681611076L);

    private final FloatFunction function;
    private final DoubleFunction oracle;
    private final double ulps;
    private final long digest;

    Case(FloatFunction function, DoubleFunction oracle, double ulps, long digest) {
      this.function = function;
      this.oracle = oracle;
      this.ulps = ulps;
      this.digest = digest;
    }

    /// The error allowed at x.
    double tolerance(float x, double exact) {
      if (this == GELU && x < 0) {
        // 1 + erf cancels there, so the bound is relative to x and not to the result.
        return Math.clamp(-x * 0x1p-24, Float.MIN_VALUE, 1.1e-7);
      }
      return ulps * ulp(exact);
    }
  }

  /// The distance of neighbouring floats in the binade of `exact`.
  private static double ulp(double exact) {
    int exponent = Math.clamp(Math.getExponent(exact), Float.MIN_EXPONENT, Float.MAX_EXPONENT);
    return Math.scalb(1.0, exponent - FloatMath.MANTISSA_BITS);
  }

  /// `y` as a number: an overflow counts as 2^128, the float that would follow the greatest.
  private static double bounded(double y) {
    return Math.clamp(y, -0x1p128, 0x1p128);
  }

  private static long mix(long digest, float y) {
    return mixBits(digest, Float.floatToIntBits(y));
  }

  private static long mixBits(long digest, int bits) {
    return (digest ^ bits) * 0x100000001b3L;
  }

  @ParameterizedTest
  @EnumSource
  void keepsItsBoundAndItsBits(Case c) {
    long digest = 0;
    for (long bits = 0; bits < 1L << 32; bits += STRIDE) {
      float x = Float.intBitsToFloat((int) bits);
      float y = c.function.apply(x);
      double exact = c.oracle.apply(x);
      digest = mix(digest, y);
      if (Double.isNaN(exact)) {
        assertTrue(Float.isNaN(y), () -> c + "(" + x + ")");
        continue;
      }
      double error = Math.abs(bounded(y) - bounded(exact));
      if (!(error <= c.tolerance(x, exact))) {
        assertEquals(exact, y, c.tolerance(x, exact), () -> c + "(" + x + ")");
      }
    }
    assertEquals(c.digest, digest, () -> c + ": the formula has changed");
  }

  /// A last digit of a high coefficient changes one result in a million, too few for the sample.
  @Test
  void theConstantsAreFixed() throws IllegalAccessException {
    Field[] constants = FloatMath.class.getFields();
    Arrays.sort(constants, Comparator.comparing(Field::getName));
    long digest = 0;
    for (Field constant : constants) {
      digest = mixBits(digest, constant.get(null).hashCode());
    }
    assertEquals(
        5852899414939485342L, digest, "a constant has changed: so have results, on every backend");
  }

  @ParameterizedTest
  @CsvSource({
    "EXP, NaN, NaN",
    "EXP, Infinity, Infinity",
    "EXP, -Infinity, 0",
    "EXP, 0, 1",
    "EXP, -0.0, 1",
    "EXP, 0x1p-149, 1",
    "EXP, -0x1p-149, 1",
    // The last finite result and the first infinite one.
    "EXP, 0x1.62e42ep6, 0x1.ffff08p127",
    "EXP, 0x1.62e43p6, Infinity",
    // Either side of half the least subnormal.
    "EXP, -0x1.9fe368p6, 0x1p-149",
    "EXP, -0x1.9fe36ap6, 0",
    "EXP, 0x1.fffffep127, Infinity",
    "EXP, -0x1.fffffep127, 0",
    "LOG, NaN, NaN",
    "LOG, Infinity, Infinity",
    "LOG, -Infinity, NaN",
    "LOG, 0, -Infinity",
    "LOG, -0.0, -Infinity",
    "LOG, -0x1p-149, NaN",
    "LOG, -1, NaN",
    "LOG, 1, 0",
    "LOG, 0x1p-149, -0x1.9d1dap6",
    "LOG, 0x1.fffffep127, 0x1.62e43p6",
    "TANH, NaN, NaN",
    "TANH, Infinity, 1",
    "TANH, -Infinity, -1",
    "TANH, 0, 0",
    "TANH, -0.0, -0.0",
    "TANH, 0x1p-149, 0x1p-149",
    "TANH, -0x1.fffffcp-127, -0x1.fffffcp-127",
    "TANH, 0x1.fffffep127, 1",
    "SIGMOID, NaN, NaN",
    "SIGMOID, Infinity, 1",
    "SIGMOID, -Infinity, 0",
    "SIGMOID, 0, 0.5",
    "SIGMOID, -0.0, 0.5",
    "SIGMOID, -0x1.9fe368p6, 0x1p-149",
    "SIGMOID, -0x1.9fe36ap6, 0",
    "SIGMOID, 0x1.fffffep127, 1",
    "ERF, NaN, NaN",
    "ERF, Infinity, 1",
    "ERF, -Infinity, -1",
    "ERF, 0, 0",
    "ERF, -0.0, -0.0",
    "ERF, 0x1p-149, 0x1p-149",
    "ERF, -0x1p-149, -0x1p-149",
    "ERF, 4, 1",
    "ERF, -4, -1",
    "ERF, 0x1.fffffep127, 1",
    "GELU, NaN, NaN",
    "GELU, Infinity, Infinity",
    "GELU, -Infinity, -0.0",
    "GELU, 0, 0",
    "GELU, -0.0, -0.0",
    "GELU, 0x1p-148, 0x1p-149",
    "GELU, -0x1p-148, -0x1p-149",
    "GELU, -8, -0.0",
    "GELU, 0x1.fffffep127, 0x1.fffffep127",
    "GELU, -0x1.fffffep127, -0.0",
  })
  void treatsSpecialValues(Case c, String x, String y) {
    assertEquals(Float.parseFloat(y), c.function.apply(Float.parseFloat(x)));
  }

  /// The places where a formula passes from one piece to the next, and where results leave the
  /// normal range. `erf` may fall by an ulp at its split, where a step of x moves it by less than
  /// that.
  @ParameterizedTest
  @CsvSource({
    "EXP, 0x1.62e43p-2", // n goes from 0 to 1
    "EXP, 0x1.b8d774p5", // n goes from 79 to 80
    "EXP, -0x1.5d589ep6", // results become subnormal
    "LOG, 0x1.555556p-1", // e goes from -1 to 0
    "LOG, 0x1p0",
    "LOG, 0x1.555556p0", // e goes from 0 to 1
    "LOG, 0x1p-126", // arguments become subnormal
    "TANH, 0x1.4p-1", // the split
    "TANH, 0x1.0a2b24p-1", // n goes from 1 to 2
    "TANH, 0x1.3p3", // the clamp
    "SIGMOID, 0",
    "SIGMOID, -0x1.5d589ep6",
    "ERF, 0x1.2p0", // the split
    "ERF, 0x1p2", // the clamp
  })
  void doesNotDecreaseAroundASeam(Case c, String center) {
    int middle = Float.floatToRawIntBits(Math.abs(Float.parseFloat(center)));
    float sign = center.startsWith("-") ? -1 : 1;
    float previous = sign * Float.NaN;
    for (int bits = Math.max(middle - 20_000, 0); bits < middle + 20_000; bits++) {
      float y = sign * c.function.apply(sign * Float.intBitsToFloat(bits));
      float before = previous;
      float least = c == Case.ERF ? before - Math.ulp(before) : before;
      assertTrue(!(y < least), () -> c + " falls from " + before + " to " + y);
      previous = y;
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"TANH", "ERF"})
  void isOdd(Case c) {
    for (long bits = 0; bits <= 0x7f800000L; bits += STRIDE) {
      float x = Float.intBitsToFloat((int) bits);
      assertEquals(-c.function.apply(x), c.function.apply(-x));
    }
  }

  /// The fused form has the bits of the operations that it replaces, as long as x / 2 is exact.
  @Test
  void geluIsItsDecomposition() {
    for (long bits = 0; bits < 1L << 32; bits += STRIDE) {
      float x = Float.intBitsToFloat((int) bits);
      if (Math.abs(x) >= 2 * Float.MIN_NORMAL && Math.abs(x) <= Float.MAX_VALUE) {
        float phi = FloatMath.erf(x * FloatMath.SQRT_HALF) + 1;
        assertEquals(x * 0.5f * phi, FloatMath.gelu(x), () -> "gelu(" + x + ")");
      }
    }
  }

  /// A fresh class loader gives classes that have not been compiled yet, whatever ran before. The
  /// first pass, under 100 calls of each function, is interpreted; the others go through both
  /// compilers.
  @Test
  void compilationChangesNoBit() throws ReflectiveOperationException {
    Class<?> fresh = new FreshLoader().loadClass(Pass.class.getName());
    assertNotSame(Pass.class, fresh);
    Constructor<?> constructor = fresh.getDeclaredConstructor();
    constructor.setAccessible(true);
    IntToLongFunction pass = (IntToLongFunction) constructor.newInstance();
    long interpreted = pass.applyAsLong(0);
    for (int i = 0; i < 20_000; i++) {
      assertEquals(interpreted, pass.applyAsLong(i));
    }
    assertEquals(interpreted, new Pass().applyAsLong(0));
  }

  /// One digest over all functions at 48 points of very different size.
  static final class Pass implements IntToLongFunction {
    @Override
    public long applyAsLong(int round) {
      long digest = 0;
      for (int i = 0; i < 48; i++) {
        float x = Float.intBitsToFloat((i & 1) << 31 | (0x3a000000 + i * 0x2aaaab));
        digest = mix(digest, FloatMath.exp(x));
        digest = mix(digest, FloatMath.log(Math.abs(x)));
        digest = mix(digest, FloatMath.tanh(x));
        digest = mix(digest, FloatMath.sigmoid(x));
        digest = mix(digest, FloatMath.erf(x));
        digest = mix(digest, FloatMath.gelu(x));
      }
      return digest;
    }
  }

  /// Defines the classes of this package itself instead of asking its parent.
  private static final class FreshLoader extends ClassLoader {
    FreshLoader() {
      super(FloatMathTest.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (!name.startsWith(FloatMath.class.getPackageName())) {
        return super.loadClass(name, resolve);
      }
      Class<?> known = findLoadedClass(name);
      return known != null ? known : define(name);
    }

    private Class<?> define(String name) throws ClassNotFoundException {
      String file = name.substring(name.lastIndexOf('.') + 1) + ".class";
      try (InputStream in = FloatMathTest.class.getResourceAsStream(file)) {
        byte[] code = in.readAllBytes();
        return defineClass(name, code, 0, code.length);
      } catch (IOException e) {
        throw new ClassNotFoundException(name, e);
      }
    }
  }
}
