package io.maque.server.browser;

import static org.assertj.core.api.Assertions.assertThat;

import io.maque.server.pdf.SamplePdf;
import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pictures: by button, paste, drop, camera and from PDFs; and what becomes of them. */
class AttachmentsPageTest extends PageTest {
  private static final String THUMBNAIL = "#attachments .thumbnail img";

  @TempDir private Path folder;

  @Test
  void aPictureByButtonIsShownAndCanBeTakenBack() {
    browser.all("#attach-file").getFirst().sendKeys(file("bird.png", picture("png")).toString());

    browser.until("return document.querySelector('" + THUMBNAIL + "')?.naturalWidth === 320");
    assertThat(browser.text("#composer-notice"))
        .contains(ScriptedServer.TEXT_MODEL + " reads text only", ScriptedServer.VISION_MODEL);
    browser.screenshot("picture-attached");
    browser.press("[aria-label='Remove bird.png']");
    browser.until("return document.querySelector('" + THUMBNAIL + "') === null");
    assertThat(browser.focused()).isEqualTo("#prompt");
    assertThat(browser.find("#send").isEnabled()).isFalse();
  }

  @Test
  void pastedAndDroppedPicturesAreAttached() {
    fire("paste", "#prompt", picture("png"), "pasted.png", "image/png");
    fire("dragenter", "#thread", picture("png"), "dropped.png", "image/png");
    browser.find("#drop-veil");
    fire("drop", "#thread", picture("jpeg"), "dropped.jpg", "image/jpeg");

    browser.until("return document.querySelectorAll('" + THUMBNAIL + "').length === 2");
    assertThat(browser.all("#drop-veil").getFirst().isDisplayed()).isFalse();
  }

  @Test
  void aFileDroppedByTheBrowserItselfIsAttached() {
    Map<String, Object> data =
        Map.of(
            "items",
            List.of(),
            "files",
            List.of(file("real.png", picture("png")).toString()),
            "dragOperationsMask",
            1);
    for (String type : List.of("dragEnter", "dragOver", "drop")) {
      browser.devtools(
          "Input.dispatchDragEvent", Map.of("type", type, "x", 700, "y", 300, "data", data));
    }
    browser.until("return document.querySelectorAll('" + THUMBNAIL + "').length === 1");
  }

  @Test
  void theServersRefusalOfAPictureIsShownAndTheMessageStays() {
    attach("bird.png", "image/png", picture("png"));

    browser.say("What is this?");
    browser.untilText(".failure", "This model cannot read images.");

    assertThat(browser.find(".user .thumbnail img").isDisplayed()).isTrue();
    assertThat(browser.text(".user .said")).isEqualTo("What is this?");
    assertThat(model.wasNotAsked()).isTrue();
    browser.screenshot("picture-refused");
    browser.reload();
    browser.press(".conversation .open");
    browser.until("return document.querySelector('.user .thumbnail img')?.naturalWidth === 320");
    browser.press(".user .thumbnail");
    browser.until("return document.querySelector('#picture').naturalWidth === 320");
  }

  @Test
  void aLargePictureIsMadeSmallerAndAnUnknownTypeIsMadeKnown() {
    BufferedImage large = new BufferedImage(4000, 1000, BufferedImage.TYPE_INT_RGB);
    attach("large.bmp", "image/bmp", encoded(large, "bmp"));

    browser.say("");
    browser.find(".failure");
    Object stored =
        browser.asyncScript(
            """
            const done = arguments[0];
            indexedDB.open("maque").onsuccess = ({ target }) => {
              const all = target.result.transaction("images").objectStore("images").getAll();
              all.onsuccess = () => done(all.result.map((i) => `${i.type} ${i.width}×${i.height}`));
            };
            """);
    assertThat(stored).isEqualTo(List.of("image/png 2048×512"));
  }

  @Test
  void whatIsNoPictureIsSaidToBeNone() {
    fire("drop", "#thread", "<svg onload='x'/>".getBytes(), "a.svg", "image/svg+xml");
    browser.untilText("#toasts", "a.svg is not a picture this browser can read.");
    fire("drop", "#thread", "text".getBytes(), "b.txt", "text/plain");
    browser.untilText("#toasts", "b.txt is neither a picture nor a PDF.");
    fire("drop", "#thread", "GIF89a broken".getBytes(), "c.gif", "image/gif");
    browser.untilText("#toasts", "c.gif is not a picture this browser can read.");
  }

