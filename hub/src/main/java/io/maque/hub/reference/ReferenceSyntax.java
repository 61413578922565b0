package io.maque.hub.reference;

import io.maque.hub.reference.ModelReference.Ollama;
import io.maque.hub.reference.ModelReference.Repository;
import io.maque.hub.reference.ModelReference.Site;
import java.net.URI;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The grammar of references to hosted models. Every part is a word that cannot climb a path. */
final class ReferenceSyntax {
  // One path segment: starts with a letter or digit, so "." and ".." and "-option" are no words.
  private static final String WORD = "[A-Za-z0-9_][A-Za-z0-9._+-]*";
  private static final Pattern REPOSITORY =
      Pattern.compile(
          "(?<owner>%1$s)/(?<repo>%1$s)(?<file>(/%1$s)+)?(@(?<revision>%1$s(/%1$s)*))?"
              .formatted(WORD));
  private static final Pattern OLLAMA =
      Pattern.compile("((?<namespace>%1$s)/)?(?<name>%1$s)(:(?<tag>%1$s))?".formatted(WORD));
  private static final Pattern HUGGING_FACE_PAGE =
      Pattern.compile(
          "/(?<owner>%1$s)/(?<repo>%1$s)/(blob|resolve)/(?<revision>%1$s)(?<file>(/%1$s)+)"
              .formatted(WORD));

  private ReferenceSyntax() {}

  static Repository repository(Site site, String rest, String text) {
    Matcher parts = REPOSITORY.matcher(rest);
    if (!parts.matches()) {
      throw new InvalidReferenceException(
          "\"%s\": expected %s:owner/repo, optionally with /file.gguf and @revision"
              .formatted(Quoted.shorten(text), site.prefix()));
    }
    return repository(site, parts);
  }

  private static Repository repository(Site site, Matcher parts) {
    Optional<String> file = Optional.ofNullable(parts.group("file")).map(path -> path.substring(1));
    file.filter(name -> !name.endsWith(".gguf"))
        .ifPresent(name -> {
          throw new InvalidReferenceException(
              "%s:%s/%s/%s: expected a file that ends in .gguf, the one format that Maque reads"
                  .formatted(site.prefix(), parts.group("owner"), parts.group("repo"), name));
        });
    return new Repository(
        site,
        parts.group("owner"),
        parts.group("repo"),
        file,
        Optional.ofNullable(parts.group("revision")));
  }

  static Ollama ollama(String rest, String text) {
    Matcher parts = OLLAMA.matcher(rest);
    if (!parts.matches()) {
      throw new InvalidReferenceException(
          "\"%s\": expected ollama:name, ollama:name:tag or ollama:namespace/name:tag"
              .formatted(Quoted.shorten(text)));
    }
    return new Ollama(
        Optional.ofNullable(parts.group("namespace")).orElse(Ollama.LIBRARY),
        parts.group("name"),
        Optional.ofNullable(parts.group("tag")).orElse(Ollama.LATEST));
  }

  /**
   * The file behind a Hugging Face page address. People copy the address of the page that shows a
   * file; fetched as it stands it is HTML.
   */
  static Optional<ModelReference> pageOfHuggingFace(URI uri) {
    if (!"huggingface.co".equalsIgnoreCase(uri.getHost()) || uri.getPath() == null) {
      return Optional.empty();
    }
    Matcher parts = HUGGING_FACE_PAGE.matcher(uri.getPath());
    return parts.matches() ? Optional.of(repository(Site.HUGGING_FACE, parts)) : Optional.empty();
  }
}
