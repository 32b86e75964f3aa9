package dev.tutti.ensembles.search;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.engine.Key;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SpaceTest {
  private static final Space SPACE =
      new Space().logUniform("lr", 1e-4, 1e-1).choice("decay", 0, 0.5, 2);

  @Test
  void drawsAreOfTheSpace() {
    List<Map<String, Double>> points = SPACE.draw(Key.of(1), 3_000);
    double[] rates = Space.values(points, "lr");
    assertTrue(Arrays.stream(rates).allMatch(r -> r >= 1e-4 && r <= 1e-1));
    double below = Arrays.stream(rates).filter(r -> r < 1e-3).count() / 3_000.0;
    assertEquals(1 / 3.0, below, 0.04, "a third of the logarithms");
    double zeros =
        Arrays.stream(Space.values(points, "decay")).filter(v -> v == 0).count() / 3_000.0;
    assertEquals(1 / 3.0, zeros, 0.04);
    assertEquals(points.subList(0, 5), SPACE.draw(Key.of(1), 5), "more begin with the same");
  }

  @Test
  void aGridHasEveryCombination() {
    List<Map<String, Double>> grid = new Space().choice("a", 1, 2).choice("b", 3, 4, 5).grid();
    assertEquals(6, grid.size());
    assertArrayEquals(new double[] {1, 1, 1, 2, 2, 2}, Space.values(grid, "a"));
    assertArrayEquals(new double[] {3, 4, 5, 3, 4, 5}, Space.values(grid, "b"));
  }

  @Test
  void whatDoesNotFitIsNamed() {
    assertMessage(
        "space: a log-uniform value needs 0 < low ≤ high, got 0.0 and 1.0",
        () -> new Space().logUniform("lr", 0, 1));
    assertMessage("space: a choice needs numbers, got []", () -> new Space().choice("lr"));
    assertMessage("space: lr is there already", () -> SPACE.choice("lr", 1));
    assertMessage(
        "space: a log-uniform value has no grid; name its values, as in 0.001,0.01", SPACE::grid);
    assertMessage("space: no value of rho in {}", () -> Space.values(List.of(Map.of()), "rho"));
  }

  private static void assertMessage(String text, Runnable call) {
    assertEquals(text, assertThrows(IllegalArgumentException.class, call::run).getMessage());
  }
}
