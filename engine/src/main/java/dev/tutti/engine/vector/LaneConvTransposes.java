package dev.tutti.engine.vector;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/// Blocks of images between rows of pixels and vectors with an image per lane.
///
/// With 16 lanes, squares of 16 × 16 floats are transposed in registers: four rounds exchange
/// halves, quarters, eighths and single lanes between pairs of rows.
final class LaneConvTransposes {
  private static final VectorSpecies<Float> F = Lanes.FLOATS;
  private static final int L = Lanes.COUNT;

  /// Columns that are transposed back at a time; rows of a power of two floats would share cache
  /// sets.
  private static final int CHUNK = 256;

  private static final int CHUNK_STEP = CHUNK + 16;

  private static final IntVector LOW8 = low(8);
  private static final IntVector LOW4 = low(4);
  private static final IntVector LOW2 = low(2);
  private static final IntVector LOW1 = low(1);
  private static final IntVector HIGH8 = high(8);
  private static final IntVector HIGH4 = high(4);
  private static final IntVector HIGH2 = high(2);
  private static final IntVector HIGH1 = high(1);

  private LaneConvTransposes() {}

  /// Lanes without bit `d` of the first row, then those of the second.
  private static IntVector low(int d) {
    int[] lanes = new int[16];
    for (int l = 0; l < 16; l++) {
      lanes[l] = (l & d) == 0 ? l : 16 + l - d;
    }
    return IntVector.fromArray(IntVector.SPECIES_512, lanes, 0);
  }

  /// Lanes with bit `d` of the first row, then those of the second.
  private static IntVector high(int d) {
    int[] lanes = new int[16];
    for (int l = 0; l < 16; l++) {
      lanes[l] = (l & d) == 0 ? l + d : 16 + l;
    }
    return IntVector.fromArray(IntVector.SPECIES_512, lanes, 0);
  }

  /// `to[start + places[c] + l] = from[at + l · step + c]` for lanes l < count, 0 for the others.
  static void toLanes(
      float[] from, int at, int step, int count, float[] to, int start, int[] places) {
    int n = places.length;
    if (L < 16 || n < 16) {
      scalarToLanes(from, at, step, count, to, start, places);
    } else if (count == 16) {
      squaresToLanes(from, at, step, to, start, places);
    } else {
      float[] rows = Scratch.floats(Scratch.CONV + 2, 16 * n);
      for (int l = 0; l < 16; l++) {
        if (l < count) {
          System.arraycopy(from, at + l * step, rows, l * n, n);
        } else {
          Arrays.fill(rows, l * n, (l + 1) * n, 0);
        }
      }
      squaresToLanes(rows, 0, n, to, start, places);
    }
  }

  private static void scalarToLanes(
      float[] from, int at, int step, int count, float[] to, int start, int[] places) {
    for (int c = 0; c < places.length; c++) {
      int place = start + places[c];
      for (int l = 0; l < count; l++) {
        to[place + l] = from[at + l * step + c];
      }
      for (int l = count; l < L; l++) {
        to[place + l] = 0;
      }
    }
  }

  /// `to[at + l · step + c] = from[start + c · L + l]` for c < n and lanes l < count.
  static void fromLanes(float[] from, int start, int n, float[] to, int at, int step, int count) {
    if (L < 16 || n < 16) {
      for (int l = 0; l < count; l++) {
        for (int c = 0; c < n; c++) {
          to[at + l * step + c] = from[start + c * L + l];
        }
      }
      return;
    }
    int whole = n & -16;
    if (count == 16 && step % 256 != 0) {
      squares(from, start, whole, to, at, step);
      if (whole < n) {
        squares(from, start + (n - 16) * 16, 16, to, at + n - 16, step);
      }
      return;
    }
    float[] rows = Scratch.floats(Scratch.CONV + 2, 16 * CHUNK_STEP);
    for (int c = 0; c < n; c += CHUNK) {
      int columns = Math.min(CHUNK, n - c);
      if (columns < 16) {
        c = n - 16;
        columns = 16;
      }
      squares(from, start + c * 16, columns & -16, rows, 0, CHUNK_STEP);
      if (columns % 16 != 0) {
        squares(from, start + (c + columns - 16) * 16, 16, rows, columns - 16, CHUNK_STEP);
      }
      for (int l = 0; l < count; l++) {
        System.arraycopy(rows, l * CHUNK_STEP, to, at + l * step + c, columns);
      }
    }
  }

