package io.maque.server.config;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The texts that were given for settings, each with its origin. Layers are put over each other with
 * {@link #over}; a setting takes all its texts from the highest layer that has any.
 */
public final class Settings {
  private static final long MAX_FILE_BYTES = 1 << 20;

  private final Map<Setting, List<Given>> given;

  private Settings(Map<Setting, List<Given>> given) {
    this.given = given;
  }

  /**
   * A text and where it stands.
   *
   * @param origin as the user knows it: {@code --port}, {@code MAQUE_SERVE_PORT}, {@code
   *     server.conf line 3}
   */
  record Given(String text, String origin) {}

  /** Nothing set. */
  public static Settings none() {
    return new Settings(new EnumMap<>(Setting.class));
  }

  /** What the command line says; values in the order given. */
  public static Settings ofFlags(Map<Setting, List<String>> flags) {
    Settings settings = none();
    flags.forEach(
        (setting, texts) -> texts.forEach(text -> settings.add(setting, text, setting.flag())));
    return settings;
  }

  /**
   * What the environment says. Lists are separated by commas.
   *
   * @throws InvalidConfigException for a {@code MAQUE_SERVE_} variable that is no setting
   */
  public static Settings ofEnvironment(Map<String, String> environment) {
    Settings settings = none();
    for (Map.Entry<String, String> variable : new TreeMap<>(environment).entrySet()) {
      if (!Setting.isVariable(variable.getKey()) || variable.getValue().isBlank()) {
        continue;
      }
      Setting setting =
          Setting.findVariable(variable.getKey())
              .orElseThrow(() -> unknown(variable.getKey(), "the environment"));
      String[] texts =
          setting.isList() ? variable.getValue().split(",") : new String[] {variable.getValue()};
      for (String text : texts) {
        settings.add(setting, text.strip(), variable.getKey());
      }
    }
    return settings;
  }

  /**
   * What a file says: UTF-8 lines {@code key = value}, empty lines, and comments that begin with
   * {@code #}. A list repeats its key.
   *
   * @throws InvalidConfigException naming the line
   */
  public static Settings ofFile(Path file) {
    Settings settings = none();
    List<String> lines = lines(file);
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      String origin = "%s line %d".formatted(file, i + 1);
      int equals = line.indexOf('=');
      if (equals < 0) {
        throw new InvalidConfigException(
            "%s: expected key = value, found no equals sign".formatted(origin));
      }
      String key = line.substring(0, equals).strip();
      Setting setting = Setting.find(key).orElseThrow(() -> unknown(key, origin));
      List<Given> before = settings.given.getOrDefault(setting, List.of());
      if (!setting.isList() && !before.isEmpty()) {
        throw new InvalidConfigException(
            "%s: %s is set already, in %s".formatted(origin, key, before.getFirst().origin()));
      }
      settings.add(setting, line.substring(equals + 1).strip(), origin);
    }
    return settings;
  }

  private static List<String> lines(Path file) {
    try {
      if (Files.size(file) > MAX_FILE_BYTES) {
        throw new InvalidConfigException(
            "%s: expected a file of at most 1 MiB, found %d bytes"
                .formatted(file, Files.size(file)));
      }
      return Files.readAllLines(file);
    } catch (CharacterCodingException e) {
      throw new InvalidConfigException(file + ": expected UTF-8 text, found other bytes", e);
    } catch (IOException e) {
      throw new InvalidConfigException(
          "cannot read the configuration %s: %s".formatted(file, e.getMessage()), e);
    }
  }

  private static InvalidConfigException unknown(String name, String origin) {
    String nearest =
        Setting.keys().stream()
            .min(Comparator.comparingInt(key -> distance(key, plain(name))))
            .orElseThrow();
    return new InvalidConfigException(
        "%s: no setting is called %s; the nearest is %s"
            .formatted(origin, shortened(name), nearest));
  }

  private static String plain(String name) {
    return name.toLowerCase(java.util.Locale.ROOT).replace("maque_serve_", "").replace('_', '-');
  }

  private static String shortened(String name) {
    return name.length() <= 60 ? name : name.substring(0, 60) + "…";
  }

  /** Levenshtein's distance, for suggestions. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j - 1], diagonal));
      }
    }
    return row[b.length()];
  }

  /** These settings, and below them those of {@code lower} that are not set here. */
  public Settings over(Settings lower) {
    Settings both = new Settings(new EnumMap<>(Setting.class));
    both.given.putAll(lower.given);
    both.given.putAll(given);
    return both;
  }

  private void add(Setting setting, String text, String origin) {
    given.computeIfAbsent(setting, _ -> new ArrayList<>()).add(new Given(text, origin));
  }

  /** All texts of a setting; none when it is not set. */
  List<Given> all(Setting setting) {
    return given.getOrDefault(setting, List.of());
  }

  /** The text of a setting; of several the last, as programs do with repeated flags. */
  Optional<Given> find(Setting setting) {
    List<Given> texts = all(setting);
    return texts.isEmpty() ? Optional.empty() : Optional.of(texts.getLast());
  }

  /**
   * The effective settings in the form of the file, each line with its origin as a comment before
   * it. Secrets are masked.
   */
  public String print() {
    StringBuilder text = new StringBuilder();
    for (Setting setting : Setting.values()) {
      List<Given> texts = all(setting);
      if (texts.isEmpty() && setting.defaultText().isEmpty()) {
        text.append("# %s is not set%n".formatted(setting.key()));
      } else if (texts.isEmpty()) {
        text.append("%s = %s%n".formatted(setting.key(), setting.defaultText()));
      } else {
        List<Given> effective = setting.isList() ? texts : List.of(texts.getLast());
        text.append("# from %s%n".formatted(effective.getFirst().origin()));
        for (Given each : effective) {
          text.append(
              setting.isSecret()
                  ? "# %s = ********%n".formatted(setting.key())
                  : "%s = %s%n".formatted(setting.key(), each.text()));
        }
      }
    }
    return text.toString();
  }
}
