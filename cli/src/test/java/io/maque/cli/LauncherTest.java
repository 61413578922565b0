package io.maque.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The launcher script in a repository of its own, whose program is {@link Echo}. */
@Timeout(60)
class LauncherTest {
  private static final String JAVA_HOME = System.getProperty("java.home");
  private static final String NO_MAVEN = "/usr/bin:/bin";

  @TempDir private Path folder;
  private Path repository;
  private Path app;

  private record Result(int exitCode, String out, String err) {}

  @BeforeEach
  void copyLauncher() throws IOException {
    repository = Files.createDirectory(folder.resolve("my repository"));
    Files.copy(Path.of("..", "maque"), repository.resolve("maque"));
    repository.resolve("maque").toFile().setExecutable(true);
    app = Files.createDirectories(repository.resolve("cli/target/maque"));
    Files.createDirectories(repository.resolve("cli/src/main"));
    Files.writeString(repository.resolve("pom.xml"), "<project/>");
  }

  @Test
  void passesArgumentsAndExitCodeWhateverTheLocale() throws Exception {
    build();

    Result result =
        launch(repository.resolve("maque"), Map.of("LC_ALL", "C"), "你好 🐦", "", "a  b", "*");

    assertThat(result.err()).isEmpty();
    assertThat(result.exitCode()).isEqualTo(7);
    assertThat(result.out())
        .startsWith("arg=你好 🐦\narg=\narg=a  b\narg=*\n")
        .contains("terminals=\n");
  }

  @Test
  void theVectorModuleIsThereWhereMachineCodeCannotServe() throws Exception {
    build();
    Path launcher = repository.resolve("maque");
    Path cpuinfo = Path.of("/proc/cpuinfo");
    boolean avx2 = Files.exists(cpuinfo) && Files.readString(cpuinfo).contains(" avx2 ");

    assertThat(launch(launcher, Map.of(), "run").out()).contains("vector=" + !avx2 + "\n");
    assertThat(launch(launcher, Map.of(), "kernels").out()).contains("vector=true\n");
    assertThat(launch(launcher, Map.of(), "run", "--kernels", "vector").out())
        .contains("vector=true\n");
    Map<String, String> rung = Map.of("MAQUE_OPTS", "-Dmaque.kernels=vector");
    assertThat(launch(launcher, rung, "run").out()).contains("vector=true\n");
  }

  @Test
  void aCacheOfClassesThatDoesNotFitIsPassedOver() throws Exception {
    build();
    Files.writeString(app.resolve("maque.aot"), "made by another JVM");

    Result result = launch(repository.resolve("maque"), Map.of(), "x");

    assertThat(result.err()).isEmpty();
    assertThat(result.out()).startsWith("arg=x\n");
  }

  @Test
  void isFoundThroughASymbolicLink() throws Exception {
    build();
    Path link = Files.createSymbolicLink(folder.resolve("m"), Path.of("my repository", "maque"));

    assertThat(launch(link, Map.of(), "x").out()).startsWith("arg=x\n");
  }

  @Test
  void givesTheJvmFurtherOptions() throws Exception {
    build();

    Result result =
        launch(repository.resolve("maque"), Map.of("MAQUE_OPTS", "-Dextra=1 -Xmx64m"), "x");

    assertThat(result.out()).contains("extra=1\n");
  }

