package io.maque.rules;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The map in ARCHITECTURE.md, executable: which package may use which, and what is absent where.
 */
class ArchitectureTest {
  private static final String ROOT = "io.maque.";

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          // The fixtures of runtime reach us as a jar when Maven packages, as a folder when it
          // tests.
          .withImportOption(location -> !location.contains("-tests.jar"))
          .importPackages("io.maque");

  /** A package and all of Maque it may use besides itself. */
  private record Row(String name, String... mayUse) {}

  /** From the bottom up; what is not listed is forbidden. */
  private static final List<Row> MAP =
      List.of(
          new Row("memory"),
          new Row("tensor", "memory"),
          new Row("quant", "tensor"),
          new Row("gguf", "memory", "tensor"),
          new Row("image"),
          new Row("tokenizer", "gguf"),
          new Row("template"),
          new Row("metrics"),
          new Row("asm", "memory"),
          new Row("asm.arm64", "asm", "memory"),
          new Row("kernel", "tensor"),
          new Row("kernel.scalar", "kernel", "quant", "tensor"),
          new Row("kernel.vector", "kernel", "quant", "tensor"),
          new Row("kernel.jit", "kernel", "quant", "tensor", "asm", "memory"),
          new Row("kernel.jit.arm64", "kernel.jit", "kernel", "tensor", "asm", "asm.arm64"),
          new Row("cache", "memory", "tensor"),
          new Row("nn", "kernel", "quant", "tensor", "cache"),
          new Row("model", "nn", "kernel", "tensor", "cache", "gguf", "image"),
          new Row("model.text", "model", "nn", "kernel", "tensor", "cache", "gguf"),
          new Row("model.vision", "model", "nn", "kernel", "tensor", "gguf", "image"),
          new Row("chat", "tokenizer", "template"),
          new Row("model.multimodal", "model", "chat", "tokenizer", "gguf", "image"),
          new Row("sampling", "kernel", "tensor"),
          new Row("grammar", "tokenizer", "sampling"),
          new Row(
              "engine",
              "model",
              "kernel",
              "tensor",
              "cache",
              "image",
              "sampling",
              "metrics",
              "memory"),
          new Row(
              "generate",
              "engine",
              "model",
              "model.multimodal",
              "chat",
              "tokenizer",
              "template",
              "gguf",
              "image",
              "sampling",
              "metrics"));

  /**
   * The packages of the server from the bottom up, and what of the server each may use; of runtime
   * and hub they may use what they need, unless a rule below says otherwise.
   */
  private static final List<Row> SERVER_MAP =
      List.of(
          new Row("server.config"),
          new Row("server.connection"),
          new Row("server.http", "server.connection"),
          new Row("server.security", "server.config", "server.http"),
          new Row("server.router", "server.config"),
          new Row("server.observe", "server.config", "server.http", "server.router"),
          new Row("server.page"),
          new Row("server.pdf"),
          new Row("server.answer", "server.http", "server.router"),
          new Row("server.picture", "server.http"),
          new Row("server.schema"),
          new Row("server.tools", "server.schema"),
          new Row(
              "server.openai",
              "server.picture",
              "server.http",
              "server.router",
              "server.answer",
              "server.schema",
              "server.tools"),
          new Row(
              "server.ollama",
              "server.picture",
              "server.http",
              "server.router",
              "server.answer",
              "server.schema",
              "server.tools"),
          new Row(
              "server.handler",
              "server.connection",
              "server.observe",
              "server.picture",
              "server.http",
              "server.router",
              "server.answer",
              "server.schema",
              "server.openai",
              "server.ollama",
              "server.page",
              "server.pdf"),
          new Row(
              "server",
              "server.config",
              "server.connection",
              "server.observe",
              "server.security",
              "server.picture",
              "server.http",
              "server.router",
              "server.answer",
              "server.schema",
              "server.openai",
              "server.ollama",
              "server.page",
              "server.pdf",
              "server.handler"));

  /** The packages of the modules to the right of runtime, and boot, may use all to their left. */
  private static final List<String> CHAIN = List.of("boot", "hub", "server", "lab", "cli");

  @Test
  void theScanSawEveryPackageOnDisk() {
    Set<String> onDisk =
        SourceTree.mainJavaFiles().stream()
            .filter(file -> !file.endsWith("package-info.java"))
            .map(ArchitectureTest::packageOf)
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> scanned =
        CLASSES.stream()
            .map(javaClass -> javaClass.getPackageName())
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(scanned).containsAll(onDisk);
    assertThat(CLASSES.size()).isGreaterThan(100);
  }

  @Test
  void everyPackageSaysWhatItIsFor() {
    List<Path> silent =
        SourceTree.mainJavaFiles().stream()
            .map(Path::getParent)
            .distinct()
            .filter(folder -> !Files.exists(folder.resolve("package-info.java")))
            .toList();

    assertThat(silent).as("packages without package-info.java").isEmpty();
  }

  @Test
  void everyPackageOfRuntimeIsOnTheMap() {
    Set<String> known =
        Stream.concat(MAP.stream().map(row -> ROOT + row.name()), Stream.of(ROOT + "boot"))
            .collect(Collectors.toSet());
    Set<String> runtime =
        SourceTree.mainJavaFiles().stream()
            .filter(file -> file.startsWith(SourceTree.ROOT.resolve("runtime")))
            .map(ArchitectureTest::packageOf)
            .collect(Collectors.toSet());

    assertThat(known).containsAll(runtime);
  }

