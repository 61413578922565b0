package io.maque.server.pdf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Documents that mean harm end their own process, and the next document is drawn. */
class PdfHostileTest {
  private static final PdfSelection ALL = new PdfSelection(64, List.of());

  private final PdfPages pages = new PdfPages(Duration.ofSeconds(30));

  @Test
  void aDocumentThatNeverEndsIsEnded() {
    PdfPages impatient = new PdfPages(Duration.ofMillis(1500));

    assertThatThrownBy(() -> draw(impatient, SamplePdf.endless()))
        .isInstanceOf(PdfException.class)
        .hasMessageContaining("takes longer than 1 s");
    assertThatTheNextIsDrawn();
  }

  @Test
  void aPictureThatInflatesToGigabytesTakesItsOwnMemoryOnly() {
    byte[] bomb = SamplePdf.bomb(25_000); // 1.9 GB when inflated

    assertThat(bomb.length).isLessThan(3_000_000);
    assertThatThrownBy(() -> draw(pages, bomb))
        .isInstanceOf(PdfException.class)
        .hasMessageContaining("more memory");
    assertThatTheNextIsDrawn();
  }

  @Test
  void anImageThatClaimsABillionPixelsIsRefusedOrLeftBlank() {
    for (int edge : new int[] {0, -1, 40_000, 65_535, Integer.MAX_VALUE}) {
      drawnOrRefused(SamplePdf.withHugeImage(edge));
    }
  }

  @Test
  void pagesOfNoSizeOrAnySizeStayWithinTheEdge() {
    List<String> boxes =
        List.of(
            "[0 0 0 0]", "[0 0 1e9 1]", "[0 0 1 1e9]", "[0 0 NaN 5]", "[5 5 -5 -5]", "[1]", "7");
    for (String box : boxes) {
      for (PdfPage page : drawnOrRefused(SamplePdf.withBox(box))) {
        assertThat(Math.max(page.width(), page.height())).as(box).isBetween(1, 64 * 2);
      }
    }
  }

  @Test
  void cutAndFlippedDocumentsAreDrawnOrRefused() {
    byte[] whole = SamplePdf.ofPages(1);
    long seed = 20261121;
    Random random = new Random(seed);
    for (int i = 0; i < 6; i++) {
      byte[] cut = Arrays.copyOf(whole, random.nextInt(whole.length));
      byte[] flipped = whole.clone();
      for (int bit = 0; bit < 40; bit++) {
        flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(8));
      }
      drawnOrRefused(cut);
      drawnOrRefused(flipped);
    }
  }

  @Test
  void aThirdDocumentAtATimeIsRefused() throws Exception {
    PdfPages patient = new PdfPages(Duration.ofSeconds(4));
    byte[] endless = SamplePdf.endless();
    try (ExecutorService others = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        running.add(others.submit(() -> draw(patient, endless)));
      }
      List<String> messages = new ArrayList<>();
      for (Future<?> each : running) {
        messages.add(failure(each));
      }
      assertThat(messages).filteredOn(text -> text.contains("2 documents are drawn")).hasSize(1);
    }
  }

  @Test
  void framesCutAnywhereEndInAnException() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PdfFrames.writePage(
        new DataOutputStream(out), new PdfPage(1, 2, 3, 4, "image/png", new byte[] {5, 6, 7}));
    byte[] frame = out.toByteArray();

    for (int length = 0; length < frame.length; length++) {
      byte[] cut = Arrays.copyOf(frame, length);
      assertThatThrownBy(() -> PdfFrames.read(input(cut))).isInstanceOf(EOFException.class);
    }
    assertThat(PdfFrames.read(input(frame)).orElseThrow().bytes()).containsExactly(5, 6, 7);
  }

  private static DataInputStream input(byte[] bytes) {
    return new DataInputStream(new ByteArrayInputStream(bytes));
  }

  private static String failure(Future<?> future) throws InterruptedException {
    try {
      future.get();
      return "";
    } catch (ExecutionException e) {
      return e.getCause().getMessage();
    }
  }

  private void assertThatTheNextIsDrawn() {
    assertThat(draw(pages, SamplePdf.ofPages(1))).hasSize(1);
  }

  /** Whatever the document is, the only exception it may cause is ours. */
  private List<PdfPage> drawnOrRefused(byte[] pdf) {
    try {
      return draw(pages, pdf);
    } catch (PdfException e) {
      assertThat(e).hasMessageNotContaining("java.").hasMessageNotContaining("/");
      return List.of();
    }
  }

  private static List<PdfPage> draw(PdfPages pages, byte[] pdf) {
    List<PdfPage> drawn = new ArrayList<>();
    pages.draw(pdf, ALL, drawn::add);
    return drawn;
  }
}
