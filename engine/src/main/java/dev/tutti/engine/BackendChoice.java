package dev.tutti.engine;

import java.lang.reflect.InvocationTargetException;
import java.util.Locale;

/// Which backend this JVM gets, and why.
///
/// The vector backend is taken if it is fast: the module `jdk.incubator.vector` is there, the
/// compiler is HotSpot's C2 (under the interpreter or C1 every lane becomes an object), and fma is
/// an instruction. Otherwise the reference backend gives the same bits, and one log line says what
/// is missing. `-Dtutti.backend=reference` selects it without a log line, `-Dtutti.backend=vector`
/// skips the checks of the compiler; `-Dtutti.vectorBits=128|256|512` sets the width of the
/// registers (the bits of results do not depend on it), 0 means the reference backend. Any other
/// value of either gives the reference backend and a line that says what would fit.
///
/// Backends are loaded by name, so that nothing links to the incubator module if it is absent.
final class BackendChoice {
  private static final String REFERENCE = "dev.tutti.engine.reference.ReferenceBackend";
  private static final String VECTOR = "dev.tutti.engine.vector.VectorBackend";
  private static final String MODULE = "jdk.incubator.vector";

  private BackendChoice() {}

  static Backend make() {
    String asked = System.getProperty("tutti.backend", "").toLowerCase(Locale.ROOT);
    if (asked.equals("reference")) {
      return load(REFERENCE, "chosen by -Dtutti.backend=reference");
    }
    if (System.getProperty("tutti.vectorBits", "").equals("0")) {
      return load(REFERENCE, "chosen by -Dtutti.vectorBits=0");
    }
    String obstacle =
        asked.isEmpty() || asked.equals("vector")
            ? missingModule()
            : "-Dtutti.backend=" + asked + " is not a backend; use reference or vector";
    if (obstacle == null && !asked.equals("vector")) {
      obstacle = slowCompiler();
    }
    if (obstacle == null) {
      try {
        Backend vector = load(VECTOR, "");
        vector.why(); // makes it look at the registers now, not at the first kernel
        return vector;
      } catch (UnsupportedOperationException e) {
        obstacle = "the vector backend does not start: " + e.getMessage();
      } catch (LinkageError e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        obstacle = "the vector backend does not start: " + cause.getMessage();
      }
    }
    String why = "plain Java loops, since " + obstacle;
    System.getLogger(BackendChoice.class.getPackageName())
        .log(System.Logger.Level.WARNING, "reference backend: " + why);
    return load(REFERENCE, why);
  }

  /// Without the module; lets this class's module read it otherwise, which on the class path it
  /// does not by itself.
  private static String missingModule() {
    Module vector = ModuleLayer.boot().findModule(MODULE).orElse(null);
    if (vector == null) {
      return "the module " + MODULE + " is absent; start Java with --add-modules " + MODULE;
    }
    BackendChoice.class.getModule().addReads(vector);
    return null;
  }

  private static String slowCompiler() {
    String vm = System.getProperty("java.vm.name", "");
    String mode = System.getProperty("java.vm.info", "");
    if (!vm.contains("HotSpot") && !vm.contains("OpenJDK")) {
      return "the vector backend is fast under HotSpot's C2 compiler only, not " + vm;
    }
    if (mode.contains("interpreted")) {
      return "the C2 compiler is off (-Xint)";
    }
    String tier = flag("TieredStopAtLevel");
    if (tier != null && !tier.equals("4")) {
      return "the C2 compiler is off (-XX:TieredStopAtLevel=" + tier + ")";
    }
    if (mode.contains("emulated-client")) {
      return "the C2 compiler is off (" + mode + ")";
    }
    if ("false".equals(flag("UseFMA"))) {
      return "this machine or JVM has no fma instruction";
    }
    return null;
  }

  /// {@return the value of a HotSpot flag, or null if the management module is absent}
  private static String flag(String name) {
    try {
      Class<?> bean = Class.forName("com.sun.management.HotSpotDiagnosticMXBean");
      Object options =
          Class.forName("java.lang.management.ManagementFactory")
              .getMethod("getPlatformMXBean", Class.class)
              .invoke(null, bean);
      Object option = bean.getMethod("getVMOption", String.class).invoke(options, name);
      return (String) option.getClass().getMethod("getValue").invoke(option);
    } catch (ReflectiveOperationException | LinkageError absent) {
      return null;
    }
  }

  private static Backend load(String className, String why) {
    try {
      return (Backend)
          Class.forName(className).getDeclaredConstructor(String.class).newInstance(why);
    } catch (InvocationTargetException e) {
      throw new UnsupportedOperationException(String.valueOf(e.getCause().getMessage()), e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("the engine's jar lacks " + className, e);
    }
  }
}
