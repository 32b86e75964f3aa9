package dev.tutti.cli.compare;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Option;

/// What follows from the options of a group. An option is declared once, as a field with picocli's
/// annotation: the parser and the help text come from that; the command line that repeats a run,
/// the entry of its JSON and its words come from here. A field is null if it has no value, or no
/// effect beside the other choices.
final class Options {
  private Options() {}

  /// {@return the arguments that give these values}
  static List<String> arguments(Object group) {
    List<String> arguments = new ArrayList<>();
    values(group)
        .forEach((name, value) -> {
          if (!(value instanceof Boolean)) {
            arguments.addAll(List.of(name, text(value)));
          } else if (value.equals(true)) {
            arguments.add(name);
          }
        });
    return arguments;
  }

  /// {@return the values by names as JSON has them: `weight_decay`}
  static Map<String, Object> byName(Object group) {
    Map<String, Object> named = new LinkedHashMap<>();
    values(group).forEach((name, value) -> named.put(name.substring(2).replace('-', '_'), value));
    return named;
  }

  /// {@return `template`, in which `{name}` stands for an option's value, and after it those of the
  /// options `asked` for that it does not mention, name first}
  static String inWords(Object group, String template, Set<String> asked) {
    String words = template;
    StringBuilder others = new StringBuilder();
    for (Map.Entry<String, Object> option : values(group).entrySet()) {
      String name = option.getKey().substring(2);
      if (template.contains("{" + name + "}")) {
        words = words.replace("{" + name + "}", text(option.getValue()));
      } else if (asked.contains(name.replace('-', '_'))) {
        others.append(", ").append(name.replace('-', ' '));
        others.append(option.getValue().equals(true) ? "" : " " + text(option.getValue()));
      }
    }
    return words + others;
  }

  /// {@return `to` with the values of `from`}
  static <G> G copy(G from, G to) {
    for (Field field : from.getClass().getDeclaredFields()) {
      if (field.isAnnotationPresent(Option.class)) {
        try {
          field.set(to, field.get(from));
        } catch (IllegalAccessException e) {
          throw new IllegalStateException(e); // the fields are of this package
        }
      }
    }
    return to;
  }

  private static String text(Object value) {
    return value instanceof List<?> list
        ? String.join(",", list.stream().map(Object::toString).toList())
        : value.toString();
  }

  /// The options that have a value, in the order of their declaration.
  private static Map<String, Object> values(Object group) {
    Map<String, Object> values = new LinkedHashMap<>();
    for (Field field : group.getClass().getDeclaredFields()) {
      Option option = field.getAnnotation(Option.class);
      try {
        Object value = option == null ? null : field.get(group);
        if (value != null && !value.equals(List.of())) {
          values.put(option.names()[0], value);
        }
      } catch (IllegalAccessException e) {
        throw new IllegalStateException(e); // the fields are of this package
      }
    }
    return values;
  }
}
