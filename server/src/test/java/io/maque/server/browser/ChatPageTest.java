package io.maque.server.browser;

import static org.assertj.core.api.Assertions.assertThat;

import io.maque.chat.Message;
import io.maque.generate.GenerationRequest;
import io.maque.server.http.HttpException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;

/** What a conversation is made of: send, stream, stop, answer again, edit, settings, errors. */
class ChatPageTest extends PageTest {
  private static final String ANSWER = ".assistant:last-child .prose";

  @Test
  void aMessageIsSentAndItsAnswerIsShown() {
    model.answers("Sparrows ", "keep each other ", "**warm**.");

    browser.say("Why do sparrows sit together?");
    browser.untilAnswered();

    assertThat(browser.text(".user .said")).isEqualTo("Why do sparrows sit together?");
    assertThat(browser.text(ANSWER).strip()).isEqualTo("Sparrows keep each other warm.");
    assertThat(browser.text(ANSWER + " strong")).isEqualTo("warm");
    assertThat(browser.text(".assistant .speaker")).isEqualTo(ScriptedServer.TEXT_MODEL);
    assertThat(browser.text(".statistics"))
        .contains("First token after", "3 tokens", "20 of 70 prompt tokens from cache");
    assertThat(browser.text("#context-use")).contains("73 / 2,048 tokens");
    assertThat(texts(model.asked().messages())).containsExactly("Why do sparrows sit together?");
  }

  @Test
  void anAnswerGrowsBeforeItIsCompleteAndStopKeepsWhatCame() {
    model.answersUntilCancelled("Once upon a time", " never");

    browser.say("Tell me a story");
    browser.untilText(ANSWER, "Once upon a time");
    assertThat(browser.find("#stop").isDisplayed()).isTrue();
    browser.press("#stop");
    browser.untilAnswered();

    assertThat(browser.text(ANSWER)).contains("Once upon a time").doesNotContain("never");
    assertThat(browser.text(".ending")).isEqualTo("You stopped this answer.");
  }

  @Test
  void escapeStopsToo() {
    model.answersUntilCancelled("Once", " never");

    browser.say("Tell me a story");
    browser.untilText(ANSWER, "Once");
    browser.type(Keys.ESCAPE);
    browser.untilAnswered();

    assertThat(browser.text(".ending")).isEqualTo("You stopped this answer.");
  }

  @Test
  void theConversationGoesOnWithWhatWasSaid() {
    model.answers("Four.").answers("Eight.");

    browser.say("Two and two?");
    browser.untilAnswered();
    browser.say("Twice that?");
    browser.untilAnswered();

    model.asked();
    assertThat(texts(model.asked().messages()))
        .containsExactly("Two and two?", "Four.", "Twice that?");
  }

  @Test
  void anotherAnswerStandsBesideTheFirst() {
    model.answers("First.").answers("Second.");

    browser.say("Say something");
    browser.untilAnswered();
    browser.press("[aria-label='Answer again']");
    browser.untilText(ANSWER, "Second.");
    browser.untilAnswered();

    assertThat(browser.text(".assistant .variants")).contains("2 of 2");
    browser.press(".assistant [aria-label='Previous version']");
    browser.untilText(ANSWER, "First.");
    browser.untilText(".assistant .variants", "1 of 2");
  }

  @Test
  void anEditedMessageIsSentInPlaceOfTheFirstAndNothingIsLost() {
    model.answers("Paris.").answers("Rome.");

    browser.say("Capital of France?");
    browser.untilAnswered();
    model.asked();
    browser.press("[aria-label='Edit']");
    browser.type(Keys.chord(Keys.CONTROL, "a"), "Capital of Italy?", Keys.ENTER);
    browser.untilText(ANSWER, "Rome.");
    browser.untilAnswered();

    assertThat(texts(model.asked().messages())).containsExactly("Capital of Italy?");
    assertThat(browser.all(".message")).hasSize(2);
    browser.press(".user [aria-label='Previous version']");
    browser.untilText(".user .said", "Capital of France?");
    assertThat(browser.text(ANSWER)).contains("Paris.");
  }

  @Test
  void settingsOfAConversationAreSent() {
    model.answers("Aye.");

    browser.press("#settings-button");
    browser.type("You are a pirate.");
    browser.find("[name=temperature]").sendKeys("0.2");
    browser.find("[name=max_completion_tokens]").sendKeys("17");
    browser.find("[name=seed]").sendKeys("42");
    browser.screenshot("settings");
    browser.press("#settings-form button[type=submit]");
    browser.say("Hello");
    browser.untilAnswered();

    GenerationRequest request = model.request();
    assertThat(request.maxTokens()).isEqualTo(17);
    assertThat(request.sampling().temperature()).isEqualTo(0.2);
    assertThat(request.sampling().seed()).hasValue(42);
    assertThat(request.prompt().toString()).contains("You are a pirate.");
  }

