package io.maque.lab.cases;

import io.maque.hub.json.Json;
import io.maque.hub.json.JsonValue;
import java.awt.Color;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/** The data that this generator shares with the recipe of Maque Nano. */
final class Texts {

  /** A thing with a name in each language. */
  record Named(String en, String zh) {
    String in(Language language) {
      return language == Language.EN ? en : zh;
    }
  }

  /** A colour with its name. */
  record Colour(Named name, Color rgb) {}

  /** A shape with its name and its English plural. */
  record Shape(Named name, String plural) {}

  private final JsonValue language = read("language.json");
  private final JsonValue signs = read("signs.json");

  private static JsonValue read(String name) {
    try (InputStream in = Texts.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("%s is missing beside %s".formatted(name, Texts.class));
      }
      return Json.read(ByteBuffer.wrap(in.readAllBytes()), name);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  List<Colour> colours() {
    return each(language.at("colours"), value -> new Colour(named(value), rgb(value.at("rgb"))));
  }

  List<Shape> shapes() {
    return each(language.at("shapes"), value -> new Shape(named(value), value.text("plural")));
  }

  /** The ninths of a picture in reading order. */
  List<Named> places() {
    return names("places");
  }

  /** Rising, falling, a peak, a valley. */
  List<Named> trends() {
    return names("trends");
  }

  List<Named> columns() {
    return names("columns");
  }

  List<JsonValue> signs() {
    return signs.elements();
  }

  List<String> items(Language in) {
    return texts(language.at("items").at(in.key()));
  }

  /** Groups of five labels that belong together. */
  List<List<String>> labels(Language in) {
    return each(language.at("labels").at(in.key()), Texts::texts);
  }

  /** Words that are not in any picture of the training. */
  List<String> heldOutWords() {
    return texts(language.at("heldOutWords"));
  }

  /** Phrases that are not in the training, of characters that are. */
  List<String> heldOutPhrases() {
    return texts(language.at("heldOutPhrases"));
  }

  /** One of the few texts of a document: "yes", "no", "absent", "unclear". */
  Named one(String field) {
    return named(language.at(field));
  }

  /** Every kind of question that {@link #question} knows. */
  List<String> questions() {
    return List.copyOf(language.at("questions").fields().keySet());
  }

  /** Small talk: each entry has, by language, what is said and the one answer to it. */
  List<JsonValue> talk() {
    return language.at("talk").elements();
  }

  /** Title or total of an invoice. */
  Named invoice(String part) {
    return named(language.at("invoice").at(part));
  }

  /** A question of a kind in one of its wordings, with names in place of {@code {…}}. */
  String question(RandomGenerator random, String kind, Language in, Map<String, String> names) {
    String text = pick(random, texts(language.at("questions").at(kind).at(in.key())));
    for (Map.Entry<String, String> name : names.entrySet()) {
      text = text.replace("{" + name.getKey() + "}", name.getValue());
    }
    return text;
  }

  /** A question of a kind with names by chance. */
  String anyQuestion(RandomGenerator random, String kind, Language in) {
    Map<String, String> names =
        new HashMap<>(names(pick(random, colours()), pick(random, shapes()), in));
    names.put("place", pick(random, places()).in(in));
    names.put("row", pick(random, items(in)));
    names.put("column", pick(random, columns()).in(in));
    names.put("label", pick(random, pick(random, labels(in))));
    return question(random, kind, in, names);
  }

  /** A colour and a shape by the names that questions have for them. */
  static Map<String, String> names(Colour colour, Shape shape, Language in) {
    return Map.of(
        "colour", colour.name().in(in),
        "kind", shape.name().in(in),
        "kinds", in == Language.EN ? shape.plural() : shape.name().zh());
  }

  /** A name as an answer: with a capital in English. */
  static String answer(Named name, Language in) {
    String text = name.in(in);
    return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
  }

  /** Names as answers. */
  static List<String> answers(Stream<Named> names, Language in) {
    return names.map(name -> answer(name, in)).toList();
  }

  static <T> T pick(RandomGenerator random, List<T> values) {
    return values.get(random.nextInt(values.size()));
  }

  /** Some of the values, each at most once, in random order. */
  static <T> List<T> pick(RandomGenerator random, List<T> values, int count) {
    List<T> shuffled = new ArrayList<>(values);
    Collections.shuffle(shuffled, Random.from(random));
    return List.copyOf(shuffled.subList(0, count));
  }

  /** The names of a sign or of any value with a field for each language. */
  static Named named(JsonValue value) {
    return new Named(value.text("en"), value.text("zh"));
  }

  private List<Named> names(String field) {
    return each(language.at(field), Texts::named);
  }

  /** A list of texts. */
  static List<String> texts(JsonValue list) {
    return each(list, value -> value.asText().orElseThrow());
  }

  private static Color rgb(JsonValue list) {
    List<Integer> parts = numbers(list);
    return new Color(parts.get(0), parts.get(1), parts.get(2));
  }

  /** A list of whole numbers. */
  static List<Integer> numbers(JsonValue list) {
    return each(list, value -> Math.toIntExact(value.asCount().orElseThrow()));
  }

  private static <T> List<T> each(JsonValue list, Function<JsonValue, T> reader) {
    return list.elements().stream().map(reader).toList();
  }
}
