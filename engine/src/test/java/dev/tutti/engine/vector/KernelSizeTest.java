package dev.tutti.engine.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.attribute.CodeAttribute;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Kernels stay short: C1 gives long methods up, and those beyond 8,000 bytes are never compiled.
class KernelSizeTest {
  private static final int LONGEST = 2000;

  @Test
  void noMethodIsLong() throws IOException, URISyntaxException {
    Map<String, Integer> sizes = new TreeMap<>();
    for (Path file : classFiles()) {
      ClassModel model = ClassFile.of().parse(file);
      for (MethodModel m : model.methods()) {
        String name = model.thisClass().asInternalName() + "." + m.methodName().stringValue();
        m.code()
            .ifPresent(code -> sizes.merge(name, ((CodeAttribute) code).codeLength(), Math::max));
      }
    }
    assertTrue(sizes.containsKey("dev/tutti/engine/vector/Strip3Rows.tile8"), () -> "" + sizes);
    List<String> tooLong = new ArrayList<>();
    sizes.forEach((name, bytes) -> {
      if (bytes > LONGEST) {
        tooLong.add(name + " has " + bytes + " bytes of bytecode, at most " + LONGEST);
      }
    });
    assertEquals(List.of(), tooLong);
  }

  /// The class files next to the backend's, not the tests'.
  private static List<Path> classFiles() throws IOException, URISyntaxException {
    URI backend = VectorBackend.class.getResource("VectorBackend.class").toURI();
    try (Stream<Path> files = Files.list(Path.of(backend).getParent())) {
      return files.filter(f -> f.toString().endsWith(".class")).toList();
    }
  }
}