  @Test
  void anAnswerCutByItsLengthSaysSo() {
    model.answersCut("And then the");

    browser.say("A long story");
    browser.untilAnswered();

    assertThat(browser.text(".ending")).startsWith("Cut at the limit of tokens.");
  }

  @Test
  void thoughtsAreFoldedAway() {
    model.answers("<thi", "nk>The user ", "greets.</th", "ink>\n\nHello!").answers("Again.");

    browser.say("Hi");
    browser.untilAnswered();

    assertThat(browser.text(ANSWER).strip()).isEqualTo("Hello!");
    assertThat(browser.text(".thoughts-text")).isEqualTo("The user greets.");
    assertThat(browser.all(".thoughts-text").getFirst().isDisplayed()).isFalse();
    browser.press(".thoughts summary");
    browser.find(".thoughts-text");
    browser.say("And again");
    browser.untilAnswered();
    model.asked();
    assertThat(model.asked().toString()).doesNotContain("The user greets");
  }

  @Test
  void conversationsOutliveThePage() {
    model.answers("One.").answersUntilCancelled("Half an ans", "wer");

    browser.say("Say one");
    browser.untilAnswered();
    browser.reload();
    browser.untilText(".conversation .open", "Say one");
    browser.press(".conversation .open");
    browser.untilText(ANSWER, "One.");

    browser.say("Say more");
    browser.untilText(ANSWER, "Half an ans");
    browser.reload();
    browser.press(".conversation .open");
    browser.untilText(".ending", "closed before this answer was complete");
  }

  @Test
  void aFailureIsASentenceAndCanBeTriedAgain() {
    model
        .fails(HttpException.unavailable("queue_full", "64 requests wait already", 3))
        .answers("Now it works.");

    browser.say("Hello");
    browser.untilText(".failure", "too much to do");
    assertThat(browser.text(".failure")).contains("Try again in");
    browser.untilAnswered();
    browser.screenshot("error");
    browser.press(".failure button");
    browser.untilText(ANSWER, "Now it works.");
    browser.untilAnswered();
    assertThat(browser.all(".failure")).isEmpty();
  }

  @Test
  void aFailureInTheMiddleKeepsWhatCame() {
    model.fails(new IllegalStateException("secret /path"), "The beginning");

    browser.say("Hello");
    browser.untilText(".failure", "Something went wrong inside the server.");

    assertThat(browser.text(ANSWER)).contains("The beginning");
    assertThat(browser.text(".failure")).doesNotContain("secret");
  }

  @Test
  void aServerThatIsGoneIsSaidToBeGone() {
    server.close();

    browser.say("Hello");
    browser.untilText(".failure", "The server cannot be reached.");

    assertThat(browser.text(".user .said")).isEqualTo("Hello");
    assertThat(browser.find(".failure button").getText()).isEqualTo("Try again");
  }

  @Test
  void aServerThatEndsInTheMiddleIsNoticed() {
    model.answersUntilCancelled("The beginning", " never");

    browser.say("Hello");
    browser.untilText(ANSWER, "The beginning");
    server.close();
    browser.untilAnswered();

    assertThat(browser.text(ANSWER)).contains("The beginning");
    assertThat(browser.text(".end")).containsAnyOf("The connection ended", "Cut at", "inside");
  }

  @Test
  void aServerThatWantsAKeyIsGivenOneAndItIsKept() {
    String key = "sesame-0123456789abcdef";
    try (ScriptedServer guarded = ScriptedServer.demanding(key)) {
      guarded.model.answers("Welcome.");
      browser.visit(guarded.port());
      browser.find("#key-input").sendKeys("wrong", Keys.ENTER);
      browser.find("#key-problem");
      browser.screenshot("key");
      browser.find("#key-input").sendKeys(key, Keys.ENTER);
      browser.untilReady();
      browser.say("Hello");
      browser.untilText(ANSWER, "Welcome.");

      browser.untilAnswered();
      browser.reload();
      browser.press("#settings-button");
      browser.press("#forget-key");
      browser.until("return localStorage.getItem('maque.key') === null");
    }
  }

  @Test
  void anotherModelCanBeChosenAndIsRemembered() {
    model.answers("I see.");

    browser.press("#model-button");
    browser.eventually(() ->
        assertThat(browser.find("#models").getText())
            .contains("text only", "reads images", "135 M parameters", "2,048 tokens of context"));
    browser.screenshot("models");
    browser.press("#models .model:last-child");
    browser.say("Hello");
    browser.untilAnswered();

    assertThat(browser.text(".speaker")).isEqualTo(ScriptedServer.VISION_MODEL);
    browser.reload();
    browser.untilText("#model-name", ScriptedServer.VISION_MODEL);
  }

  private static List<String> texts(List<Message> messages) {
    return messages.stream().map(Message::text).toList();
  }
}
