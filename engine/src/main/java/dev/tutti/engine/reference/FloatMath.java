package dev.tutti.engine.reference;

/// The elementary functions of float32, as branch-free polynomials with the same bits everywhere.
///
/// Each function is a fixed sequence of `+ - * /`, [Math#fma(float, float, float)], absolute value,
/// compare and select, and integer operations on the float's bits. All of these are rounded exactly
/// as IEEE 754 prescribes, on every machine, in the interpreter and in compiled code. There is no
/// table, no float64 step and no early return, so a vector backend or an OpenCL kernel that repeats
/// the sequence lane by lane gives the same bits; the constants are public for that purpose.
/// (`Math.exp` gives no such promise: it may differ by an ulp between machines.) Only the sign and
/// payload of a NaN result are not specified.
///
/// The error bounds were measured over all 2^32 bit patterns against float64 values. An ulp is the
/// distance of neighbouring floats in the binade of the exact result. Subnormal arguments and
/// results count like all others: underflow is gradual. `exp`, `log` and `tanh` never decrease;
/// `sigmoid` and `erf` may fall by one ulp between neighbouring arguments.
///
/// The coefficients are weighted minimax fits in float64 (least squares reweighted towards the
/// largest error, after Lawson, 1961, on 1,000 or more Chebyshev nodes). They are rounded to
/// float32 one by one, lowest power first, and the others are fitted again after each rounding.
public final class FloatMath {
  /// Adding this to `|x| < 2^22` rounds x to an integer, which is then in the lowest bits.
  public static final float ROUND = 0x1.8p23f;

  /// The bits of [#ROUND].
  public static final int ROUND_BITS = 0x4b400000;

  /// The bias of the float's exponent.
  public static final int EXPONENT_BIAS = 127;

  /// The explicit bits of the float's significand.
  public static final int MANTISSA_BITS = 23;

  /// The bit that holds a float's sign.
  public static final int SIGN_BIT = 0x80000000;

  /// `1 / ln 2`.
  public static final float LOG2_E = 0x1.715476p0f;

  /// `ln 2` rounded to float32.
  public static final float LN2_HI = 0x1.62e43p-1f;

  /// `ln 2` less [#LN2_HI].
  public static final float LN2_LO = -0x1.05c61p-29f;

  /// From here on `e^x` overflows to infinity.
  public static final float EXP_MAX = 89;

  /// From here down `e^x` is below half the least subnormal and becomes 0.
  public static final float EXP_MIN = -104;

  // e^r = 1 + r + r² (C0 + C1 r + ... + C4 r⁴) on |r| <= ln 2 / 2. C0 is set; the others are fitted
  // with the weight r² / e^r: the relative error of e^r is 2^-28.0.
  public static final float EXP_C0 = 0.5f;
  public static final float EXP_C1 = 0x1.5554a4p-3f;
  public static final float EXP_C2 = 0x1.55568ap-5f;
  public static final float EXP_C3 = 0x1.122f22p-7f;
  public static final float EXP_C4 = 0x1.6b6be8p-10f;

  /// The bits of 2/3: `log` splits x into `2^e m` with m in `[2/3, 4/3)`.
  public static final int LOG_SPLIT_BITS = 0x3f2aaaab;

  /// What `log` multiplies a subnormal x with, to make it normal.
  public static final float LOG_SUBNORMAL_SCALE = 0x1p23f;

  // log(1 + f) = f - f²/2 + f³ (C0 + C1 f + ... + C7 f⁷) on |f| <= 1/3, fitted with the weight
  // f³ / log(1 + f). The relative error of log(1 + f) is 2^-27.7.
  public static final float LOG_C0 = 0x1.555506p-2f;
  public static final float LOG_C1 = -0x1.fffefcp-3f;
  public static final float LOG_C2 = 0x1.99d044p-3f;
  public static final float LOG_C3 = -0x1.559c46p-3f;
  public static final float LOG_C4 = 0x1.1ed66p-3f;
  public static final float LOG_C5 = -0x1.f3329ep-4f;
  public static final float LOG_C6 = 0x1.1e67a2p-3f;
  public static final float LOG_C7 = -0x1.07c99p-3f;

  /// Below this value `tanh` uses the coefficients C, from this value on `e^(2x)`.
  public static final float TANH_SPLIT = 0.625f;

  /// From here on `tanh x` is 1.
  public static final float TANH_MAX = 9.5f;

  // tanh(x) = x + x³ (C0 + C1 x² + ... + C4 x⁸) on |x| <= 0.625, fitted with the weight
  // x³ / tanh(x): relative error 2^-27.7.
  public static final float TANH_C0 = -0x1.555532p-2f;
  public static final float TANH_C1 = 0x1.1106f6p-3f;
  public static final float TANH_C2 = -0x1.b835a4p-5f;
  public static final float TANH_C3 = 0x1.51f8cep-6f;
  public static final float TANH_C4 = -0x1.750ce4p-8f;

