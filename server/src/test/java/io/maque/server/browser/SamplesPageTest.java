package io.maque.server.browser;

import static org.assertj.core.api.Assertions.assertThat;

import io.maque.chat.Message;
import io.maque.chat.Part;
import io.maque.server.page.PageFiles;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/** Pictures that can be asked about with one press, and the model in the box that they are for. */
class SamplesPageTest extends PageTest {
  private static final String SAMPLE = "#samples .sample";
  private static final String LOADED =
      "const images = [...document.querySelectorAll('#samples img')];"
          + " return images.length > 5 && images.every((image) => image.naturalWidth > 100)";

  @Test
  void aPressAsksAboutThePictureAndLeavesTheDraftAlone() {
    assertThat(browser.all(SAMPLE)).as("a model that reads text only").isEmpty();
    chooseTheModelThatSees();
    browser.until(LOADED);
    model.answers("It is Q3.");
    browser.find("#prompt").sendKeys("half a thought");
    WebElement sample = sample("bars-en.png");
    String question = sample.findElement(By.tagName("span")).getText();
    assertThat(sample.getAccessibleName()).isEqualTo("Bar chart " + question);

    sample.click();
    browser.untilAnswered();

    Message asked = model.asked().messages().getFirst();
    assertThat(asked.text()).isEqualTo(question).isNotBlank();
    assertThat(asked.images())
        .containsExactly(new Part.Image(file("bars-en.png"), asked.images().getFirst().detail()));
    browser.untilText(".user figcaption", "\u2009×\u2009");
    assertThat(browser.text(".assistant")).contains("It is Q3.");
    assertThat(browser.find("#prompt").getDomProperty("value")).isEqualTo("half a thought");
    assertThat(browser.focused()).isEqualTo("#prompt");
    assertThat(browser.find("#thread").isDisplayed()).isTrue();
    assertThat(browser.all("#samples").getFirst().isDisplayed()).isFalse();
  }

  @Test
  void theKeyboardReachesThemInBothLanguages() {
    chooseTheModelThatSees();
    browser.press("#language");
    browser.until(LOADED);
    browser.until("return document.querySelector('#samples img').src.includes('-zh.png')");
    assertThat(browser.all(SAMPLE))
        .allSatisfy(sample -> assertThat(sample.getText()).containsPattern("\\p{IsHan}"));
    model.answers("左上。");

    browser.script("document.querySelector('#samples .sample').focus()");
    browser.type(Keys.TAB);
    String question = (String) browser.script("return document.activeElement.textContent");
    browser.type(Keys.ENTER);
    browser.untilAnswered();

    assertThat(model.asked().messages().getFirst().text()).isEqualTo(question);
  }

  @Test
  void theDemonstrationModelSaysWhatItIsAndWhatToFetch() {
    try (ScriptedServer fresh = ScriptedServer.demonstrating()) {
      browser.open(fresh.port());
      browser.until(LOADED);
      browser.untilText("#greeting-note", "demonstration model");
      assertThat(browser.text("#fine-print")).contains("knows nothing of the world");
      browser.untilText("#first-models", "./maque pull ");
      assertThat(browser.all("#first-models .copy")).isNotEmpty();
      assertThat(browser.text("#suggestions")).contains("What can you do?");
      browser.press("#model-button");
      browser.untilText("#models", "demonstration");
      browser.type(Keys.ESCAPE);
      browser.screenshot("demonstration");

      browser.press("#language");
      browser.untilText("#greeting-note", "演示模型");
      browser.untilText("#first-models", "请下载");
      assertThat(browser.text("#fine-print")).contains("演示模型");
      browser.screen(Browser.PHONE_WIDTH, 780, true);
      browser.prefersDark(true);
      browser.screenshot("demonstration-phone-zh");
      browser.until(
          "return document.documentElement.scrollWidth <= document.documentElement.clientWidth +"
              + " 1");
      assertThat(browser.find(SAMPLE).getRect().getWidth()).isGreaterThan(80);

      fresh.model.answers("安全出口");
      browser.find(SAMPLE).click();
      browser.untilAnswered();
      browser.untilText(".assistant", "安全出口");
      assertThat(fresh.model.request().sampling().temperature()).isZero();
      assertThat(browser.focused()).as("no keyboard comes up").isNotEqualTo("#prompt");
    }
  }

  private static void chooseTheModelThatSees() {
    browser.press("#model-button");
    browser.press("#models .model:last-child");
    browser.untilText("#model-name", ScriptedServer.VISION_MODEL);
    assertThat(browser.text("#greeting-note")).as("no demonstration").startsWith("A small model");
    assertThat(browser.all("#first-models li")).isEmpty();
  }

  private static WebElement sample(String name) {
    List<WebElement> samples = browser.all(SAMPLE);
    return samples.stream()
        .filter(each -> each.findElement(By.tagName("img")).getDomProperty("src").endsWith(name))
        .findFirst()
        .orElseThrow();
  }

  private static byte[] file(String name) {
    return PageFiles.read().find("samples/" + name).orElseThrow().bytes();
  }
}
