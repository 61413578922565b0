package io.maque.rules;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LineMap;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/** A file is read in one sitting and a method on one screen. The exceptions only shrink. */
class SizeTest {
  private static final int MAX_FILE_LINES = 500;
  private static final int MAX_METHOD_LINES = 70;

  /** Files allowed to be longer, relative to the repository, each with its reason beside it. */
  private static final Set<String> LONG_FILES = Set.of();

  /** Methods allowed to be longer, as {@code Class.method}, each with its reason beside it. */
  private static final Set<String> LONG_METHODS = Set.of();

  @Test
  void filesStayShort() {
    List<String> tooLong = new ArrayList<>();
    for (Path file : SourceTree.javaFiles()) {
      long lines = SourceTree.read(file).lines().count();
      String name = SourceTree.ROOT.relativize(file).toString();
      if (lines > MAX_FILE_LINES && !LONG_FILES.contains(name)) {
        tooLong.add("%s: %d lines".formatted(name, lines));
      }
    }

    assertThat(tooLong).as("files of more than %d lines", MAX_FILE_LINES).isEmpty();
  }

  @Test
  void methodsStayShort() throws IOException {
    MethodLengths lengths = new MethodLengths();
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null,
                  files,
                  null,
                  List.of("-proc:none"),
                  null,
                  files.getJavaFileObjectsFromPaths(SourceTree.mainJavaFiles()));
      lengths.positions = Trees.instance(task).getSourcePositions();
      for (CompilationUnitTree unit : task.parse()) {
        lengths.unit = unit;
        lengths.scan(unit, null);
      }
    }

    assertThat(lengths.methods).as("methods parsed").isGreaterThan(200);
    assertThat(lengths.tooLong).as("methods of more than %d lines", MAX_METHOD_LINES).isEmpty();
  }

  private static final class MethodLengths extends TreeScanner<Void, Void> {
    private final List<String> tooLong = new ArrayList<>();
    private int methods;
    private String className = "";
    private CompilationUnitTree unit;
    private SourcePositions positions;

    @Override
    public Void visitClass(ClassTree tree, Void unused) {
      String outer = className;
      className = tree.getSimpleName().toString();
      super.visitClass(tree, unused);
      className = outer;
      return null;
    }

    @Override
    public Void visitMethod(MethodTree tree, Void unused) {
      methods++;
      LineMap lines = unit.getLineMap();
      long first = lines.getLineNumber(positions.getStartPosition(unit, tree));
      long last = lines.getLineNumber(positions.getEndPosition(unit, tree));
      String name = className + "." + tree.getName();
      if (last - first + 1 > MAX_METHOD_LINES && !LONG_METHODS.contains(name)) {
        tooLong.add("%s: %d lines".formatted(name, last - first + 1));
      }
      return super.visitMethod(tree, unused);
    }
  }
}
