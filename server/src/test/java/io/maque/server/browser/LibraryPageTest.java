package io.maque.server.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/** The list of conversations that the browser keeps. */
class LibraryPageTest extends PageTest {

  @Test
  void conversationsAreFoundByAnyWordInThem() {
    converse("About birds", "A wren sings.");
    converse("About stones", "Basalt is dark.");

    browser.find("#search").sendKeys("BASALT");
    assertThat(titles()).containsExactly("About stones");
    browser.find("#search").sendKeys(Keys.chord(Keys.CONTROL, "a"), "nowhere");
    assertThat(browser.text("#conversations")).contains("No conversation contains “nowhere”.");
    browser.find("#search").sendKeys(Keys.chord(Keys.CONTROL, "a"), Keys.BACK_SPACE);
    assertThat(titles()).containsExactly("About stones", "About birds");
  }

  @Test
  void aConversationIsRenamedAndStaysRenamed() {
    converse("Hello", "Hi.");

    hover();
    browser.press("[aria-label='Rename: Hello']");
    browser.type("Greetings 问候", Keys.ENTER);
    browser.untilText(".conversation .open", "Greetings 问候");
    browser.reload();

    assertThat(titles()).containsExactly("Greetings 问候");
  }

  @Test
  void aDeletedConversationCanBeBroughtBack() {
    converse("Hello", "Hi.");

    hover();
    browser.press("[aria-label='Delete: Hello']");
    browser.untilText("#conversations", "kept here");
    assertThat(browser.all(".message")).isEmpty();
    browser.press("#toasts button");
    browser.untilText(".conversation .open", "Hello");
    browser.reload();
    assertThat(titles()).containsExactly("Hello");

    hover();
    browser.press("[aria-label='Delete: Hello']");
    browser.untilText("#conversations", "kept here");
    browser.reload();
    assertThat(titles()).isEmpty();
  }

  @Test
  void whatIsExportedCanBeImportedElsewhere() {
    converse("Hello", "Hi **there**.");
    Object document =
        browser.asyncScript(
            """
            const done = arguments[0];
            const real = URL.createObjectURL;
            URL.createObjectURL = (blob) => { blob.text().then(done); return real(blob); };
            document.querySelector("#export-all").click();
            """);
    assertThat(document.toString()).contains("maque-conversations", "Hi **there**.");

    try (ScriptedServer other = new ScriptedServer()) {
      browser.open(other.port());
      assertThat(titles()).isEmpty();
      browser.script(
          """
          const carrier = new DataTransfer();
          carrier.items.add(new File([arguments[0]], "maque.json"));
          const input = document.querySelector("#import-file");
          input.files = carrier.files;
          input.dispatchEvent(new Event("change"));
          """,
          document);
      browser.untilText(".conversation .open", "Hello");
      browser.press(".conversation .open");
      browser.untilText(".assistant .prose strong", "there");
      browser.assertWellBehaved();
    }
  }

  @Test
  void aConversationIsAnsweredWhileAnotherIsRead() {
    converse("First", "One.");
    browser.press("#new-conversation");
    model.answersUntilCancelled("Slowly", " on");
    browser.say("Second");
    browser.untilText(".assistant .prose", "Slowly");

    browser.press(".conversation:last-child .open");
    browser.untilText(".assistant .prose", "One.");
    model.answers("Two.");
    browser.say("And more");
    browser.untilText(".assistant:last-child .prose", "Two.");
    browser.press(".conversation:nth-child(2) .open");
    browser.untilText(".assistant .prose", "Slowly");
    browser.press("#stop");
    browser.untilAnswered();

    assertThat(browser.text(".ending")).isEqualTo("You stopped this answer.");
  }

  private void converse(String question, String answer) {
    browser.press("#new-conversation");
    model.answers(answer);
    browser.say(question);
    browser.untilAnswered();
    browser.untilText("#conversations", question);
  }

  private static void hover() {
    // The buttons of a row show when it has the focus, too.
    browser.script("document.querySelector('.conversation .open').focus()");
  }

  private static List<String> titles() {
    return browser.all(".conversation .open").stream().map(WebElement::getText).toList();
  }
}
