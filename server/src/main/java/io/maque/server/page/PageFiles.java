package io.maque.server.page;

import io.maque.server.page.Libraries.Library;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Everything the page is made of, in memory. All but the start page lies below an address that
 * holds a digest of the whole, so that browsers may keep it for ever and never mix two versions.
 */
public final class PageFiles {
  private static final String ROOT = "/io/maque/server/web";
  private static final String START = "index.html";
  private static final int VERSION_DIGITS = 12;

  private final Map<String, PageFile> files;
  private final String version;
  private final PageFile start;

  private PageFiles(Map<String, PageFile> files) {
    this.files = files;
    this.version = digest(files);
    String html = new String(files.remove(START).bytes(), StandardCharsets.UTF_8);
    this.start =
        PageFile.of(
            START,
            html.replace("{{assets}}", "assets/" + version).getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Reads all files from the class path.
   *
   * @throws IllegalStateException when one is missing, which is a defect of the build
   */
  public static PageFiles read() {
    Map<String, PageFile> files = new TreeMap<>();
    try {
      readOwn(files);
      String css = text(Libraries.katexCss().resource());
      for (Library library : Libraries.all(css)) {
        String name = "lib/" + library.name();
        files.put(name, PageFile.of(name, bytes(library.resource())));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new PageFiles(files);
  }

  /** The same, read once and at the first call: a server that programs talk to never needs them. */
  public static PageFiles shared() {
    return Shared.FILES;
  }

  private static final class Shared {
    static final PageFiles FILES = read();
  }

  /** The page at {@code /}. */
  public PageFile start() {
    return start;
  }

  /** A digest of all files; a part of their addresses. */
  public String version() {
    return version;
  }

  /** The file of a name such as {@code js/main.js} or {@code lib/katex/katex.mjs}. */
  public Optional<PageFile> find(String name) {
    return Optional.ofNullable(files.get(name));
  }

  /** The names of all files but the start page. */
  public List<String> names() {
    return List.copyOf(files.keySet());
  }

  /** Our own files: a folder while we build, a part of a jar afterwards. */
  private static void readOwn(Map<String, PageFile> files) throws IOException {
    URL root = PageFiles.class.getResource(ROOT + "/" + START);
    if (root == null) {
      throw new IllegalStateException("page: expected %s on the class path".formatted(ROOT));
    }
    if (root.openConnection() instanceof JarURLConnection jar) {
      try (FileSystem zip = FileSystems.newFileSystem(path(jar.getJarFileURL()))) {
        readTree(zip.getPath(ROOT), files);
      }
    } else {
      readTree(path(root).getParent(), files);
    }
  }

  private static void readTree(Path root, Map<String, PageFile> files) throws IOException {
    try (Stream<Path> tree = Files.walk(root)) {
      for (Path file : (Iterable<Path>) tree.filter(Files::isRegularFile)::iterator) {
        String name = root.relativize(file).toString().replace('\\', '/');
        files.put(name, PageFile.of(name, Files.readAllBytes(file)));
      }
    }
  }

  private static Path path(URL url) {
    try {
      return Path.of(url.toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String text(String resource) throws IOException {
    return new String(bytes(resource), StandardCharsets.UTF_8);
  }

  private static byte[] bytes(String resource) throws IOException {
    try (InputStream in = PageFiles.class.getResourceAsStream("/" + resource)) {
      if (in == null) {
        throw new IllegalStateException("page: expected %s on the class path".formatted(resource));
      }
      return in.readAllBytes();
    }
  }

  private static String digest(Map<String, PageFile> files) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      files.forEach((name, file) -> {
        digest.update(name.getBytes(StandardCharsets.UTF_8));
        digest.update(file.bytes());
      });
      return HexFormat.of().formatHex(digest.digest()).substring(0, VERSION_DIGITS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every JDK has SHA-256
    }
  }
}
