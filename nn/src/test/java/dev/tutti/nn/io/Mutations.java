package dev.tutti.nn.io;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;

/// Damaged files for tests of readers: a few well-formed ones with bits flipped, parts cut off,
/// removed, repeated, exchanged or joined to another file, and with false binary length fields and
/// in the numbers and words of text. A case depends on the files and its seed alone.
///
/// ```java
/// Mutations.Outcome outcome =
///     Mutations.survive(files, 10_000, 1, 16 << 20, Mutations.in(scratch, Idx::labels));
/// assertTrue(outcome.read() > 100 && outcome.refused() > 1_000);
/// ```
public final class Mutations {
  /// How many damaged files a test of a reader makes: 10,000, or what `-Dtutti.fuzz.cases` says.
  /// The profile `fuzz` of the build says a million, in a heap of 256 MB.
  public static final int CASES = Integer.getInteger("tutti.fuzz.cases", 10_000);

  private static final int MOST_STEPS = 4;
  private static final int MOST_BYTES_SHOWN = 600;
  private static final long MOST_NANOS = 60_000_000_000L;

  private static final long[] LIES = {
    0,
    1,
    2,
    -1,
    7,
    8,
    127,
    128,
    255,
    256,
    65535,
    65536,
    99_999_999,
    100_000_001,
    Integer.MAX_VALUE - 8,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    1L << 31,
    (1L << 32) - 1,
    1L << 32,
    (1L << 32) + 1,
    1L << 62,
    Long.MAX_VALUE,
    Long.MIN_VALUE
  };

  private static final String[] NUMBERS = {
    "",
    "00",
    "-0",
    "-1",
    "1.5",
    "1e9",
    "0x10",
    "+1",
    "NaN",
    "1_0",
    "99999999999999999999",
    "-9223372036854775808",
    "340282366920938463463374607431768211456"
  };

  private final List<byte[]> samples;
  private final SplittableRandom random;
  private byte[] content;

  private Mutations(List<byte[]> samples, long seed) {
    this.samples = samples;
    this.random = new SplittableRandom(seed);
    this.content = samples.get(random.nextInt(samples.size()));
  }

  /// {@return one of the samples, damaged in one to four places as the seed says}
  public static byte[] of(List<byte[]> samples, long seed) {
    Mutations mutations = new Mutations(samples, seed);
    // One step often, so that much of the file stays whole and its reader comes far.
    int steps = 1 + mutations.random.nextInt(1 + mutations.random.nextInt(MOST_STEPS));
    for (int i = 0; i < steps; i++) {
      mutations.step();
    }
    return mutations.content;
  }

  /// What is under test: reads the content, or throws [DataError]. It may check what it has read.
  @FunctionalInterface
  public interface Reader {
    void read(byte[] content) throws Exception;
  }

  /// As [Reader], for readers that take a file.
  @FunctionalInterface
  public interface FileReader {
    void read(Path file) throws Exception;
  }

  /// How many of the cases were read and how many refused.
  public record Outcome(int read, int refused) {}

  /// {@return a reader that puts the content into `scratch` first}
  public static Reader in(Path scratch, FileReader reader) {
    return content -> {
      write(scratch, content);
      reader.read(scratch);
    };
  }

  /// Writes a file that is soon written again. A new one each time: some file systems write the
  /// content of a truncated one to the disk at once.
  public static void write(Path scratch, byte[] content) throws IOException {
    Files.deleteIfExists(scratch);
    Files.write(scratch, content);
  }

  /// Gives `reader` this many damaged files. Each must be read or refused with a [DataError] of one
  /// line, within a minute of a machine that may be busy and with at most `mostBytes` of heap
  /// allocated in all.
  public static Outcome survive(
      List<byte[]> samples, int cases, long seed, long mostBytes, Reader reader) {
    int refused = 0;
    for (int i = 0; i < cases; i++) {
      byte[] content = of(samples, seed + i);
      long bytes = Heap.allocated();
      long start = System.nanoTime();
      try {
        reader.read(content);
      } catch (DataError e) {
        refused++;
        assertEquals(1, e.getMessage().lines().count(), e.getMessage());
      } catch (Throwable e) {
        throw new AssertionError(described(seed + i, content), e);
      }
      long nanos = System.nanoTime() - start;
      long more = Heap.allocated() - bytes;
      if (nanos > MOST_NANOS || more > mostBytes) {
        throw new AssertionError(
            "%s: took %d ms and %d bytes of heap"
                .formatted(described(seed + i, content), nanos / 1_000_000, more));
      }
    }
    return new Outcome(cases - refused, refused);
  }

  /// {@return the bytes of heap that this thread has allocated so far, 0 if they are not counted}
  public static long allocated() {
    return Heap.allocated();
  }

  private static String described(long seed, byte[] content) {
    byte[] head = Arrays.copyOf(content, Math.min(content.length, MOST_BYTES_SHOWN));
    return "seed %d, %d bytes: %s, as text %s"
        .formatted(
            seed,
            content.length,
            HexFormat.of().formatHex(head),
            new String(head, StandardCharsets.ISO_8859_1).replaceAll("[^ -~]", "."));
  }

  /// What the current thread has allocated so far; always 0 if the JVM does not count it. By
  /// reflection, because the module under test does not read the module that knows it.
  private static final class Heap {
    private static final Object BEAN;
    private static final Method COUNTER;