  @TestFactory
  Stream<DynamicTest> packagesUseOnlyWhatTheMapAllows() {
    return MAP.stream().map(row -> DynamicTest.dynamicTest(row.name(), () -> checkRow(row)));
  }

  private static void checkRow(Row row) {
    String[] allowed =
        Stream.concat(Stream.of(row.name()), Stream.of(row.mayUse()))
            .map(name -> ROOT + name)
            .toArray(String[]::new);
    noClasses()
        .that()
        .resideInAPackage(ROOT + row.name())
        .should()
        .dependOnClassesThat(resideInAPackage("io.maque..").and(not(resideInAnyPackage(allowed))))
        .check(CLASSES);
  }

  @Test
  void everyPackageOfTheServerIsOnItsMap() {
    Set<String> known =
        SERVER_MAP.stream().map(row -> ROOT + row.name()).collect(Collectors.toSet());
    Set<String> server =
        SourceTree.mainJavaFiles().stream()
            .filter(file -> file.startsWith(SourceTree.ROOT.resolve("server")))
            .map(ArchitectureTest::packageOf)
            .collect(Collectors.toSet());

    assertThat(known).containsAll(server);
  }

  @TestFactory
  Stream<DynamicTest> packagesOfTheServerUseOnlyWhatTheirMapAllows() {
    return SERVER_MAP.stream()
        .map(row -> DynamicTest.dynamicTest(row.name(), () -> checkServerRow(row)));
  }

  private static void checkServerRow(Row row) {
    String[] allowed =
        Stream.concat(Stream.of(row.name()), Stream.of(row.mayUse()))
            .map(name -> ROOT + name)
            .toArray(String[]::new);
    noClasses()
        .that()
        .resideInAPackage(ROOT + row.name())
        .should()
        .dependOnClassesThat(
            resideInAPackage("io.maque.server..").and(not(resideInAnyPackage(allowed))))
        .check(CLASSES);
  }

  @Test
  void theHttpLayerKnowsNoModel() {
    noClasses()
        .that()
        .resideInAnyPackage(ROOT + "server.http", ROOT + "server.connection")
        .should()
        .dependOnClassesThat(
            resideInAPackage("io.maque..")
                .and(
                    not(
                        resideInAnyPackage(
                            ROOT + "server.http", ROOT + "server.connection", ROOT + "metrics"))))
        .check(CLASSES);
  }

  @Test
  void onlyTheHttpLayerAndTheRoutesKnowTheWebServer() {
    noClasses()
        .that()
        .resideInAPackage("io.maque..")
        .and()
        .resideOutsideOfPackages(
            ROOT + "server",
            ROOT + "server.connection",
            ROOT + "server.http",
            ROOT + "server.security",
            ROOT + "server.observe")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.helidon..")
        .check(CLASSES);
  }

  @TestFactory
  Stream<DynamicTest> modulesUseOnlyWhatIsToTheirLeft() {
    return CHAIN.stream()
        .map(name ->
            DynamicTest.dynamicTest(
                name,
                () -> {
                  String[] right =
                      CHAIN.stream()
                          .skip(CHAIN.indexOf(name) + 1L)
                          .map(other -> ROOT + other + "..")
                          .toArray(String[]::new);
                  noClasses()
                      .that()
                      .resideInAPackage(ROOT + name + "..")
                      .should()
                      .dependOnClassesThat()
                      .resideInAnyPackage(right.length == 0 ? new String[] {"none"} : right)
                      .allowEmptyShould(true)
                      .check(CLASSES);
                }));
  }

  @Test
  void packagesFormNoCycle() {
    slices().matching("io.maque.(**)").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void runtimeNeedsOnlyTheJdk() {
    classes()
        .that()
        .resideInAnyPackage(
            Stream.concat(MAP.stream().map(Row::name), Stream.of("boot"))
                .map(name -> ROOT + name)
                .toArray(String[]::new))
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage("java..", "javax.imageio..", "jdk.incubator.vector..", "io.maque..")
        .check(CLASSES);
  }

  @Test
  void onlyTheVectorRungUsesTheVectorApi() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + "kernel.vector")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("jdk.incubator.vector..")
        .check(CLASSES);
  }

  @Test
  void onlyMemoryAndAsmMakeRestrictedForeignCalls() {
    noClasses()
        .that()
        .resideOutsideOfPackages(ROOT + "memory", ROOT + "asm")
        .should()
        .callMethodWhere(target(nameMatching("reinterpret|nativeLinker|libraryLookup")))
        .check(CLASSES);
  }

  @Test
  void quantisingKnowsNeitherStoreNorNetwork() {
    noClasses()
        .that()
        .resideInAPackage("io.maque.hub.quantize")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.maque.hub.store..",
            "io.maque.hub.source..",
            "io.maque.hub.pull..",
            "io.maque.hub.catalogue..",
            "java.net..")
        .check(CLASSES);
  }

  @Test
  void onlyTheCommandLinePrints() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + "cli..")
        .should()
        .accessField(System.class, "out")
        .orShould()
        .accessField(System.class, "err")
        .check(CLASSES);
  }

  @Test
  void onlyMetricsReadsAClock() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + "metrics")
        .should()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(Instant.class, "now")
        .orShould()
        .callMethod(Clock.class, "systemUTC")
        .orShould()
        .callMethod(Clock.class, "systemDefaultZone")
        .check(CLASSES);
  }

  private static String packageOf(Path file) {
    String path = file.getParent().toString().replace('\\', '/');
    return path.substring(path.indexOf("/src/main/java/") + "/src/main/java/".length())
        .replace('/', '.');
  }
}
