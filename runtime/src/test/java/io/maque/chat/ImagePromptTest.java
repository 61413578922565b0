package io.maque.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.maque.tokenizer.Special;
import io.maque.tokenizer.TinyVocabulary;
import io.maque.tokenizer.TokenType;
import io.maque.tokenizer.Tokenizer;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Where pictures stand in a prompt. The vocabulary is the 256 bytes and a few control tokens. */
class ImagePromptTest {
  private static final int BOS = 256;
  private static final int TURN = 257;
  private static final int PAD = 258;

  private static final ImageMarkup SPLIT = new ImageMarkup.SplitPoint("[", "]\n");
  private static final ImageMarkup TOKEN = new ImageMarkup.TemplateToken("<pad>");

  private static final String TEXTS =
      "{% for m in messages %}{{ '<turn>' + m.content }}{% endfor %}";
  private static final String PARTS =
      "{% for m in messages %}<turn>{% if m.content is string %}{{ m.content }}{% else %}"
          + "{% for p in m.content %}{% if p.type == 'image' %}<pad>{% else %}{{ p.text }}"
          + "{% endif %}{% endfor %}{% endif %}{% endfor %}";

  private static final Part.Image ONE = new Part.Image(new byte[] {1}, ImageDetail.AUTO);
  private static final Part.Image TWO = new Part.Image(new byte[] {2}, ImageDetail.LOW);
  private static final List<ImagePlaceholder> PLACES =
      List.of(new ImagePlaceholder(-5, 2), new ImagePlaceholder(-9, 3));

  @Test
  void picturesStandBeforeTheTextOfTheirMessage() {
    Message message = user(text("look "), ONE, text(" at\n"));

    ChatPrompt prompt = encode(TEXTS, SPLIT, List.of(message), PLACES.subList(0, 1));

    assertThat(prompt.ids())
        .containsExactly(TURN, '[', -5, -5, ']', '\n', 'l', 'o', 'o', 'k', ' ', ' ', 'a', 't');
    assertThat(prompt.imageBegins()).containsExactly(2);
  }

  @Test
  void theTokenOfTheTemplateIsReplacedWhereItStands() {
    Message message = user(text("a"), ONE, TWO, text("b"));

    ChatPrompt prompt = encode(PARTS, TOKEN, List.of(message), PLACES);

    assertThat(prompt.ids()).containsExactly(TURN, 'a', -5, -5, -9, -9, -9, 'b');
    assertThat(prompt.imageBegins()).containsExactly(2, 4);
  }

  @Test
  void everyTurnKeepsItsPictures() {
    List<Message> messages = List.of(user(ONE, text("a")), Message.user("b"), user(TWO));

    for (var kind : List.of(Map.entry(TEXTS, SPLIT), Map.entry(PARTS, TOKEN))) {
      ChatPrompt prompt = encode(kind.getKey(), kind.getValue(), messages, PLACES);
      assertThat(IntStream.of(prompt.ids()).filter(id -> id < 0))
          .containsExactly(-5, -5, -9, -9, -9);
      assertThat(IntStream.of(prompt.ids()).filter(id -> id == TURN).count()).isEqualTo(3);
    }
  }

  @Test
  void theSamePictureTwiceStandsTwice() {
    List<ImagePlaceholder> same = List.of(PLACES.getFirst(), PLACES.getFirst());

    ChatPrompt prompt = encode(PARTS, TOKEN, List.of(user(ONE, ONE)), same);

    assertThat(prompt.ids()).containsExactly(TURN, -5, -5, -5, -5);
    assertThat(prompt.imageBegins()).containsExactly(1, 3);
  }

  @Test
  void whatUsersTypeIsNoPicture() {
    String typed = "<pad><image><|image_pad|><ImageHere>\uE000\uE001";
    List<Message> messages = List.of(Message.user(typed), user(ONE, text(typed)));

    for (var kind : List.of(Map.entry(TEXTS, SPLIT), Map.entry(PARTS, TOKEN))) {
      ChatPrompt prompt = encode(kind.getKey(), kind.getValue(), messages, PLACES.subList(0, 1));
      assertThat(IntStream.of(prompt.ids()).filter(id -> id < 0)).containsExactly(-5, -5);
      assertThat(prompt.ids()).doesNotContain(PAD);
      String text =
          tokenizer(false).decode(IntStream.of(prompt.ids()).filter(i -> i >= 0).toArray());
      assertThat(text).contains(typed).endsWith(typed);
    }
  }

  @Test
  void typedTokensDoNotBecomePicturesWithoutPicturesEither() {
    int[] ids = encode(PARTS, TOKEN, List.of(Message.user("<pad>")), List.of()).ids();

    assertThat(ids).containsExactly(TURN, '<', 'p', 'a', 'd', '>');
  }

