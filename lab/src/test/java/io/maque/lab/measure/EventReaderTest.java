package io.maque.lab.measure;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EventReaderTest {

  @Test
  void readsDataOverLinesCommentsAndBothLineEnds() throws IOException {
    String stream =
        """
        : a comment

        event: message
        id: 7
        data: one

        data:two
        data:  lines
        retry: 100

        data

        """;

    assertThat(events(stream.getBytes(UTF_8))).containsExactly("one", "two\n lines", "");
    assertThat(events(stream.replace("\n", "\r\n").getBytes(UTF_8)))
        .containsExactly("one", "two\n lines", "");
  }

  @Test
  void anEventLongerThanTheBufferIsWhole() throws IOException {
    String text = "麻雀".repeat(10_000);

    assertThat(events(("data: " + text + "\n\n").getBytes(UTF_8))).containsExactly(text);
  }

  @Test
  void cutAtEveryByteItGivesTheEventsBeforeAndFailsInsideOne() throws IOException {
    byte[] stream = "data: 麻\n\ndata: 雀\n\n".getBytes(UTF_8);
    int first = "data: 麻\n\n".getBytes(UTF_8).length;

    for (int length = 0; length < stream.length; length++) {
      byte[] cut = Arrays.copyOf(stream, length);
      if (length == 0 || length == first) {
        assertThat(events(cut)).hasSize(length == 0 ? 0 : 1);
      } else {
        assertThatThrownBy(() -> events(cut)).isInstanceOf(StreamFailedException.class);
      }
    }
  }

  @Test
  void whatIsNoEventStreamIsRefused() {
    assertThatThrownBy(() -> events("<html>\n\n".getBytes(UTF_8)))
        .isInstanceOf(StreamFailedException.class)
        .hasMessageContaining("<html>");
    assertThatThrownBy(() -> events(new byte[] {'d', 'a', 't', 'a', ':', (byte) 0xff, '\n', '\n'}))
        .isInstanceOf(StreamFailedException.class)
        .hasMessageContaining("UTF-8");
    assertThatThrownBy(() -> events(("data:" + "x".repeat(2 << 20)).getBytes(UTF_8)))
        .isInstanceOf(StreamFailedException.class)
        .hasMessageContaining("longer");
  }

  private static List<String> events(byte[] stream) throws IOException {
    try (EventReader reader = new EventReader(new ByteArrayInputStream(stream))) {
      List<String> events = new ArrayList<>();
      for (Optional<String> next = reader.next(); next.isPresent(); next = reader.next()) {
        events.add(next.get());
      }
      return events;
    }
  }
}
