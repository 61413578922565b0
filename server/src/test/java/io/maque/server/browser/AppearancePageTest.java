package io.maque.server.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;

/** Languages, colours, widths, keyboard and input methods; and pictures of them to look at. */
class AppearancePageTest extends PageTest {
  private static final String LIGHT = "rgb(250, 246, 238)";
  private static final String DARK = "rgb(26, 22, 19)";
  private static final String CODE_ANSWER =
      """
      Here is a record for a point in the plane, with a **distance** method:

      ```java
      /** A point in the plane. */
      public record Point(double x, double y) {

        /** Distance to another point. */
        public double distanceTo(Point other) {
          return Math.hypot(x - other.x, y - other.y); // no overflow, unlike sqrt(dx * dx + dy * dy)
        }
      }
      ```

      `Math.hypot` computes $\\sqrt{x^2 + y^2}$ without overflow. Compare:

      | method | largest error | time |
      |:--|--:|--:|
      | `Math.sqrt` | 1 ulp | 1.2 ns |
      | `Math.hypot` | 1 ulp | 4.8 ns |

      1. Use `hypot` when components may be huge.
      2. Use `sqrt` in inner loops.
      """;
  private static final String CHINESE_ANSWER =
      "麻雀冬天挤在一起，是为了**互相取暖**。\n\n1. 羽毛蓬松，留住空气；\n2. 一起站在背风处；\n3. 夜里轮流换到中间。\n\n> 个子小，散热快，所以朋友很重要。";

  @Test
  void lightAndDarkFollowTheSystemAndTheSwitch() {
    untilBackground(LIGHT);
    browser.prefersDark(true);
    untilBackground(DARK);
    browser.press("#theme");
    assertThat(browser.find("#theme").getAccessibleName()).isEqualTo("Colours: light");
    untilBackground(LIGHT);
    browser.press("#theme");
    browser.prefersDark(false);
    untilBackground(DARK);
    browser.reload();
    untilBackground(DARK);
  }

  @Test
  void chineseForChineseBrowsersAndAtTheSwitch() {
    assertThat(browser.find("#prompt").getDomAttribute("placeholder")).isEqualTo("Write a message");
    browser.press("#language");
    assertThat(browser.find("#prompt").getDomAttribute("placeholder")).isEqualTo("写点什么");
    assertThat(browser.script("return document.documentElement.lang")).isEqualTo("zh-CN");
    browser.reload();
    assertThat(browser.text("#new-conversation").strip()).isEqualTo("新对话");

    try (ScriptedServer other = new ScriptedServer()) {
      browser.language("zh-CN");
      browser.open(other.port());
      assertThat(browser.text("#new-conversation").strip()).isEqualTo("新对话");
      assertThat(browser.find("#send").getAccessibleName()).isEqualTo("发送");
    }
  }

  @Test
  void bothCataloguesSayTheSameThings() {
    Object differences =
        browser.asyncScript(
            """
            const done = arguments[0];
            const root = document.querySelector("script[type=module]").src.replace("main.js", "");
            const keys = (entry, path = "") => typeof entry === "object" && !Array.isArray(entry)
              ? Object.entries(entry).flatMap(([key, value]) => keys(value, `${path}.${key}`))
              : [path + (Array.isArray(entry) ? `×${entry.length}` : "")];
            const names = (entry) => typeof entry === "string" ? (entry.match(/\\{\\w+\\}/g) ?? []).sort().join() : "";
            const flat = (entry, path = "") => typeof entry === "object" && !Array.isArray(entry)
              ? Object.entries(entry).flatMap(([key, value]) => flat(value, `${path}.${key}`))
              : [`${path}${names(entry)}`];
            Promise.all([import(root + "i18n/en.js"), import(root + "i18n/zh.js")]).then(([en, zh]) => {
              const [a, b] = [en, zh].map((each) => new Set([...keys(each.default), ...flat(each.default)]));
              done([...a.symmetricDifference(b)]);
            });
            """);
    assertThat(differences).isEqualTo(List.of());
  }

  @Test
  void everythingIsWithinAPhonesWidth() {
    model.answers(CODE_ANSWER.splitWithDelimiters(" ", 0)).answers("x".repeat(300));
    browser.screen(Browser.PHONE_WIDTH, 780, true);
    browser.reload();
    assertNoSidewaysScroll();

    browser.say("Write a Java record");
    browser.untilAnswered();
    browser.say("y".repeat(300));
    browser.untilAnswered();
    assertNoSidewaysScroll();
    assertThat(targetsSmallerThan(32)).isEqualTo(List.of());

    browser.press("#open-sidebar");
    browser.find(".conversation .open");
    browser.screenshot("phone-sidebar");
    assertNoSidewaysScroll();
    browser.press("#close-sidebar");
    untilFocused("#open-sidebar");
    browser.press("#settings-button");
    assertNoSidewaysScroll();
    browser.press("#settings-dialog [data-close]");
    // A keyboard that covers half of the screen leaves the message box in sight.
    browser.screen(Browser.PHONE_WIDTH, 400, true);
    browser.until(
        "return document.querySelector('#composer').getBoundingClientRect().bottom <= innerHeight");
  }