  @Test
  void noCharacterThatAMarkMightBeIsEverTakenTwice() {
    // Every character of private use but two, so exactly those two must serve.
    StringBuilder all = new StringBuilder();
    IntStream.rangeClosed(0xE000, 0xF8FF)
        .filter(c -> c != 0xE123 && c != 0xF000)
        .forEach(all::appendCodePoint);
    List<Message> messages = List.of(user(ONE, TWO, text(all.toString())));

    assertThat(encode(TEXTS, SPLIT, messages, PLACES).imageBegins()).containsExactly(2, 7);

    Message tool = Message.tool("\uE123", "");
    assertThatThrownBy(() -> encode(TEXTS, SPLIT, List.of(messages.getFirst(), tool), PLACES))
        .isInstanceOf(ImagePlacesException.class)
        .hasMessageContaining("2 images")
        .hasMessageContaining("found 1");
  }

  @Test
  void theSidesOfAPictureAreTokensOnTheirOwn() {
    // Between picture and text stands what the tokenizer would join with either, were they one
    // text.
    Tokenizer tokenizer = TinyVocabulary.byteLevel("qwen2", "] a").tokenizer();
    assertThat(tokenizer.encode("]a", Special.TEXT)).hasSize(1);
    ChatFormat format =
        format("{{ messages[0].content }}a", new ImageMarkup.SplitPoint("", ""), tokenizer);

    int[] ids =
        format.encode(List.of(user(ONE)), List.of(), Map.of(), true, PLACES.subList(0, 1)).ids();

    assertThat(ids).containsExactly(-5, -5, 'a');
  }

  @Test
  void theBeginTokenMovesThePictures() {
    ChatFormat format = format("{{ messages[0].content }}", SPLIT, tokenizer(true));

    ChatPrompt prompt =
        format.encode(List.of(user(ONE)), List.of(), Map.of(), true, PLACES.subList(0, 1));

    assertThat(prompt.ids()).containsExactly(BOS, '[', -5, -5, ']', '\n');
    assertThat(prompt.imageBegins()).containsExactly(2);
  }

  @Test
  void aTemplateThatLosesOrRepeatsAPictureIsToldSo() {
    List<Message> messages = List.of(user(ONE, text("a")), user(TWO, text("b")));
    List<String> templates =
        List.of(
            "{{ messages[0].content }}",
            TEXTS + "{{ messages[0].content }}",
            "{{ messages[0].content }}{{ messages[0].content }}",
            "nothing");

    for (String template : templates) {
      assertThatThrownBy(() -> encode(template, SPLIT, messages, PLACES))
          .as(template)
          .isInstanceOf(ImagePlacesException.class)
          .hasMessageContaining("2 images");
    }
    assertThatThrownBy(() -> encode("<pad>", TOKEN, messages, PLACES))
        .isInstanceOf(ImagePlacesException.class)
        .hasMessageContaining("1 places for 2 images");
  }

  @Test
  void picturesAreRefusedWherePromptsShowNone() {
    ChatFormat format =
        new ChatFormat(TEXTS, tokenizer(false), Clock.systemUTC(), Optional.empty());

    assertThatThrownBy(() ->
            format.encode(List.of(user(ONE)), List.of(), Map.of(), true, PLACES.subList(0, 1)))
        .isInstanceOf(ImagePlacesException.class)
        .hasMessageContaining("no images");
  }

  @Test
  void eachPictureNeedsItsPlaceholder() {
    for (List<ImagePlaceholder> places : List.of(List.<ImagePlaceholder>of(), PLACES)) {
      assertThatThrownBy(() -> encode(TEXTS, SPLIT, List.of(user(ONE)), places))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("each of 1, found " + places.size());
    }
  }

  @Test
  void picturesAreEqualByContent() {
    assertThat(new Part.Image(new byte[] {1}, ImageDetail.AUTO))
        .isEqualTo(ONE)
        .hasSameHashCodeAs(ONE);
    assertThat(TWO).isNotEqualTo(new Part.Image(new byte[] {2}, ImageDetail.AUTO));
    assertThat(ONE).hasToString("Image[1 bytes, AUTO]");
  }

  private static Message user(Part... parts) {
    return new Message("user", new ArrayList<>(List.of(parts)), "", List.of(), "");
  }

  private static Part text(String text) {
    return new Part.Text(text);
  }

  private static ChatPrompt encode(
      String template, ImageMarkup markup, List<Message> messages, List<ImagePlaceholder> places) {
    return format(template, markup, tokenizer(false))
        .encode(messages, List.of(), Map.of(), true, places);
  }

  private static ChatFormat format(String template, ImageMarkup markup, Tokenizer tokenizer) {
    return new ChatFormat(template, tokenizer, Clock.systemUTC(), Optional.of(markup));
  }

  private static Tokenizer tokenizer(boolean addBos) {
    return TinyVocabulary.byteLevel("qwen2")
        .add("<bos>", TokenType.CONTROL)
        .add("<turn>", TokenType.CONTROL)
        .add("<pad>", TokenType.CONTROL)
        .with("bos_token_id", (long) BOS)
        .with("add_bos_token", addBos)
        .tokenizer();
  }
}
