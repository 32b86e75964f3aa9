package dev.tutti.cli;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.Location;
import java.lang.module.ModuleReference;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The direction of knowledge, `cli -> ensembles -> nn -> engine`, read off the compiled classes of
/// the modules on the module path.
class ArchitectureTest {
  private static final String INCUBATOR = "jdk.incubator.vector..";

  private static final JavaClasses CLASSES = load();

  private static JavaClasses load() {
    // Names of packages are all that the rules read of other classes, so those need not be parsed.
    ArchConfiguration.get().setResolveMissingDependenciesFromClassPath(false);
    return new ClassFileImporter()
        .importLocations(
            List.of(
                location("dev.tutti.engine"),
                location("dev.tutti.nn"),
                location("dev.tutti.ensembles"),
                location("dev.tutti.cli")));
  }

  /// The place a module was loaded from: its jar, or its folder of classes.
  private static Location location(String module) {
    ModuleReference reference =
        ModuleLayer.boot().configuration().findModule(module).orElseThrow().reference();
    return Location.of(reference.location().orElseThrow());
  }

  @Test
  void engineNeedsOnlyTheBaseModule() {
    classes()
        .that(resideInAPackage("dev.tutti.engine.."))
        .should()
        .onlyDependOnClassesThat(
            resideInAPackage("dev.tutti.engine..").or(inBase()).or(resideInAPackage(INCUBATOR)))
        .check(CLASSES);
  }

  @Test
  void nnNeedsOnlyTheEngineAndTheJdk() {
    classes()
        .that(resideInAPackage("dev.tutti.nn.."))
        .should()
        .onlyDependOnClassesThat(
            resideInAnyPackage(
                    "dev.tutti.nn..", "dev.tutti.engine", "java.awt..", "javax.imageio..")
                .or(inBase()))
        .check(CLASSES);
  }

  @Test
  void ensemblesNeedOnlyNnAndTheEngine() {
    classes()
        .that(resideInAPackage("dev.tutti.ensembles.."))
        .should()
        .onlyDependOnClassesThat(
            resideInAnyPackage("dev.tutti.ensembles..", "dev.tutti.nn..", "dev.tutti.engine")
                .or(inBase()))
        .check(CLASSES);
  }

  /// Hence no type of the Vector API is in a signature outside that package either.
  @Test
  void theIncubatorIsKnownToOnePackage() {
    noClasses()
        .that(resideOutsideOfPackage("dev.tutti.engine.vector.."))
        .should()
        .dependOnClassesThat(resideInAPackage(INCUBATOR))
        .check(CLASSES);
  }

  /// The core loads a backend by name, so that it links to none.
  @Test
  void theCoreKnowsNoBackend() {
    noClasses()
        .that(resideInAPackage("dev.tutti.engine"))
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("dev.tutti.engine.reference..", "dev.tutti.engine.vector.."))
        .check(CLASSES);
  }

  @Test
  void packagesFormNoCycle() {
    slices().matching("dev.tutti.(**)").should().beFreeOfCycles().check(CLASSES);
  }

  /// Primitive types, arrays of them, and the classes of `java.base`.
  private static DescribedPredicate<JavaClass> inBase() {
    return new DescribedPredicate<>("are in java.base") {
      @Override
      public boolean test(JavaClass type) {
        JavaClass element = type.getBaseComponentType();
        return element.isPrimitive()
            || Object.class.getModule().getPackages().contains(element.getPackageName());
      }
    };
  }
}
