import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.constant.ClassDesc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collections;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Rewrites jars whose classes are older than Java 7 as classes of Java 8. The JVM's cache of loaded
 * classes leaves out any without the stack map frames by which newer ones are verified. picocli's
 * are such, and reading and verifying them took 35 ms of every start. The launcher runs this once,
 * after a build: {@code java Frames.java JAR...}.
 *
 * <p>picocli also asks for a class of Groovy, and to find that there is none the JVM opened and
 * read all jars, 25 ms of every start. So each rewritten jar gets an empty one of that name.
 */
final class Frames {
  private static final int JAVA_7 = 51;
  private static final ClassDesc ASKED_FOR = ClassDesc.of("groovy.lang.Closure");

  public static void main(String[] jars) throws IOException {
    for (String jar : jars) {
      rewrite(Path.of(jar));
    }
  }

  private static void rewrite(Path jar) throws IOException {
    Path rewritten = jar.resolveSibling(jar.getFileName() + ".new");
    try (ZipFile source = new ZipFile(jar.toFile());
        OutputStream file = Files.newOutputStream(rewritten);
        ZipOutputStream target = new ZipOutputStream(file)) {
      String askedFor = ASKED_FOR.packageName().replace('.', '/') + "/" + ASKED_FOR.displayName();
      if (source.getEntry(askedFor + ".class") == null) {
        target.putNextEntry(new ZipEntry(askedFor + ".class"));
        target.write(
            ClassFile.of().build(ASKED_FOR, none -> none.withVersion(ClassFile.JAVA_8_VERSION, 0)));
      }
      for (ZipEntry entry : Collections.list(source.entries())) {
        byte[] bytes = source.getInputStream(entry).readAllBytes();
        target.putNextEntry(new ZipEntry(entry.getName()));
        target.write(entry.getName().endsWith(".class") ? modern(bytes, source) : bytes);
        target.closeEntry();
      }
    }
    Files.move(rewritten, jar, StandardCopyOption.REPLACE_EXISTING);
  }

  private static byte[] modern(byte[] bytes, ZipFile jar) {
    ClassHierarchyResolver siblings =
        ClassHierarchyResolver.ofResourceParsing(type -> open(jar, type))
            .orElse(ClassHierarchyResolver.defaultResolver());
    ClassFile files =
        ClassFile.of(
            ClassFile.ClassHierarchyResolverOption.of(siblings),
            ClassFile.StackMapsOption.GENERATE_STACK_MAPS);
    ClassModel parsed = files.parse(bytes);
    if (parsed.majorVersion() >= JAVA_7) {
      return bytes;
    }
    return files.transformClass(
        parsed,
        ClassTransform.transformingMethodBodies((builder, element) -> builder.with(element))
            .andThen(
                ClassTransform.endHandler(
                    builder -> builder.withVersion(ClassFile.JAVA_8_VERSION, 0))));
  }

  private static InputStream open(ZipFile jar, ClassDesc type) {
    String name = type.descriptorString();
    ZipEntry entry = jar.getEntry(name.substring(1, name.length() - 1) + ".class");
    try {
      return entry == null ? null : jar.getInputStream(entry);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