    static {
      Object bean = null;
      Method counter = null;
      try {
        bean =
            Class.forName("java.lang.management.ManagementFactory")
                .getMethod("getThreadMXBean")
                .invoke(null);
        counter =
            Class.forName("com.sun.management.ThreadMXBean")
                .getMethod("getCurrentThreadAllocatedBytes");
      } catch (ReflectiveOperationException e) {
        System.getLogger("dev.tutti").log(System.Logger.Level.INFO, "allocation is not counted", e);
      }
      BEAN = bean;
      COUNTER = counter;
    }

    static long allocated() {
      try {
        return COUNTER == null ? 0 : (long) COUNTER.invoke(BEAN);
      } catch (ReflectiveOperationException e) {
        throw new AssertionError(e);
      }
    }
  }

  private void step() {
    switch (random.nextInt(11)) {
      case 0, 1 -> flipBits();
      case 2 -> overwriteByte();
      case 3 -> content = Arrays.copyOf(content, place());
      case 4 -> removeRange();
      case 5 -> insert();
      case 6 -> repeatRange();
      case 7 -> splice();
      case 8 -> lieInBinary();
      case 9 -> lieInNumber();
      default -> exchangeWord();
    }
  }

  /// A position in the content or at its end; every other time near the start, where headers are.
  private int place() {
    int end = random.nextBoolean() ? content.length : Math.min(content.length, 64);
    return random.nextInt(end + 1);
  }

  private void flipBits() {
    content = content.clone();
    for (int i = 1 + random.nextInt(8); i > 0 && content.length > 0; i--) {
      int at = Math.min(place(), content.length - 1);
      content[at] ^= (byte) (1 << random.nextInt(8));
    }
  }

  private void overwriteByte() {
    int at = place();
    replace(at, Math.min(at + 1, content.length), new byte[] {(byte) random.nextInt(256)});
  }

  private void removeRange() {
    int from = place();
    int length = Math.min(content.length - from, 1 + random.nextInt(32));
    replace(from, from + length, new byte[0]);
  }

  private void insert() {
    byte[] more = new byte[1 + random.nextInt(32)];
    if (random.nextBoolean()) {
      random.nextBytes(more);
    } else {
      Arrays.fill(more, (byte) random.nextInt(256));
    }
    int at = place();
    replace(at, at, more);
  }

  private void repeatRange() {
    int from = place();
    int to = Math.min(content.length, from + 1 + random.nextInt(128));
    int at = place();
    replace(at, at, Arrays.copyOfRange(content, from, to));
  }

  /// The start of this content and the end of any sample.
  private void splice() {
    byte[] other = samples.get(random.nextInt(samples.size()));
    int from = random.nextInt(other.length + 1);
    replace(place(), content.length, Arrays.copyOfRange(other, from, other.length));
  }

  /// A field of one, two, four or eight bytes in either byte order.
  private void lieInBinary() {
    long lie =
        random.nextInt(4) == 0
            ? content.length + random.nextInt(-9, 10)
            : LIES[random.nextInt(LIES.length)];
    ByteBuffer all = ByteBuffer.allocate(8);
    boolean little = random.nextBoolean();
    all.order(little ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN).putLong(0, lie);
    int width = 1 << random.nextInt(4);
    byte[] field = new byte[width];
    all.get(little ? 0 : 8 - width, field);
    int at = place();
    replace(at, Math.min(content.length, at + width), field);
  }

  private void lieInNumber() {
    int[] run = run('0', '9', '0', '9');
    if (run == null) {
      flipBits();
      return;
    }
    String digits = new String(content, run[0], run[1] - run[0], StandardCharsets.US_ASCII);
    String lie =
        switch (random.nextInt(4)) {
          case 0 -> digits + random.nextInt(10);
          case 1 -> Long.toString(LIES[random.nextInt(LIES.length)]);
          case 2 -> NUMBERS[random.nextInt(NUMBERS.length)];
          default ->
              digits.length() > 18 ? "0" : "" + (Long.parseLong(digits) + random.nextInt(-2, 3));
        };
    replace(run[0], run[1], lie.getBytes(StandardCharsets.US_ASCII));
  }

  /// One word becomes another word of a sample: a type, a name, a member.
  private void exchangeWord() {
    int[] to = run('0', '9', 'A', 'z');
    byte[] here = content;
    content = samples.get(random.nextInt(samples.size()));
    int[] from = run('0', '9', 'A', 'z');
    byte[] word = from == null ? new byte[0] : Arrays.copyOfRange(content, from[0], from[1]);
    content = here;
    if (to != null) {
      replace(to[0], to[1], word);
    }
  }

  /// The ends of a run of bytes of two ranges, one of all such runs; null for none.
  private int[] run(int low, int high, int low2, int high2) {
    List<int[]> runs = new ArrayList<>();
    int start = -1;
    for (int i = 0; i <= content.length; i++) {
      int c = i < content.length ? content[i] : -1;
      boolean in = (c >= low && c <= high) || (c >= low2 && c <= high2);
      if (in && start < 0) {
        start = i;
      } else if (!in && start >= 0) {
        runs.add(new int[] {start, i});
        start = -1;
      }
    }
    return runs.isEmpty() ? null : runs.get(random.nextInt(runs.size()));
  }

  private void replace(int from, int to, byte[] by) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(content.length + by.length);
    out.write(content, 0, from);
    out.writeBytes(by);
    out.write(content, to, content.length - to);
    content = out.toByteArray();
  }
}
