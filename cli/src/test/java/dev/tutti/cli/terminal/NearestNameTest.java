package dev.tutti.cli.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class NearestNameTest {
  private static final List<String> OPTIONS = List.of("--epochs", "--batch", "--members", "--ood");

  @Test
  void findsTheNameThatWasMistyped() {
    assertEquals(Optional.of("--epochs"), NearestName.of("--epohcs", OPTIONS));
    assertEquals(Optional.of("--members"), NearestName.of("--member", OPTIONS));
    assertEquals(Optional.of("--batch"), NearestName.of("--BATCH", OPTIONS));
  }

  @Test
  void findsNothingNearAnUnrelatedName() {
    assertEquals(Optional.empty(), NearestName.of("--zyxwvuts", OPTIONS));
    assertEquals(Optional.empty(), NearestName.of("batch", List.of()));
  }

  @Test
  void countsEdits() {
    assertEquals(3, NearestName.editDistance("kitten", "sitting"));
    assertEquals(1, NearestName.editDistance("batch", "bacth"));
    assertEquals(5, NearestName.editDistance("", "batch"));
  }

  @Property
  void distanceIsSymmetric(
      @ForAll @AlphaChars @StringLength(max = 8) String a,
      @ForAll @AlphaChars @StringLength(max = 8) String b) {
    assertEquals(NearestName.editDistance(a, b), NearestName.editDistance(b, a));
    assertEquals(a.equals(b), NearestName.editDistance(a, b) == 0);
  }
}