  /// Squares along 16 rows of `places.length` floats to vectors at `places`; the last square may
  /// overlap the one before.
  private static void squaresToLanes(
      float[] from, int at, int step, float[] to, int start, int[] places) {
    int last = places.length - 16;
    for (int c = 0; c < last + 16; c += 16) {
      int q = Math.min(c, last);
      int a = at + q;
      IntVector r0 = FloatVector.fromArray(F, from, a).reinterpretAsInts();
      IntVector r1 = FloatVector.fromArray(F, from, a + step).reinterpretAsInts();
      IntVector r2 = FloatVector.fromArray(F, from, a + 2 * step).reinterpretAsInts();
      IntVector r3 = FloatVector.fromArray(F, from, a + 3 * step).reinterpretAsInts();
      IntVector r4 = FloatVector.fromArray(F, from, a + 4 * step).reinterpretAsInts();
      IntVector r5 = FloatVector.fromArray(F, from, a + 5 * step).reinterpretAsInts();
      IntVector r6 = FloatVector.fromArray(F, from, a + 6 * step).reinterpretAsInts();
      IntVector r7 = FloatVector.fromArray(F, from, a + 7 * step).reinterpretAsInts();
      IntVector r8 = FloatVector.fromArray(F, from, a + 8 * step).reinterpretAsInts();
      IntVector r9 = FloatVector.fromArray(F, from, a + 9 * step).reinterpretAsInts();
      IntVector r10 = FloatVector.fromArray(F, from, a + 10 * step).reinterpretAsInts();
      IntVector r11 = FloatVector.fromArray(F, from, a + 11 * step).reinterpretAsInts();
      IntVector r12 = FloatVector.fromArray(F, from, a + 12 * step).reinterpretAsInts();
      IntVector r13 = FloatVector.fromArray(F, from, a + 13 * step).reinterpretAsInts();
      IntVector r14 = FloatVector.fromArray(F, from, a + 14 * step).reinterpretAsInts();
      IntVector r15 = FloatVector.fromArray(F, from, a + 15 * step).reinterpretAsInts();
      IntVector t0 = LOW8.selectFrom(r0, r8);
      r8 = HIGH8.selectFrom(r0, r8);
      r0 = t0;
      IntVector t1 = LOW8.selectFrom(r1, r9);
      r9 = HIGH8.selectFrom(r1, r9);
      r1 = t1;
      IntVector t2 = LOW8.selectFrom(r2, r10);
      r10 = HIGH8.selectFrom(r2, r10);
      r2 = t2;
      IntVector t3 = LOW8.selectFrom(r3, r11);
      r11 = HIGH8.selectFrom(r3, r11);
      r3 = t3;
      IntVector t4 = LOW8.selectFrom(r4, r12);
      r12 = HIGH8.selectFrom(r4, r12);
      r4 = t4;
      IntVector t5 = LOW8.selectFrom(r5, r13);
      r13 = HIGH8.selectFrom(r5, r13);
      r5 = t5;
      IntVector t6 = LOW8.selectFrom(r6, r14);
      r14 = HIGH8.selectFrom(r6, r14);
      r6 = t6;
      IntVector t7 = LOW8.selectFrom(r7, r15);
      r15 = HIGH8.selectFrom(r7, r15);
      r7 = t7;
      IntVector t8 = LOW4.selectFrom(r0, r4);
      r4 = HIGH4.selectFrom(r0, r4);
      r0 = t8;
      IntVector t9 = LOW4.selectFrom(r1, r5);
      r5 = HIGH4.selectFrom(r1, r5);
      r1 = t9;
      IntVector t10 = LOW4.selectFrom(r2, r6);
      r6 = HIGH4.selectFrom(r2, r6);
      r2 = t10;
      IntVector t11 = LOW4.selectFrom(r3, r7);
      r7 = HIGH4.selectFrom(r3, r7);
      r3 = t11;
      IntVector t12 = LOW4.selectFrom(r8, r12);
      r12 = HIGH4.selectFrom(r8, r12);
      r8 = t12;
      IntVector t13 = LOW4.selectFrom(r9, r13);
      r13 = HIGH4.selectFrom(r9, r13);
      r9 = t13;
      IntVector t14 = LOW4.selectFrom(r10, r14);
      r14 = HIGH4.selectFrom(r10, r14);
      r10 = t14;
      IntVector t15 = LOW4.selectFrom(r11, r15);
      r15 = HIGH4.selectFrom(r11, r15);
      r11 = t15;
      IntVector t16 = LOW2.selectFrom(r0, r2);
      r2 = HIGH2.selectFrom(r0, r2);
      r0 = t16;
      IntVector t17 = LOW2.selectFrom(r1, r3);
      r3 = HIGH2.selectFrom(r1, r3);
      r1 = t17;
      IntVector t18 = LOW2.selectFrom(r4, r6);
      r6 = HIGH2.selectFrom(r4, r6);
      r4 = t18;
      IntVector t19 = LOW2.selectFrom(r5, r7);
      r7 = HIGH2.selectFrom(r5, r7);
      r5 = t19;
      IntVector t20 = LOW2.selectFrom(r8, r10);
      r10 = HIGH2.selectFrom(r8, r10);
      r8 = t20;
      IntVector t21 = LOW2.selectFrom(r9, r11);
      r11 = HIGH2.selectFrom(r9, r11);
      r9 = t21;
      IntVector t22 = LOW2.selectFrom(r12, r14);
      r14 = HIGH2.selectFrom(r12, r14);
      r12 = t22;
      IntVector t23 = LOW2.selectFrom(r13, r15);
      r15 = HIGH2.selectFrom(r13, r15);
      r13 = t23;
      IntVector t24 = LOW1.selectFrom(r0, r1);
      r1 = HIGH1.selectFrom(r0, r1);
      r0 = t24;
      IntVector t25 = LOW1.selectFrom(r2, r3);
      r3 = HIGH1.selectFrom(r2, r3);
      r2 = t25;
      IntVector t26 = LOW1.selectFrom(r4, r5);
      r5 = HIGH1.selectFrom(r4, r5);
      r4 = t26;
      IntVector t27 = LOW1.selectFrom(r6, r7);
      r7 = HIGH1.selectFrom(r6, r7);
      r6 = t27;
      IntVector t28 = LOW1.selectFrom(r8, r9);
      r9 = HIGH1.selectFrom(r8, r9);
      r8 = t28;
      IntVector t29 = LOW1.selectFrom(r10, r11);
      r11 = HIGH1.selectFrom(r10, r11);
      r10 = t29;
      IntVector t30 = LOW1.selectFrom(r12, r13);
      r13 = HIGH1.selectFrom(r12, r13);
      r12 = t30;
      IntVector t31 = LOW1.selectFrom(r14, r15);
      r15 = HIGH1.selectFrom(r14, r15);
      r14 = t31;
      r0.reinterpretAsFloats().intoArray(to, start + places[q]);
      r1.reinterpretAsFloats().intoArray(to, start + places[q + 1]);
      r2.reinterpretAsFloats().intoArray(to, start + places[q + 2]);
      r3.reinterpretAsFloats().intoArray(to, start + places[q + 3]);
      r4.reinterpretAsFloats().intoArray(to, start + places[q + 4]);
      r5.reinterpretAsFloats().intoArray(to, start + places[q + 5]);
      r6.reinterpretAsFloats().intoArray(to, start + places[q + 6]);
      r7.reinterpretAsFloats().intoArray(to, start + places[q + 7]);
      r8.reinterpretAsFloats().intoArray(to, start + places[q + 8]);
      r9.reinterpretAsFloats().intoArray(to, start + places[q + 9]);
      r10.reinterpretAsFloats().intoArray(to, start + places[q + 10]);
      r11.reinterpretAsFloats().intoArray(to, start + places[q + 11]);
      r12.reinterpretAsFloats().intoArray(to, start + places[q + 12]);
      r13.reinterpretAsFloats().intoArray(to, start + places[q + 13]);
      r14.reinterpretAsFloats().intoArray(to, start + places[q + 14]);
      r15.reinterpretAsFloats().intoArray(to, start + places[q + 15]);
    }
  }

