package io.maque.server.ollama;

import io.maque.generate.Generation;
import io.maque.generate.GenerationListener.Piece;
import io.maque.generate.GenerationRequest;
import io.maque.server.ollama.AnswerParts.Part;
import io.maque.server.tools.AnswerReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Replies made of what a reader finds in the model's text: thoughts, text and calls. */
final class ReadAnswer implements Replies {
  private final GenerationRequest request;
  private final AnswerParts parts = new AnswerParts();
  private final AnswerReader reader;
  private final Writer writer;

  /** Writes the JSON of one dialect. */
  interface Writer {

    /** A part that others follow. */
    Object part(Part part);

    /** The last part. */
    Object last(Part part, Generation generation, ReplyEnd end);
  }

  /**
   * @param reading makes a reader that tells a listener what it finds
   */
  ReadAnswer(
      GenerationRequest request,
      Function<AnswerReader.Listener, AnswerReader> reading,
      Writer writer) {
    this.request = request;
    this.reader = reading.apply(parts);
    this.writer = writer;
  }

  @Override
  public GenerationRequest request() {
    return request;
  }

  @Override
  public Optional<Object> part(Piece piece) {
    reader.accept(piece.text());
    return Optional.of(parts.take()).filter(part -> !part.isEmpty()).map(writer::part);
  }

  @Override
  public List<Object> last(Generation generation, ReplyEnd end) {
    List<Object> last = new ArrayList<>();
    Part rest = rest();
    if (!rest.isEmpty()) {
      last.add(writer.part(rest));
    }
    last.add(writer.last(parts.take(), generation, end));
    return last;
  }

  @Override
  public Object whole(Generation generation, ReplyEnd end) {
    reader.accept(generation.text());
    return writer.last(rest(), generation, end);
  }

  private Part rest() {
    reader.end();
    parts.endCall();
    return parts.take();
  }
}