  @Test
  void everythingCanBeDoneWithoutAMouse() {
    model.answers("One.").answers("Two.");

    untilFocused("#prompt");
    browser.type("Hello", Keys.ENTER);
    browser.untilAnswered();
    untilFocused("#prompt");
    browser.type("first", Keys.chord(Keys.SHIFT, Keys.ENTER), "second");
    assertThat(browser.find("#prompt").getDomProperty("value")).isEqualTo("first\nsecond");
    browser.type(Keys.chord(Keys.CONTROL, "a"), Keys.BACK_SPACE, Keys.ARROW_UP);
    browser.type(Keys.chord(Keys.CONTROL, "a"), "Hello again", Keys.ENTER);
    browser.untilText(".assistant .prose", "Two.");
    browser.untilAnswered();

    browser.type(Keys.chord(Keys.CONTROL, "k"));
    untilFocused("#search");
    browser.type(Keys.TAB, Keys.ENTER);
    browser.type(Keys.chord(Keys.CONTROL, Keys.SHIFT, "o"));
    browser.until("return document.querySelector('.message') === null");
    untilFocused("#prompt");
    browser.type(Keys.chord(Keys.CONTROL, ","));
    browser.find("#settings-dialog");
    browser.type(Keys.ESCAPE);
    browser.until("return !document.querySelector('#settings-dialog').open");

    browser.find("#model-button").sendKeys(Keys.ENTER);
    browser.until("return document.activeElement.name === 'model'");
    browser.type(Keys.ARROW_DOWN, Keys.ENTER);
    browser.untilText("#model-name", ScriptedServer.VISION_MODEL);
    untilFocused("#prompt");
    assertThat(browser.find("#prompt").getDomProperty("value")).isEmpty();
    browser.find("#help").sendKeys(Keys.ENTER);
    browser.screenshot("shortcuts");
    browser.type(Keys.ESCAPE);
  }

  @Test
  void everyStopOfTheTabKeyCanBeSeenAndHasAName() {
    model.answers("```java\nint x;\n```");
    browser.say("Hello");
    browser.untilAnswered();

    browser.script("document.activeElement.blur()");
    for (int i = 0; i < 40; i++) {
      browser.type(Keys.TAB);
      Object stop =
          browser.script(
              """
              const e = document.activeElement;
              if (e === document.body) return null;
              const ring = getComputedStyle(e), around = getComputedStyle(e.closest(".composer, .search, label") ?? e);
              const visible = ring.outlineStyle !== "none" || around.outlineStyle !== "none" || e.id === "prompt";
              const name = e.getAttribute("aria-label") || e.placeholder || e.textContent.trim() || e.alt || e.labels?.[0]?.textContent;
              return visible && name ? null : e.outerHTML.slice(0, 200);
              """);
      assertThat(stop).as("a stop of the Tab key without a ring or a name").isNull();
    }
  }

  @Test
  void enterThatEndsACompositionDoesNotSend() {
    browser.find("#prompt").click();
    compose("ma");
    compose("麻");
    key("Enter", 229);
    assertThat(browser.all(".message")).isEmpty();
    browser.devtools("Input.insertText", Map.of("text", "麻雀"));
    browser.until("return document.querySelector('#prompt').value === '麻雀'");
    assertThat(model.wasNotAsked()).isTrue();

    model.answers("叽叽。");
    browser.type(Keys.ENTER);
    browser.untilAnswered();
    assertThat(browser.text(".user .said")).isEqualTo("麻雀");
  }

  @Test
  void halfACodeFenceNeverFlickers() {
    model.answersUntilCancelled("Text\n\n```ja", "never");
    browser.say("Code");
    browser.untilText(".assistant .prose", "Text");
    browser.press("#stop");
    browser.untilAnswered();

    model.answers("Para\n", "-", " item\n\n``", "`py\nx = 1\n", "``", "`\nend");
    browser.script(
        """
        window.seen = [];
        new MutationObserver(() => window.seen.push(
          [...document.querySelectorAll(".assistant:last-child .prose :is(h1, h2)")].length))
          .observe(document.querySelector("#thread"), { childList: true, subtree: true });
        """);
    browser.say("List");
    browser.untilAnswered();

    assertThat((List<?>) browser.script("return window.seen"))
        .isNotEmpty()
        .allMatch(headings -> headings.equals(0L));
    assertThat(browser.text(".assistant:last-child .code-language")).isEqualTo("py");
    assertThat(browser.text(".assistant:last-child code")).isEqualTo("x = 1");
  }

