package io.maque.server.browser;

import static org.assertj.core.api.Assertions.assertThat;

import io.maque.chat.Message;
import io.maque.chat.Part;
import io.maque.server.pdf.SamplePdf;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Ellipse2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Pictures shown to a model that sees: uploaded, from the camera, from a PDF; and its answers. */
class PicturesPageTest extends PageTest {
  private static final String THUMBNAIL = "#attachments .thumbnail img";
  private static final String CAPTION = ".user figcaption";

  @BeforeEach
  void chooseTheModelThatSees() {
    browser.press("#model-button");
    browser.press("#models .model:last-child");
    browser.untilText("#model-name", ScriptedServer.VISION_MODEL);
  }

  @Test
  void aPictureIsAnsweredAndTheConversationKeepsIt() {
    model.answers("A **sparrow** ", "on a branch, seen from the side.").answers("Brown and grey.");
    attach("sparrow.png", sparrow());
    assertThat(browser.all("#composer-notice:not([hidden])")).isEmpty();

    browser.say("What is in this picture?");
    browser.untilAnswered();
    browser.untilText(CAPTION, "640\u2009×\u2009420, seen as 336\u2009×\u2009336: 576 tokens");
    browser.until("return document.querySelector('.user .thumbnail img')?.naturalWidth === 640");
    assertThat(browser.text(".statistics")).contains("Pictures read in 415 ms");
    browser.screenshot("vision-upload");
    Message asked = model.asked().messages().getFirst();
    assertThat(asked.images())
        .containsExactly(new Part.Image(sparrow(), asked.images().getFirst().detail()));
    assertThat(asked.text()).isEqualTo("What is in this picture?");

    browser.say("Which colours?");
    browser.untilAnswered();
    List<Message> whole = model.asked().messages();
    assertThat(whole).hasSize(3);
    assertThat(whole.getFirst().images()).hasSize(1);

    browser.reload();
    browser.press(".conversation .open");
    browser.untilText(".user figcaption", "576 tokens");
  }

  @Test
  void severalPicturesEachTellHowTheyWereSeen() {
    model.answers("One is wide, one is a sparrow.");
    attach("sparrow.png", sparrow());
    browser.fire("paste", "#prompt", plain(300, 100), "wide.png", "image/png");
    browser.until("return document.querySelectorAll('" + THUMBNAIL + "').length === 2");

    browser.say("Compare them.");
    browser.untilAnswered();

    browser.until("return document.querySelectorAll('figcaption:not([hidden])').length === 2");
    assertThat(browser.text("figure:nth-child(1) figcaption")).startsWith("640\u2009×\u2009420");
    assertThat(browser.text("figure:nth-child(2) figcaption")).startsWith("300\u2009×\u2009100");
  }

  @Test
  void aPictureOfTheCameraIsAnswered() {
    browser.camera(server.port(), "granted");
    model.answers("A test pattern with a counter that runs.");
    browser.press("#camera");
    browser.until("return document.querySelector('#camera-video').videoWidth > 0");
    browser.press("#camera-shoot");
    browser.screenshot("vision-camera-still");
    browser.press("#camera-use");
    browser.until("return document.querySelector('" + THUMBNAIL + "')?.naturalWidth > 0");

    browser.say("What do you see?");
    browser.untilAnswered();

    browser.untilText(CAPTION, "576 tokens");
    browser.screenshot("vision-camera");
    assertThat(model.asked().messages().getFirst().images()).hasSize(1);
  }

  @Test
  void pagesOfAPdfAreAnswered() {
    model.answers("The report has two pages.");
    browser.fire("drop", "#thread", SamplePdf.ofPages(2), "report.pdf", "application/pdf");
    browser.until("return document.querySelectorAll('#pdf-pages img').length === 2");
    browser.press("#pdf-all");
    browser.untilText("#pdf-use", "Attach 2 pages");
    browser.press("#pdf-use");
    browser.until("return !document.querySelector('#pdf-dialog').open");
    browser.until("return document.querySelectorAll('" + THUMBNAIL + "').length === 2");

    browser.say("Summarise it.");
    browser.untilAnswered();

    browser.untilText(".user figure:nth-child(2) figcaption", "1240\u2009×\u20091753");
    browser.screenshot("vision-pdf");
    assertThat(model.asked().messages().getFirst().images()).hasSize(2);
  }

  @Test
  void onAPhoneAndInChinese() {
    browser.press("#language");
    browser.screen(Browser.PHONE_WIDTH, 780, true);
    browser.reload();
    model.answers("一只**麻雀**站在树枝上，侧面朝左。羽毛棕色，腹部灰白。");
    attach("麻雀.png", sparrow());
    browser.say("图里是什么？");
    browser.untilAnswered();

    browser.untilText(CAPTION, "模型所见 336\u2009×\u2009336，576 词元");
    browser.screenshot("vision-phone-zh");
    browser.until(
        "return document.documentElement.scrollWidth <= document.documentElement.clientWidth + 1");
  }

  private static void attach(String name, byte[] file) {
    browser.fire("drop", "#thread", file, name, "image/png");
    browser.until("return document.querySelector('" + THUMBNAIL + "')?.naturalWidth > 0");
  }

  private static byte[] plain(int width, int height) {
    return png(new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB));
  }

  /** Something to look at on screenshots. */
  private static byte[] sparrow() {
    BufferedImage image = new BufferedImage(640, 420, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = image.createGraphics();
    g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    g.setPaint(new GradientPaint(0, 0, new Color(0xCFE3F1), 0, 420, new Color(0xF4EBD9)));
    g.fillRect(0, 0, 640, 420);
    g.setColor(new Color(0x5B4636));
    g.setStroke(new BasicStroke(14, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
    g.drawLine(40, 350, 600, 330);
    g.setColor(new Color(0x8A5A3B));
    g.fill(new Ellipse2D.Double(230, 170, 220, 150));
    g.fill(new Ellipse2D.Double(190, 110, 120, 110));
    g.setColor(new Color(0xD9D2C5));
    g.fill(new Ellipse2D.Double(235, 230, 150, 90));
    g.setColor(new Color(0x2B211B));
    g.fill(new Ellipse2D.Double(220, 150, 14, 14));
    g.fillPolygon(new int[] {194, 160, 196}, new int[] {158, 168, 178}, 3);
    g.fillPolygon(new int[] {430, 540, 440}, new int[] {220, 180, 260}, 3);
    g.dispose();
    return png(image);
  }

  private static byte[] png(BufferedImage image) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      assertThat(ImageIO.write(image, "png", out)).isTrue();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }
}
