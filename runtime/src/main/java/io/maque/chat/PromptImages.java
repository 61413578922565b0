package io.maque.chat;

import io.maque.template.Range;
import io.maque.template.Rendered;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The pictures of one conversation on their way through its template: what the template gets in
 * their place, and where that stands in what it wrote.
 *
 * <p>Where the template knows texts only, a picture goes through it as a character that occurs in
 * no text of the request and in no text of the template. One character cannot be put together of
 * others, so whatever users write, it cannot become one.
 */
final class PromptImages {
  /** The characters that Unicode leaves to private use. */
  private static final char FIRST_MARK = '\uE000';

  private static final char LAST_MARK = '\uF8FF';

  private final ImageMarkup markup;
  private final int count;
  private String marks = "";
  private int marked;

  PromptImages(ImageMarkup markup, List<Message> messages) {
    this.markup = markup;
    this.count = messages.stream().mapToInt(message -> message.images().size()).sum();
  }

  /**
   * A place in a rendered prompt.
   *
   * @param image which of the pictures, in the order of the conversation
   */
  record Place(int image, Range range) {}

  /** Chooses characters that occur in none of {@code texts}: strings, lists and maps of them. */
  void avoid(Object... texts) {
    BitSet used = new BitSet();
    for (Object text : texts) {
      collect(text, used);
    }
    marks =
        IntStream.rangeClosed(FIRST_MARK, LAST_MARK)
            .filter(c -> !used.get(c))
            .limit(count)
            .mapToObj(Character::toString)
            .collect(Collectors.joining());
    if (marks.length() < count) {
      throw new ImagePlacesException(
          ("the conversation has %d images: expected as many characters of private use (U+E000 to"
                  + " U+F8FF) that its texts do not contain, found %d; send fewer images")
              .formatted(count, marks.length()));
    }
  }

  private static void collect(Object value, BitSet used) {
    switch (value) {
      case CharSequence text -> text.chars().filter(c -> c >= FIRST_MARK).forEach(used::set);
      case Map<?, ?> map ->
          map.forEach((name, entry) -> {
            collect(name, used);
            collect(entry, used);
          });
      case Collection<?> list -> list.forEach(entry -> collect(entry, used));
      case null, default -> {}
    }
  }

  /** What the template gets as the content of a message; to be called in order, once for each. */
  Object content(Message message) {
    return switch (markup) {
      case ImageMarkup.TemplateToken token -> parts(message);
      case ImageMarkup.SplitPoint(String before, String after) -> {
        int images = message.images().size();
        if (images == 0) {
          yield message.text();
        }
        StringBuilder content = new StringBuilder();
        for (int i = 0; i < images; i++) {
          content.append(before).append(marks.charAt(marked++)).append(after);
        }
        yield content.append(message.text().strip()).toString();
      }
    };
  }

  /** As transformers' processors give it. */
  private static List<Map<String, Object>> parts(Message message) {
    return message.content().stream()
        .map(part ->
            switch (part) {
              case Part.Text(String text) -> Map.<String, Object>of("type", "text", "text", text);
              case Part.Image image -> Map.<String, Object>of("type", "image");
            })
        .toList();
  }

  /**
   * Where the pictures stand, in the order of the prompt.
   *
   * @throws ImagePlacesException unless there is exactly one place for each
   */
  List<Place> find(Rendered rendered) {
    List<Place> places =
        switch (markup) {
          case ImageMarkup.TemplateToken(String token) -> written(rendered, token);
          case ImageMarkup.SplitPoint split -> marked(rendered.text());
        };
    if (places.size() != count
        || places.stream().mapToInt(Place::image).distinct().count() != count) {
      throw new ImagePlacesException(
          ("the chat template wrote %d places for %d images: expected one for each; the template of"
                  + " this model's file does not show all images")
              .formatted(places.size(), count));
    }
    return places;
  }

  /** The tokens that the template wrote itself; what came from a user is none. */
  private static List<Place> written(Rendered rendered, String token) {
    List<Place> places = new ArrayList<>();
    int from = 0;
    for (Range input : rendered.inputRanges()) {
      addWritten(rendered.text(), token, new Range(from, input.start()), places);
      from = input.end();
    }
    addWritten(rendered.text(), token, new Range(from, rendered.text().length()), places);
    return places;
  }

  private static void addWritten(String text, String token, Range stretch, List<Place> places) {
    int at = text.indexOf(token, stretch.start(), stretch.end());
    while (at >= 0) {
      int end = at + token.length();
      places.add(new Place(places.size(), new Range(at, end)));
      at = text.indexOf(token, end, stretch.end());
    }
  }

  private List<Place> marked(String text) {
    List<Place> places = new ArrayList<>();
    for (int image = 0; image < count; image++) {
      int at = text.indexOf(marks.charAt(image));
      while (at >= 0) {
        places.add(new Place(image, new Range(at, at + 1)));
        at = text.indexOf(marks.charAt(image), at + 1);
      }
    }
    places.sort(Comparator.comparingInt(place -> place.range().start()));
    return places;
  }
}