  @Test
  void codeIsColouredAndCopied() {
    model.answers(CODE_ANSWER);
    browser.devtools(
        "Browser.grantPermissions",
        Map.of("permissions", List.of("clipboardReadWrite", "clipboardSanitizedWrite")));

    browser.say("Code, please");
    browser.untilAnswered();
    assertThat(browser.all(".hljs-keyword")).isNotEmpty();
    browser.press(".code .copy");
    browser.until("return document.querySelector('.code .copy').ariaLabel === 'Copied'");

    Object copied =
        browser.asyncScript("navigator.clipboard.readText().then(arguments[0], arguments[0])");
    assertThat(copied.toString()).startsWith("/** A point in the plane. */\npublic record Point(");
  }

  @Test
  void finishedParagraphsAreReadAloud() {
    model.answers("First paragraph.\n\n", "Second paragraph.");

    browser.say("Talk");
    browser.untilAnswered();

    browser.untilText("#announcer", "The answer is complete.");
    assertThat(browser.text("#announcer")).contains("First paragraph.", "Second paragraph.");
    assertThat(browser.find("#announcer").getDomAttribute("aria-live")).isEqualTo("polite");
  }

  /** Pictures for people: run this and look at target/screenshots. */
  @Test
  void picturesToLookAt() {
    for (boolean dark : new boolean[] {false, true}) {
      String colours = dark ? "dark" : "light";
      browser.prefersDark(dark);
      browser.screen(1280, 860, false);
      browser.press("#new-conversation");
      browser.screenshot("desktop-" + colours + "-welcome");
      model.answers(CODE_ANSWER.splitWithDelimiters(" ", 0));
      browser.say("Write a Java record for a point");
      browser.untilAnswered();
      browser.until("return document.querySelector('.katex') !== null");
      browser.script("document.querySelector('#scroller').scrollTop = 0");
      browser.screenshot("desktop-" + colours + "-code");
    }
    browser.prefersDark(false);
    browser.press("#language");
    browser.screen(Browser.PHONE_WIDTH, 780, true);
    browser.reload();
    browser.screenshot("phone-zh-welcome");
    model.answers(CHINESE_ANSWER.split(""));
    browser.say("麻雀冬天为什么挤在一起？");
    browser.untilAnswered();
    browser.screenshot("phone-zh-answer");
    browser.prefersDark(true);
    browser.screenshot("phone-zh-dark");
    assertThat(browser.text(".assistant .prose strong")).isEqualTo("互相取暖");
  }

  private static void untilBackground(String colour) {
    browser.until("return getComputedStyle(document.body).backgroundColor === '" + colour + "'");
  }

  private static void assertNoSidewaysScroll() {
    browser.eventually(() ->
        assertThat(
                browser.script(
                    """
                    const wide = (e) => e.scrollWidth > e.clientWidth + 1;
                    return [document.documentElement, document.body, document.querySelector("#scroller")]
                      .filter(wide).map((e) => `${e.tagName} ${e.scrollWidth} > ${e.clientWidth}`);
                    """))
            .isEqualTo(List.of()));
  }

  private static void untilFocused(String element) {
    browser.eventually(() -> assertThat(browser.focused()).isEqualTo(element));
  }

  private static Object targetsSmallerThan(int pixels) {
    return browser.script(
        """
        return [...document.querySelectorAll("button, summary")]
          .filter((e) => e.checkVisibility() && e.getBoundingClientRect().width > 0)
          .filter((e) => Math.min(e.getBoundingClientRect().width, e.getBoundingClientRect().height) < arguments[0])
          .map((e) => e.outerHTML.slice(0, 120));
        """,
        pixels);
  }

  private static void compose(String text) {
    browser.devtools(
        "Input.imeSetComposition",
        Map.of("text", text, "selectionStart", text.length(), "selectionEnd", text.length()));
  }

  private static void key(String name, int code) {
    for (String type : List.of("rawKeyDown", "keyUp")) {
      browser.devtools(
          "Input.dispatchKeyEvent",
          Map.of("type", type, "key", name, "code", name, "windowsVirtualKeyCode", code));
    }
  }
}