  @Test
  void fileNamesAreTextWhateverTheyContain() {
    String name = "<img src=x onerror=alert(1)>\"'><script>alert(2)</script>.png";
    attach(name, "image/png", picture("png"));

    assertThat(browser.find("#attachments .thumbnail").getDomAttribute("title")).isEqualTo(name);
    browser.say("Look");
    browser.find(".failure");
    assertThat(browser.script("return document.querySelectorAll('main script, [onerror]').length"))
        .isEqualTo(0L);
    fire("drop", "#thread", "x".getBytes(), name.replace(".png", ".pdf"), "application/pdf");
    browser.untilText("#pdf-problem", "damaged, or no PDF");
    assertThat(browser.text("#pdf-title")).contains("<script>");
    browser.press("#pdf-dialog [data-close]");
  }

  @Test
  void theCameraTakesAStill() {
    browser.camera(server.port(), "granted");

    browser.press("#camera");
    browser.until("return document.querySelector('#camera-video').videoWidth > 0");
    browser.press("#camera-shoot");
    browser.screenshot("camera");
    browser.press("#camera-again");
    browser.press("#camera-shoot");
    browser.press("#camera-use");

    browser.until("return document.querySelector('" + THUMBNAIL + "')?.naturalWidth > 0");
    browser.until("return document.querySelector('#camera-video').srcObject === null");
  }

  @Test
  void aCameraThatIsNotAllowedIsExplained() {
    browser.camera(server.port(), "denied");

    browser.press("#camera");

    browser.untilText("#camera-problem", "The camera is not allowed.");
    browser.press("#camera-dialog [data-close]");
  }

  @Test
  void anInsecurePageSaysHowToBecomeSecure() {
    browser.script(
        "Object.defineProperty(navigator, 'mediaDevices', { value: undefined, configurable: true"
            + " })");

    browser.press("#camera");

    browser.untilText("#camera-problem", "./maque serve --tls self-signed");
    browser.press("#camera-dialog [data-close]");
  }

  @Test
  void pagesOfAPdfAreChosenAndAttached() {
    fire("drop", "#thread", SamplePdf.ofPages(3), "report.pdf", "application/pdf");

    browser.until("return document.querySelectorAll('#pdf-pages img').length === 3");
    browser.press("#pdf-pages .page:nth-child(2) input");
    browser.untilText("#pdf-use", "Attach 1 page");
    browser.screenshot("pdf-pages");
    browser.press("#pdf-all");
    browser.untilText("#pdf-use", "Attach 3 pages");
    browser.press("#pdf-all");
    browser.untilText("#pdf-use", "Attach 0 pages");
    browser.press("#pdf-pages .page:nth-child(2) input");
    browser.untilText("#pdf-use", "Attach 1 page");
    browser.press("#pdf-use");

    browser.until("return document.querySelector('" + THUMBNAIL + "')?.naturalHeight === 1753");
    assertThat(browser.find("#attachments .thumbnail").getDomAttribute("title"))
        .isEqualTo("report.pdf · 2");
    browser.until("return !document.querySelector('#pdf-dialog').open");
  }

  private void attach(String name, String type, byte[] bytes) {
    fire("drop", "#thread", bytes, name, type);
    browser.until("return document.querySelector('" + THUMBNAIL + "')?.naturalWidth > 0");
  }

  private static void fire(String kind, String target, byte[] bytes, String name, String type) {
    browser.fire(kind, target, bytes, name, type);
  }

  private Path file(String name, byte[] bytes) {
    try {
      return Files.write(folder.resolve(name), bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] picture(String format) {
    BufferedImage image = new BufferedImage(320, 240, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setPaint(new GradientPaint(0, 0, Color.ORANGE, 320, 240, Color.BLUE));
    graphics.fillRect(0, 0, 320, 240);
    graphics.dispose();
    return encoded(image, format);
  }

  private static byte[] encoded(BufferedImage image, String format) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      assertThat(ImageIO.write(image, format, out)).isTrue();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }
}
