package dev.tutti.nn.io;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.MemorySegment;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PickleReaderTest {
  private static Object read(byte[] pickle) {
    return new PickleReader("it", MemorySegment.ofArray(pickle), new TorchObjects()).read();
  }

  /// The value as Python writes it, texts without quotes.
  private static String text(Object value) {
    return switch (value) {
      case PickleValue.Dict dict -> {
        StringBuilder pairs = new StringBuilder("{");
        for (int i = 0; i < dict.keys().size(); i++) {
          pairs.append(text(dict.keys().get(i))).append('=');
          pairs.append(text(dict.values().get(i))).append(';');
        }
        yield pairs.append('}').toString();
      }
      case PickleValue.Items items ->
          items.values().stream()
              .map(PickleReaderTest::text)
              .collect(Collectors.joining(" ", "[", "]"));
      case PickleValue.Unbuilt object -> "<" + object.what() + ">";
      default -> value.toString();
    };
  }

  /// `pickle.dumps` of CPython 3.11 in protocols 2, 3, 4 and 5 of `{"a": [1, -1, 255, 256, 65535,
  /// 65536, -2**31, 2**31, 2**63-1, 2**63, -2**63-1, 0], "b": (True, False, None), "c": (), "d":
  /// [(1,), (1, 2), (1, 2, 3), (1, 2, 3, 4)], "e": 1.5, "f": "é𝄞", "h": OrderedDict(k=1), "l":
  /// [["x"]] * 2}`.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "80027d71002858010000006171015d7102284b014affffffff4bff4d00014dffff4a000001004a000000"
            + "808a0500000080008a08ffffffffffffff7f8a090000000000000080008a09ffffffffffffff7fff4b00"
            + "65580100000062710388894e87710458010000006371052958010000006471065d7107284b018571084b"
            + "014b028671094b014b024b0387710a284b014b024b034b0474710b65580100000065710c473ff8000000"
            + "000000580100000066710d5806000000c3a9f09d849e710e580100000068710f63636f6c6c656374696f"
            + "6e730a4f726465726564446963740a71102952711158010000006b71124b017358010000006c71135d71"
            + "14285d7115580100000078711661681565752e",
        "80037d71002858010000006171015d7102284b014affffffff4bff4d00014dffff4a000001004a000000"
            + "808a0500000080008a08ffffffffffffff7f8a090000000000000080008a09ffffffffffffff7fff4b00"
            + "65580100000062710388894e87710458010000006371052958010000006471065d7107284b018571084b"
            + "014b028671094b014b024b0387710a284b014b024b034b0474710b65580100000065710c473ff8000000"
            + "000000580100000066710d5806000000c3a9f09d849e710e580100000068710f63636f6c6c656374696f"
            + "6e730a4f726465726564446963740a71102952711158010000006b71124b017358010000006c71135d71"
            + "14285d7115580100000078711661681565752e",
        "800495d9000000000000007d94288c0161945d94284b014affffffff4bff4d00014dffff4a000001004a"
            + "000000808a0500000080008a08ffffffffffffff7f8a090000000000000080008a09ffffffffffffff7f"
            + "ff4b00658c01629488894e87948c016394298c0164945d94284b0185944b014b0286944b014b024b0387"
            + "94284b014b024b034b047494658c016594473ff80000000000008c0166948c06c3a9f09d849e948c0168"
            + "948c0b636f6c6c656374696f6e73948c0b4f726465726564446963749493942952948c016b944b01738c"
            + "016c945d94285d948c01789461681765752e",
        "800595d9000000000000007d94288c0161945d94284b014affffffff4bff4d00014dffff4a000001004a"
            + "000000808a0500000080008a08ffffffffffffff7f8a090000000000000080008a09ffffffffffffff7f"
            + "ff4b00658c01629488894e87948c016394298c0164945d94284b0185944b014b0286944b014b024b0387"
            + "94284b014b024b034b047494658c016594473ff80000000000008c0166948c06c3a9f09d849e948c0168"
            + "948c0b636f6c6c656374696f6e73948c0b4f726465726564446963749493942952948c016b944b01738c"
            + "016c945d94285d948c01789461681765752e"
      })
  void everyProtocolIsRead(String hex) {
    assertEquals(
        "{a=[1 -1 255 256 65535 65536 -2147483648 2147483648 9223372036854775807"
            + " 9223372036854775808 -9223372036854775809 0];b=[true false NONE];c=[];"
            + "d=[[1] [1 2] [1 2 3] [1 2 3 4]];e=1.5;f=é𝄞;h={k=1;};l=[[x] [x]];}",
        text(read(HexFormat.of().parseHex(hex))));
  }

  /// Bytes, sets, objects of classes, and what Python 2 wrote.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "8005952c000000000000007d94288c026261949602000000000000006162948c0262799443026162948c037365"
            + "74948f94284b0390752e|{ba=<bytes>;by=<bytes>;set=[3];}",
        "8004284301424202000000616291" + "2e|[<bytes> <bytes>]",
        "80025502c3a92e|é",
        "80025501ff2e|<bytes>",
        "8002540200000061622e|ab",
        "80025d2855016155016265" + "2e|[a b]",
        "8002284b014b02642e|{1=2;}",
        "8002284b014b026c2e|[1 2]",
        "80024b014b02302e|1",
        "80025d284b014b02312e|[]",
        "80024b0132862e|[1 1]",
        "80024b01720001000030" + "6a000100002e|1",
        "800463610a620a29814e622e|<a.b>",
        "800463610a620a297d922e|<a.b>",
        "80042863610a620a4b016f2e|<a.b>",
        "800463610a620a29524b01612e|<a.b>",
        "800463610a620a29524b014b02732e|<a.b>",
        "800463610a620a295229522e|<a.b>"
      })
  void otherValuesAreNamed(String hex, String said) {
    assertEquals(said, text(read(HexFormat.of().parseHex(hex))));
  }

  /// In Python 2 an ordered dictionary was called with its pairs.
  @Test
  void anOrderedDictionaryOfPython2IsRead() {
    String pickle =
        "\u0080\2ccollections\nOrderedDict\nq\1]q\2(]q\3(U\1aK\1e]q\4(U\1bK\2ee\u0085q\5R}q\6U\1cK\3sb.";
    assertEquals("{a=1;b=2;}", text(read(pickle.getBytes(StandardCharsets.ISO_8859_1))));
  }

  @Test
  void numbersAreOfTheSmallestTypeThatHoldsThem() {
    PickleValue.Items all =
        (PickleValue.Items)
            read(HexFormat.of().parseHex("8002288a00888a01ff8a0900000000000000800074" + "2e"));
    assertEquals(List.of(0L, true, -1L, BigInteger.ONE.shiftLeft(63)), all.values());
  }
}