  /// Below this value `erf` uses the coefficients P, from this value on the coefficients Q.
  public static final float ERF_SPLIT = 1.125f;

  /// From here on `erf x` is 1.
  public static final float ERF_MAX = 4;

  /// The point about which the polynomial Q is written.
  public static final float ERF_CENTER = 2.5f;

  // erf(x) = x + x (P0 + P1 x² + ... + P6 x¹²) on |x| <= 1.125, fitted with the weight x / erf(x):
  // relative error 2^-27.2.
  public static final float ERF_P0 = 0x1.06eba8p-3f;
  public static final float ERF_P1 = -0x1.81272ep-2f;
  public static final float ERF_P2 = 0x1.ce2984p-4f;
  public static final float ERF_P3 = -0x1.b7bbdcp-6f;
  public static final float ERF_P4 = 0x1.522ec8p-8f;
  public static final float ERF_P5 = -0x1.9726c4p-11f;
  public static final float ERF_P6 = 0x1.2843d4p-14f;

  // erf(x) = 1 - (Q0 + Q1 t + ... + Q7 t⁷)⁴ with t = x - 2.5, on 1.125 <= x <= 4. The fourth root
  // of 1 - erf(x) is fitted with the weight 4 (1 - erf(x))^(3/4): absolute error of erf(x) 2^-26.7.
  public static final float ERF_Q0 = 0x1.22e2p-3f;
  public static final float ERF_Q1 = -0x1.853edap-3f;
  public static final float ERF_Q2 = 0x1.7f86acp-4f;
  public static final float ERF_Q3 = -0x1.939996p-7f;
  public static final float ERF_Q4 = -0x1.aa19f2p-8f;
  public static final float ERF_Q5 = 0x1.6735fcp-9f;
  public static final float ERF_Q6 = 0x1.85d6b8p-14f;
  public static final float ERF_Q7 = -0x1.7876bp-13f;

  /// `1 / √2`.
  public static final float SQRT_HALF = 0x1.6a09e6p-1f;

  /// From here down `gelu x` is -0: `erf` has reached -1.
  public static final float GELU_MIN = -8;

  /// `1 / √(2π)`.
  public static final float NORMAL_DENSITY = 0x1.988454p-2f;

  /// From here on, up or down, the normal density is 0 in float32.
  public static final float DENSITY_MAX = 16;

  private FloatMath() {}

  /// {@return `e^x`, with an error of at most 1.03 ulps}
  ///
  /// `x = n ln 2 + r` with an integer n and `|r| <= ln 2 / 2`, so `e^x = 2^n e^r`. The factor `2^n`
  /// is applied in two steps, since n reaches 128 and -150.
  public static float exp(float x) {
    float a = x > EXP_MAX ? EXP_MAX : x;
    a = a < EXP_MIN ? EXP_MIN : a;
    float shifted = Math.fma(a, LOG2_E, ROUND);
    float n = shifted - ROUND;
    float r = Math.fma(n, -LN2_LO, Math.fma(n, -LN2_HI, a));
    float q = Math.fma(EXP_C4, r, EXP_C3);
    q = Math.fma(q, r, EXP_C2);
    q = Math.fma(q, r, EXP_C1);
    q = Math.fma(q, r, EXP_C0);
    float p = 1 + Math.fma(r * r, q, r);
    int exponent = Float.floatToRawIntBits(shifted) - ROUND_BITS;
    int half = exponent >> 1;
    return p * powerOfTwo(half) * powerOfTwo(exponent - half);
  }

  /// {@return the natural logarithm of x, with an error of at most 0.94 ulps}
  ///
  /// It is -∞ at ±0 and NaN below 0.
  ///
  /// `x = 2^e (1 + f)` with f in `[-1/3, 1/3)`, so `log x = e ln 2 + log(1 + f)`.
  public static float log(float x) {
    boolean subnormal = x < Float.MIN_NORMAL;
    float a = subnormal ? x * LOG_SUBNORMAL_SCALE : x;
    int bits = Float.floatToRawIntBits(a);
    int exponent = (bits - LOG_SPLIT_BITS) >> MANTISSA_BITS;
    float f = Float.intBitsToFloat(bits - (exponent << MANTISSA_BITS)) - 1;
    float e = Float.intBitsToFloat(exponent + ROUND_BITS) - ROUND;
    e = subnormal ? e - MANTISSA_BITS : e;
    float p = Math.fma(LOG_C7, f, LOG_C6);
    p = Math.fma(p, f, LOG_C5);
    p = Math.fma(p, f, LOG_C4);
    p = Math.fma(p, f, LOG_C3);
    p = Math.fma(p, f, LOG_C2);
    p = Math.fma(p, f, LOG_C1);
    p = Math.fma(p, f, LOG_C0);
    float low = Math.fma(e, LN2_LO, f * f * Math.fma(p, f, -0.5f));
    float y = Math.fma(e, LN2_HI, f + low);
    y = x == Float.POSITIVE_INFINITY ? x : y;
    y = x == 0 ? Float.NEGATIVE_INFINITY : y;
    return x >= 0 ? y : Float.NaN;
  }