  /// Squares of `n` vectors to 16 rows.
  private static void squares(float[] from, int start, int n, float[] to, int at, int toStep) {
    for (int q = 0; q < n; q += 16) {
      int a = start + q * 16;
      int b = at + q;
      IntVector r0 = FloatVector.fromArray(F, from, a).reinterpretAsInts();
      IntVector r1 = FloatVector.fromArray(F, from, a + 16).reinterpretAsInts();
      IntVector r2 = FloatVector.fromArray(F, from, a + 2 * 16).reinterpretAsInts();
      IntVector r3 = FloatVector.fromArray(F, from, a + 3 * 16).reinterpretAsInts();
      IntVector r4 = FloatVector.fromArray(F, from, a + 4 * 16).reinterpretAsInts();
      IntVector r5 = FloatVector.fromArray(F, from, a + 5 * 16).reinterpretAsInts();
      IntVector r6 = FloatVector.fromArray(F, from, a + 6 * 16).reinterpretAsInts();
      IntVector r7 = FloatVector.fromArray(F, from, a + 7 * 16).reinterpretAsInts();
      IntVector r8 = FloatVector.fromArray(F, from, a + 8 * 16).reinterpretAsInts();
      IntVector r9 = FloatVector.fromArray(F, from, a + 9 * 16).reinterpretAsInts();
      IntVector r10 = FloatVector.fromArray(F, from, a + 10 * 16).reinterpretAsInts();
      IntVector r11 = FloatVector.fromArray(F, from, a + 11 * 16).reinterpretAsInts();
      IntVector r12 = FloatVector.fromArray(F, from, a + 12 * 16).reinterpretAsInts();
      IntVector r13 = FloatVector.fromArray(F, from, a + 13 * 16).reinterpretAsInts();
      IntVector r14 = FloatVector.fromArray(F, from, a + 14 * 16).reinterpretAsInts();
      IntVector r15 = FloatVector.fromArray(F, from, a + 15 * 16).reinterpretAsInts();
      IntVector t0 = LOW8.selectFrom(r0, r8);
      r8 = HIGH8.selectFrom(r0, r8);
      r0 = t0;
      IntVector t1 = LOW8.selectFrom(r1, r9);
      r9 = HIGH8.selectFrom(r1, r9);
      r1 = t1;
      IntVector t2 = LOW8.selectFrom(r2, r10);
      r10 = HIGH8.selectFrom(r2, r10);
      r2 = t2;
      IntVector t3 = LOW8.selectFrom(r3, r11);
      r11 = HIGH8.selectFrom(r3, r11);
      r3 = t3;
      IntVector t4 = LOW8.selectFrom(r4, r12);
      r12 = HIGH8.selectFrom(r4, r12);
      r4 = t4;
      IntVector t5 = LOW8.selectFrom(r5, r13);
      r13 = HIGH8.selectFrom(r5, r13);
      r5 = t5;
      IntVector t6 = LOW8.selectFrom(r6, r14);
      r14 = HIGH8.selectFrom(r6, r14);
      r6 = t6;
      IntVector t7 = LOW8.selectFrom(r7, r15);
      r15 = HIGH8.selectFrom(r7, r15);
      r7 = t7;
      IntVector t8 = LOW4.selectFrom(r0, r4);
      r4 = HIGH4.selectFrom(r0, r4);
      r0 = t8;
      IntVector t9 = LOW4.selectFrom(r1, r5);
      r5 = HIGH4.selectFrom(r1, r5);
      r1 = t9;
      IntVector t10 = LOW4.selectFrom(r2, r6);
      r6 = HIGH4.selectFrom(r2, r6);
      r2 = t10;
      IntVector t11 = LOW4.selectFrom(r3, r7);
      r7 = HIGH4.selectFrom(r3, r7);
      r3 = t11;
      IntVector t12 = LOW4.selectFrom(r8, r12);
      r12 = HIGH4.selectFrom(r8, r12);
      r8 = t12;
      IntVector t13 = LOW4.selectFrom(r9, r13);
      r13 = HIGH4.selectFrom(r9, r13);
      r9 = t13;
      IntVector t14 = LOW4.selectFrom(r10, r14);
      r14 = HIGH4.selectFrom(r10, r14);
      r10 = t14;
      IntVector t15 = LOW4.selectFrom(r11, r15);
      r15 = HIGH4.selectFrom(r11, r15);
      r11 = t15;
      IntVector t16 = LOW2.selectFrom(r0, r2);
      r2 = HIGH2.selectFrom(r0, r2);
      r0 = t16;
      IntVector t17 = LOW2.selectFrom(r1, r3);
      r3 = HIGH2.selectFrom(r1, r3);
      r1 = t17;
      IntVector t18 = LOW2.selectFrom(r4, r6);
      r6 = HIGH2.selectFrom(r4, r6);
      r4 = t18;
      IntVector t19 = LOW2.selectFrom(r5, r7);
      r7 = HIGH2.selectFrom(r5, r7);
      r5 = t19;
      IntVector t20 = LOW2.selectFrom(r8, r10);
      r10 = HIGH2.selectFrom(r8, r10);
      r8 = t20;
      IntVector t21 = LOW2.selectFrom(r9, r11);
      r11 = HIGH2.selectFrom(r9, r11);
      r9 = t21;
      IntVector t22 = LOW2.selectFrom(r12, r14);
      r14 = HIGH2.selectFrom(r12, r14);
      r12 = t22;
      IntVector t23 = LOW2.selectFrom(r13, r15);
      r15 = HIGH2.selectFrom(r13, r15);
      r13 = t23;
      IntVector t24 = LOW1.selectFrom(r0, r1);
      r1 = HIGH1.selectFrom(r0, r1);
      r0 = t24;
      IntVector t25 = LOW1.selectFrom(r2, r3);
      r3 = HIGH1.selectFrom(r2, r3);
      r2 = t25;
      IntVector t26 = LOW1.selectFrom(r4, r5);
      r5 = HIGH1.selectFrom(r4, r5);
      r4 = t26;
      IntVector t27 = LOW1.selectFrom(r6, r7);
      r7 = HIGH1.selectFrom(r6, r7);
      r6 = t27;
      IntVector t28 = LOW1.selectFrom(r8, r9);
      r9 = HIGH1.selectFrom(r8, r9);
      r8 = t28;
      IntVector t29 = LOW1.selectFrom(r10, r11);
      r11 = HIGH1.selectFrom(r10, r11);
      r10 = t29;
      IntVector t30 = LOW1.selectFrom(r12, r13);
      r13 = HIGH1.selectFrom(r12, r13);
      r12 = t30;
      IntVector t31 = LOW1.selectFrom(r14, r15);
      r15 = HIGH1.selectFrom(r14, r15);
      r14 = t31;
      r0.reinterpretAsFloats().intoArray(to, b);
      r1.reinterpretAsFloats().intoArray(to, b + toStep);
      r2.reinterpretAsFloats().intoArray(to, b + 2 * toStep);
      r3.reinterpretAsFloats().intoArray(to, b + 3 * toStep);
      r4.reinterpretAsFloats().intoArray(to, b + 4 * toStep);
      r5.reinterpretAsFloats().intoArray(to, b + 5 * toStep);
      r6.reinterpretAsFloats().intoArray(to, b + 6 * toStep);
      r7.reinterpretAsFloats().intoArray(to, b + 7 * toStep);
      r8.reinterpretAsFloats().intoArray(to, b + 8 * toStep);
      r9.reinterpretAsFloats().intoArray(to, b + 9 * toStep);
      r10.reinterpretAsFloats().intoArray(to, b + 10 * toStep);
      r11.reinterpretAsFloats().intoArray(to, b + 11 * toStep);
      r12.reinterpretAsFloats().intoArray(to, b + 12 * toStep);
      r13.reinterpretAsFloats().intoArray(to, b + 13 * toStep);
      r14.reinterpretAsFloats().intoArray(to, b + 14 * toStep);
      r15.reinterpretAsFloats().intoArray(to, b + 15 * toStep);
    }
  }
}
