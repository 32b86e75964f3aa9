package dev.tutti.cli.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TerminalTest {
  @Test
  void wrappedTextKeepsItsWordsAndFits() {
    Random random = new Random(1);
    for (int trial = 0; trial < 300; trial++) {
      List<String> words = new ArrayList<>();
      for (int i = 0; i < 1 + random.nextInt(60); i++) {
        words.add("w".repeat(1 + random.nextInt(12)));
      }
      String text = String.join(" ", words);
      int indent = random.nextInt(12);
      List<String> lines = Terminal.wrapped(text, indent);
      assertEquals(
          words, lines.stream().flatMap(l -> List.of(l.strip().split(" ")).stream()).toList());
      for (int i = 0; i < lines.size(); i++) {
        assertTrue(lines.get(i).length() <= Terminal.WIDTH, lines.get(i));
        assertTrue(i == 0 || lines.get(i).startsWith(" ".repeat(indent) + "w"), lines.get(i));
      }
    }
  }

  @Test
  void aNumberAndItsUnitStayTogether() {
    List<String> lines = Terminal.wrapped("x".repeat(75) + " 97.1 % of them");
    assertEquals(List.of("x".repeat(75), "97.1 % of them"), lines);
  }

  @Test
  void aLongWordHasItsOwnLine() {
    String path = "/" + "p".repeat(100);
    assertEquals(List.of("in", path, "it"), Terminal.wrapped("in " + path + " it"));
  }

  @Test
  void shortenedTextKeepsItsEnds() {
    String text = "a" + "b".repeat(100) + "c";
    for (Terminal terminal : List.of(Terminal.PLAIN, new Terminal(true, true, true))) {
      String shortened = terminal.shortened(text);
      assertEquals(Terminal.WIDTH, shortened.length());
      assertTrue(shortened.startsWith("ab") && shortened.endsWith("bc"), shortened);
    }
    assertEquals("short", Terminal.PLAIN.shortened("short"));
  }
}
