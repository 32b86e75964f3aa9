package dev.tutti.cli.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tutti.cli.ChildJvm;
import dev.tutti.nn.io.SafeTensors;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A method that the command does not know, in a module of its own.
class OtherMethodTest {
  private static final String MODULE =
      """
      module other {
        requires dev.tutti.cli;
        exports other;
        provides dev.tutti.cli.compare.Method with other.Scaled.Entry;
      }
      """;

  private static final String METHOD =
      """
      package other;

      import dev.tutti.cli.compare.Method;
      import dev.tutti.engine.Inlined;
      import dev.tutti.engine.Tensor;
      import dev.tutti.ensembles.Ensemble;
      import dev.tutti.nn.Ctx;
      import dev.tutti.nn.Layer;

      /** One network whose logits every member scales in its own way. */
      public record Scaled(@Inlined Layer network, Tensor scales) implements Ensemble {
        public int members() {
          return scales.dim(0);
        }

        public Tensor logits(Tensor x, Ctx ctx) {
          return network.apply(x, ctx).mul(scales);
        }

        public static class Entry implements Method {
          public String label() {
            return "scaled";
          }

          public Ensemble start(Start start) {
            Tensor scales = start.own().uniform(start.members(), 1, start.classes()).add(0.5);
            return new Scaled(start.network().apply(start.networks().fold(0)), scales);
          }
        }
      }
      """;

  @TempDir Path folder;

  private void compile() throws IOException, InterruptedException {
    Path source = Files.createDirectories(folder.resolve("source/other"));
    Files.writeString(source.resolve("Scaled.java"), METHOD);
    Path module = Files.writeString(source.resolveSibling("module-info.java"), MODULE);
    Process javac =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "javac").toString(),
                "--module-path",
                ChildJvm.path(""),
                "-d",
                folder.resolve("classes").toString(),
                module.toString(),
                source.resolve("Scaled.java").toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(javac.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, javac.waitFor(), said);
  }

  @Test
  void isTrainedComparedAndSaved() throws IOException, InterruptedException {
    assumeTrue(Method.class.getModule().isNamed(), "runs as modules");
    compile();
    Path out = folder.resolve("run");
    ChildJvm jvm =
        ChildJvm.start(
            folder,
            folder.resolve("classes").toString(),
            List.of(
                "compare",
                "--limit=60",
                "--test-limit=30",
                "--epochs=1",
                "--model=mlp",
                "--methods=single,scaled",
                "--members=3",
                "--quiet",
                "--out",
                out.toString()));
    assertEquals(0, jvm.waitFor(), jvm.err());
    assertTrue(jvm.out().contains("│ scaled │"), jvm.out());
    SafeTensors saved = SafeTensors.read(out.resolve("scaled.safetensors"));
    assertTrue(saved.tensors().containsKey("fc1.weight"), saved.tensors().keySet().toString());
  }
}