  /// {@return the hyperbolic tangent of x, with an error of at most 1.20 ulps}
  ///
  /// For small x an odd polynomial, then `1 - 2 / (e^y + 1)` with `y = 2|x|`, where `e^y + 1` has
  /// one rounding: as in [#exp(float)], `e^y = s (1 + p)` with `s = 2^n`.
  public static float tanh(float x) {
    float a = Math.abs(x);
    float u = a * a;
    float near = Math.fma(TANH_C4, u, TANH_C3);
    near = Math.fma(near, u, TANH_C2);
    near = Math.fma(near, u, TANH_C1);
    near = Math.fma(near, u, TANH_C0);
    near = Math.fma(near * u, a, a);

    float y = 2 * (a > TANH_MAX ? TANH_MAX : a);
    float shifted = Math.fma(y, LOG2_E, ROUND);
    float n = shifted - ROUND;
    float r = Math.fma(n, -LN2_LO, Math.fma(n, -LN2_HI, y));
    float q = Math.fma(EXP_C4, r, EXP_C3);
    q = Math.fma(q, r, EXP_C2);
    q = Math.fma(q, r, EXP_C1);
    q = Math.fma(q, r, EXP_C0);
    float p = Math.fma(r * r, q, r);
    float s = powerOfTwo(Float.floatToRawIntBits(shifted) - ROUND_BITS);
    float far = 1 - 2 / Math.fma(s, p, s + 1);
    return withSign(a < TANH_SPLIT ? near : far, x);
  }

  /// {@return the logistic function `1 / (1 + e^-x)`, with an error of at most 2.41 ulps}
  ///
  /// Computed from `z = e^-|x|` as `1 / (1 + z)` or, below 0, `z / (1 + z)`, which underflows
  /// gradually like z.
  public static float sigmoid(float x) {
    float z = exp(-Math.abs(x));
    return (x < 0 ? z : 1) / (1 + z);
  }

  /// {@return the error function `2/√π ∫₀ˣ e^(-t²) dt`, with an error of at most 1.44 ulps}
  ///
  /// For small x an odd polynomial, then one minus the fourth power of a polynomial: the fourth
  /// root of `1 - erf` needs half the degree that `1 - erf` itself does.
  public static float erf(float x) {
    float a = Math.abs(x);
    float u = a * a;
    float p = Math.fma(ERF_P6, u, ERF_P5);
    p = Math.fma(p, u, ERF_P4);
    p = Math.fma(p, u, ERF_P3);
    p = Math.fma(p, u, ERF_P2);
    p = Math.fma(p, u, ERF_P1);
    p = Math.fma(p, u, ERF_P0);
    float near = Math.fma(p, a, a);

    float t = (a > ERF_MAX ? ERF_MAX : a) - ERF_CENTER;
    float q = Math.fma(ERF_Q7, t, ERF_Q6);
    q = Math.fma(q, t, ERF_Q5);
    q = Math.fma(q, t, ERF_Q4);
    q = Math.fma(q, t, ERF_Q3);
    q = Math.fma(q, t, ERF_Q2);
    q = Math.fma(q, t, ERF_Q1);
    q = Math.fma(q, t, ERF_Q0);
    float root = q * q;
    float far = Math.fma(-root, root, 1);
    return withSign(a < ERF_SPLIT ? near : far, x);
  }

  /// {@return the Gaussian error linear unit `x · ½ (1 + erf(x / √2))`}
  ///
  /// The error is at most 1.67 ulps for x >= 0. Below 0 the sum `1 + erf` cancels, as it does
  /// wherever this formula is used: there the error is at most `2^-24 |x|` (at least one subnormal
  /// step), and at most 1.1e-7. -∞ gives -0, the limit.
  public static float gelu(float x) {
    float phi = Math.fma(0.5f, erf(x * SQRT_HALF), 0.5f);
    return (x < GELU_MIN ? GELU_MIN : x) * phi;
  }

  /// {@return the slope of [#gelu(float)], `Φ(x) + x φ(x)`}
  ///
  /// The absolute error is a few 2^-24.
  public static float geluSlope(float x) {
    float a = x > DENSITY_MAX ? DENSITY_MAX : x;
    a = a < -DENSITY_MAX ? -DENSITY_MAX : a;
    float density = exp(-0.5f * (a * a)) * NORMAL_DENSITY;
    return Math.fma(a, density, Math.fma(0.5f, erf(x * SQRT_HALF), 0.5f));
  }

  /// `2^n` for -126 <= n <= 127.
  private static float powerOfTwo(int n) {
    return Float.intBitsToFloat((n + EXPONENT_BIAS) << MANTISSA_BITS);
  }

  /// `magnitude`, which is not negative, with the sign of `sign`.
  private static float withSign(float magnitude, float sign) {
    return Float.intBitsToFloat(
        Float.floatToRawIntBits(magnitude) | (Float.floatToRawIntBits(sign) & SIGN_BIT));
  }
}
