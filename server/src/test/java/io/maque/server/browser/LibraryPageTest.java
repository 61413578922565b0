package io.maque.server.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
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
    untilTitles("About stones");
    browser.find("#search").sendKeys(Keys.chord(Keys.CONTROL, "a"), "nowhere");
    browser.untilText("#conversations", "No conversation contains “nowhere”.");
    browser.find("#search").sendKeys(Keys.chord(Keys.CONTROL, "a"), Keys.BACK_SPACE);
    untilTitles("About stones", "About birds");
  }

  @Test
  void aConversationIsRenamedAndStaysRenamed() {
    converse("Hello", "Hi.");

    hover();
    browser.press("[aria-label='Rename: Hello']");
    browser.type("Greetings 问候", Keys.ENTER);
    browser.untilText(".conversation .open", "Greetings 问候");
    browser.reload();

    untilTitles("Greetings 问候");
  }

  @Test
  void aDeletedConversationCanBeBroughtBack() {
    converse("Hello", "Hi.");

    hover();
    browser.press("[aria-label='Delete: Hello']");
    browser.untilText("#conversations", "kept here");
    browser.until("return document.querySelector('.message') === null");
    browser.press("#toasts button");
    browser.untilText(".conversation .open", "Hello");
    browser.reload();
    untilTitles("Hello");

    hover();
    browser.press("[aria-label='Delete: Hello']");
    browser.untilText(
        "#toasts", "deleted"); // it is gone from the list before it is gone from the store
    browser.reload();
    untilTitles();
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
      untilTitles();
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

  @Test
  void theFocusStaysWhereItIsWhenTheListIsMadeAnew() {
    converse("First", "One.");
    converse("Second", "Two.");
    String bin = "[aria-label='Delete: First']";
    browser.script("document.querySelector('.conversation:last-child .open').focus()");
    browser.script("document.querySelector(arguments[0]).focus()", bin);

    browser.script("document.querySelector('.conversation:last-child .open').click()");
    model.answers("More.");
    browser.script(
        """
        document.querySelector("#prompt").value = "Again";
        document.querySelector("#composer").requestSubmit();
        """);
    browser.untilAnswered();
    untilTitles("First", "Second");

    assertThat(browser.script("return document.activeElement.ariaLabel"))
        .isEqualTo("Delete: First");
    assertThat(browser.find(bin).isDisplayed()).isTrue();
  }

  @Test
  void twoTabsOfOneConversationShowAndKeepWhatEitherSays() {
    converse("Hello", "Hi.");
    String first = browser.newTab();
    browser.open(server.port());
    browser.press(".conversation .open");
    model.answers("To the second.");
    browser.say("From the second");
    browser.untilAnswered();

    String second = browser.toTab(first);
    browser.untilText(".assistant:last-child .prose", "To the second.");
    browser.untilText(".assistant:last-child .statistics", "First token after");
    model.answersUntilCancelled("Growing", " on");
    browser.say("From the first");
    browser.untilText(".assistant:last-child .prose", "Growing");

    browser.toTab(second);
    browser.untilText("#thread", "From the first");
    browser.toTab(first);
    browser.press("#stop");
    browser.untilAnswered();
    browser.toTab(second);
    browser.untilText(".assistant:last-child .prose", "Growing");
    browser.untilText(".assistant:last-child .ending", "You stopped this answer.");

    hover();
    browser.press("[aria-label='Delete: Hello']");
    browser.toTab(first);
    browser.until("return document.querySelector('.message') === null");
    untilTitles();
    browser.toTab(second);
    browser.closeTab(first);
  }

  @Test
  void aTabThatHeardNothingOverwritesNothing() {
    converse("Hello", "Hi.");
    String first = browser.newTab();
    browser.devtools(
        "Page.addScriptToEvaluateOnNewDocument",
        Map.of("source", "BroadcastChannel = class extends EventTarget { postMessage() {} }"));
    browser.open(server.port());
    browser.press(".conversation .open");

    String deaf = browser.toTab(first);
    model.answers("To the first.");
    browser.say("From the first");
    browser.untilAnswered();
    browser.toTab(deaf);
    model.answers("To the deaf.");
    browser.say("From the deaf");
    browser.untilAnswered();
    browser.closeTab(first);
    browser.reload();
    browser.press(".conversation .open");

    browser.untilText("#thread", "To the deaf.");
    browser.untilText(".user:nth-child(3) .variants", "2 of 2");
    browser.press(".user:nth-child(3) [aria-label='Previous version']");
    browser.untilText("#thread", "To the first.");
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

  private static void untilTitles(String... titles) {
    browser.eventually(() ->
        assertThat(browser.all(".conversation .open"))
            .extracting(WebElement::getText)
            .containsExactly(titles));
  }
}
