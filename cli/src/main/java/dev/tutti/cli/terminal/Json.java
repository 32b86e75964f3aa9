package dev.tutti.cli.terminal;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// JSON for files and standard output.
public final class Json {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private static final ObjectMapper LINES = JsonMapper.shared();

  private Json() {}

  /// {@return the same on one line}
  public static byte[] line(Map<String, Object> root) {
    return (LINES.writeValueAsString(root) + "\n").getBytes(StandardCharsets.UTF_8);
  }

  /// {@return a tree of maps, lists, texts and numbers as indented JSON with a line break at the
  /// end}
  public static byte[] bytes(Map<String, Object> root) {
    return (MAPPER.writeValueAsString(root) + "\n").getBytes(StandardCharsets.UTF_8);
  }
}
