package dev.tutti.engine;

import static java.util.stream.Collectors.toCollection;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// [OpCases] leaves nothing out: no primitive, no enum constant, no value of a flag.
class OpCompletenessTest {
  /// Operations whose result is not a function of a float, or has no derivative.
  private static final Set<Class<?>> WITHOUT_DERIVATIVE =
      Set.of(Layout.Detach.class, Indexing.OneHot.class, Random.Draw.class, Random.Split.class);

  static Stream<Class<?>> primitives() {
    List<Class<?>> leaves = new ArrayList<>();
    collect(Primitive.class, leaves);
    return leaves.stream();
  }

  private static void collect(Class<?> type, List<Class<?>> leaves) {
    if (!type.isSealed()) {
      assertTrue(type.isRecord() || type.isEnum(), type + " is neither a record nor an enum");
      leaves.add(type);
      return;
    }
    for (Class<?> permitted : type.getPermittedSubclasses()) {
      collect(permitted, leaves);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("primitives")
  void everyPrimitiveHasASample(Class<?> type) {
    Set<Primitive> samples = samples(type);
    assertTrue(!samples.isEmpty(), "OpCases has no row for " + type.getSimpleName());
    if (type.isEnum()) {
      assertEquals(new LinkedHashSet<>(Arrays.asList(type.getEnumConstants())), samples);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("primitives")
  void everyFlagAndKindHasASample(Class<?> type) throws ReflectiveOperationException {
    if (!type.isRecord()) {
      return;
    }
    for (RecordComponent component : type.getRecordComponents()) {
      Class<?> of = component.getType();
      if (of != boolean.class && !of.isEnum()) {
        continue;
      }
      Set<Object> seen = new HashSet<>();
      for (Primitive p : samples(type)) {
        seen.add(component.getAccessor().invoke(p));
      }
      Set<?> all =
          of.isEnum() ? Set.of(of.getEnumConstants()) : Set.of(Boolean.FALSE, Boolean.TRUE);
      assertEquals(all, seen, "values of " + component.getName() + " in OpCases");
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("primitives")
  void everyDerivativeRuleHasASample(Class<?> type) {
    Set<Primitive> checked =
        OpCases.differentiable().map(OpCase::p).collect(toCollection(HashSet::new));
    if (WITHOUT_DERIVATIVE.contains(type)) {
      assertTrue(checked.stream().noneMatch(type::isInstance));
    } else if (type.isEnum()) {
      assertTrue(checked.containsAll(Arrays.asList(type.getEnumConstants())));
    } else {
      assertTrue(checked.stream().anyMatch(type::isInstance));
    }
  }

  private static Set<Primitive> samples(Class<?> type) {
    return OpCases.all()
        .map(OpCase::p)
        .filter(type::isInstance)
        .collect(toCollection(LinkedHashSet::new));
  }
}