  @Test
  void aWrongJdkIsOneSentence() throws Exception {
    build();

    Result result =
        launch(repository.resolve("maque"), Map.of("MAQUE_JAVA_HOME", "/nonexistent"), "x");

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).contains("/nonexistent").contains("JDK 25").hasLineCount(1);
  }

  @Test
  void theJdkOfTheBuildServesUnlessAnotherIsNamed() throws Exception {
    build();
    Path jdk = Files.createDirectories(folder.resolve("a jdk/bin")).getParent();
    Path java = Files.writeString(jdk.resolve("bin/java"), "#!/bin/sh\necho of the build\n");
    java.toFile().setExecutable(true);
    Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"25.0.1\"\n");
    Files.writeString(app.resolve("java-home"), jdk + "\n");
    Path launcher = repository.resolve("maque");

    Map<String, String> none = Map.of("MAQUE_JAVA_HOME", "", "JAVA_HOME", "");
    assertThat(launch(launcher, none, "x").out()).isEqualTo("of the build\n");
    assertThat(launch(launcher, Map.of(), "x").out()).startsWith("arg=x\n");
  }

  @Test
  void withoutMavenAnOldBuildStillRuns() throws Exception {
    build();
    Files.writeString(repository.resolve("cli/src/main/New.java"), "class New {}");
    Files.setLastModifiedTime(
        repository.resolve("cli/src/main/New.java"),
        FileTime.from(Instant.parse("2100-01-01T00:00:00Z")));

    Result result = launch(repository.resolve("maque"), Map.of("PATH", noMaven()), "x");

    assertThat(result.out()).startsWith("arg=x\n");
    assertThat(result.err()).contains("newer than the build");
  }

  @Test
  void withoutMavenAndBuildItSaysWhatToDo() throws Exception {
    Result result = launch(repository.resolve("maque"), Map.of("PATH", noMaven()), "x");

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).contains("install Maven").hasLineCount(1);
  }

  @Test
  void buildsWhenASourceIsNewerAndOnlyThen() throws Exception {
    Path tools = Files.createDirectory(folder.resolve("tools"));
    Path maven = tools.resolve("mvn");
    Files.writeString(maven, "#!/bin/sh\necho ran >> \"" + folder.resolve("log") + "\"\n");
    maven.toFile().setExecutable(true);
    build();
    Files.setLastModifiedTime(
        app.resolve("built"), FileTime.from(Instant.parse("2020-01-01T00:00:00Z")));
    Map<String, String> path = Map.of("PATH", tools + ":" + noMaven());

    Result first = launch(repository.resolve("maque"), path, "x");
    Result second = launch(repository.resolve("maque"), path, "x");

    assertThat(first.err()).contains("building").hasLineCount(1);
    assertThat(first.out()).startsWith("arg=x\n");
    assertThat(second.err()).isEmpty();
    assertThat(folder.resolve("log")).hasContent("ran");
  }

  @Test
  void whatMavenBuiltByHandIsNotBuiltAgain() throws Exception {
    build();
    Files.delete(app.resolve("built"));
    Files.setLastModifiedTime(
        repository.resolve("pom.xml"), FileTime.from(Instant.parse("2020-01-01T00:00:00Z")));
    Files.setLastModifiedTime(
        repository.resolve("cli/src/main"), FileTime.from(Instant.parse("2020-01-01T00:00:00Z")));

    Result result = launch(repository.resolve("maque"), Map.of("PATH", noMaven()), "x");

    assertThat(result.out()).startsWith("arg=x\n");
    assertThat(result.err()).isEmpty();
  }

  @Test
  void aFailedBuildShowsWhatMavenSaid() throws Exception {
    Path tools = Files.createDirectory(folder.resolve("tools"));
    Path maven = tools.resolve("mvn");
    Files.writeString(maven, "#!/bin/sh\necho cannot resolve; exit 1\n");
    maven.toFile().setExecutable(true);

    Result result =
        launch(repository.resolve("maque"), Map.of("PATH", tools + ":" + noMaven()), "x");

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).contains("cannot resolve").contains("the build failed");
  }

  /** A folder with the tools the launcher uses, and no Maven. */
  private String noMaven() throws IOException {
    Path tools = Files.createDirectories(folder.resolve("no-maven"));
    for (String tool :
        List.of(
            "bash",
            "env",
            "dirname",
            "readlink",
            "find",
            "flock",
            "mkdir",
            "mktemp",
            "mv",
            "cat",
            "rm")) {
      for (String place : NO_MAVEN.split(":")) {
        Path from = Path.of(place, tool);
        Path to = tools.resolve(tool);
        if (Files.exists(from) && !Files.exists(to)) {
          Files.writeString(to, "#!/bin/sh\nexec " + from + " \"$@\"\n");
          to.toFile().setExecutable(true);
        }
      }
    }
    return tools.toString();
  }

  private void build() throws IOException {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, Echo.class.getName());
    String entry = Echo.class.getName().replace('.', '/') + ".class";
    try (OutputStream file = Files.newOutputStream(app.resolve("maque.jar"));
        JarOutputStream jar = new JarOutputStream(file, manifest);
        InputStream code = Echo.class.getResourceAsStream("Echo.class")) {
      jar.putNextEntry(new JarEntry(entry));
      code.transferTo(jar);
    }
    Files.writeString(app.resolve("built"), "");
  }

  private Result launch(Path launcher, Map<String, String> environment, String... args)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(launcher.toString()));
    command.addAll(List.of(args));
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().remove("MAQUE_OPTS");
    builder.environment().put("MAQUE_JAVA_HOME", JAVA_HOME);
    builder.environment().putAll(environment);
    builder.redirectError(folder.resolve("err").toFile());
    Process process = builder.start();
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int exitCode = process.waitFor();
    // Into a file the JVM's own warning goes too; on a terminal and in a pipe it is kept away.
    String err =
        Files.readString(folder.resolve("err"))
            .replace("WARNING: Using incubator modules: jdk.incubator.vector\n", "");
    return new Result(exitCode, out, err);
  }
}
