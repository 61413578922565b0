package io.maque.rules;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import com.google.googlejavaformat.java.ImportOrderer;
import com.google.googlejavaformat.java.JavaFormatterOptions.Style;
import com.google.googlejavaformat.java.RemoveUnusedImports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The formatter decides. It runs as a test because it parses with the JDK it runs on, and Maven
 * itself may run on one that cannot read Java 25; Surefire never does.
 *
 * <p>{@code make format} runs this test with {@code -Dmaque.format=write}, which rewrites the files
 * instead of failing.
 */
class FormatTest {
  private static final boolean WRITE = "write".equals(System.getProperty("maque.format"));

  private final Formatter formatter = new Formatter();

  @Test
  void everyJavaFileIsFormatted() throws IOException, FormatterException {
    List<Path> files = SourceTree.javaFiles();
    List<Path> unformatted = new ArrayList<>();
    for (Path file : files) {
      String source = Files.readString(file);
      String formatted = format(source);
      if (!formatted.equals(source)) {
        unformatted.add(SourceTree.ROOT.relativize(file));
        if (WRITE) {
          Files.writeString(file, formatted);
        }
      }
    }

    assertThat(files).hasSizeGreaterThan(50);
    if (!WRITE) {
      assertThat(unformatted).as("files to mend with 'make format'").isEmpty();
    }
  }

  /** The same three steps as the formatter's command line. */
  private String format(String source) throws FormatterException {
    String ordered = ImportOrderer.reorderImports(source, Style.GOOGLE);
    return formatter.formatSource(RemoveUnusedImports.removeUnusedImports(ordered));
  }
}
