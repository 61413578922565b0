package io.maque.generate;

import io.maque.chat.ImagePlaceholder;
import io.maque.chat.Part;
import io.maque.engine.ImageCache;
import io.maque.engine.ImageKey;
import io.maque.engine.KnownImage;
import io.maque.engine.PromptImage;
import io.maque.image.ImageDecoder;
import io.maque.image.ImageFormatException;
import io.maque.image.ImageLimits;
import io.maque.image.PixelTensor;
import io.maque.image.Preprocessing;
import io.maque.image.RgbImage;
import io.maque.image.Size;
import io.maque.metrics.Stopwatch;
import io.maque.model.multimodal.VisionLanguageModel;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/**
 * The pictures of requests on their way to the engine: from the bytes of a file to the pixels that
 * the encoder takes. All of it happens on the thread of whoever submits the request.
 *
 * <p>First only headers are read, which say how many tokens a prompt will have. Pixels are decoded
 * when the prompt is known to fit, and not at all when the engine still has the rows of a picture.
 * Since a picture takes much memory while it is decoded, few are at a time, whoever asks.
 */
public final class ImageIntake {
  private static final int AT_A_TIME = 2;

  private final VisionLanguageModel model;
  private final ImageCache cache;
  private final ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT);
  private final Semaphore decoding = new Semaphore(AT_A_TIME);

  /**
   * @param model whose prompts show the pictures
   * @param cache of the engine, which knows the pictures it has seen
   */
  public ImageIntake(VisionLanguageModel model, ImageCache cache) {
    this.model = model;
    this.cache = cache;
  }

  /**
   * A picture whose header was read.
   *
   * @param number which of the prompt's, from 1, and of how many
   */
  private record Seen(
      Part.Image part, String number, Preprocessing preprocessing, KnownImage known, ImageKey key) {

    ImagePlaceholder placeholder() {
      return new ImagePlaceholder(known.id(), known.grid().tokens());
    }

    ImageReport report() {
      return new ImageReport(known.original(), known.processed(), known.grid().tokens());
    }
  }

  /** The pictures of one prompt. */
  final class Taken {
    private final List<Seen> images;
    private final Map<ImageKey, Supplier<PixelTensor>> pixels = new HashMap<>();
    private double decodeMillis;
    private double preprocessMillis;

    private Taken(List<Seen> images) {
      this.images = images;
    }

    /** What stands for each in the prompt. */
    List<ImagePlaceholder> placeholders() {
      return images.stream().map(Seen::placeholder).toList();
    }

    List<ImageReport> reports() {
      return images.stream().map(Seen::report).toList();
    }

    /** Positions that all take together. */
    long tokens() {
      return images.stream().mapToLong(image -> image.known().grid().tokens()).sum();
    }

    double decodeMillis() {
      return decodeMillis;
    }

    double preprocessMillis() {
      return preprocessMillis;
    }

    /**
     * The pictures for the engine, decoded as far as it does not have them.
     *
     * @param begins where each stands in the prompt
     * @throws ImageFormatException as {@link #take} does, for what only pixels show
     */
    List<PromptImage> decode(int[] begins) {
      List<PromptImage> decoded = new ArrayList<>();
      for (int i = 0; i < begins.length; i++) {
        Seen image = images.get(i);
        Supplier<PixelTensor> source = pixels.computeIfAbsent(image.key(), key -> source(image));
        decoded.add(new PromptImage(begins[i], image.known().grid(), image.known().id(), source));
      }
      decoded.sort(Comparator.comparingInt(PromptImage::begin));
      return decoded;
    }

    private Supplier<PixelTensor> source(Seen image) {
      if (cache.find(image.key()).isPresent()) {
        // Needed only if its rows are dropped before the engine gets to this request.
        return () -> image.preprocessing().apply(decoder.decode(image.part().file()));
      }
      PixelTensor pixels = pixels(image);
      return () -> pixels;
    }

    private PixelTensor pixels(Seen image) {
      decoding.acquireUninterruptibly();
      try {
        Stopwatch stopwatch = Stopwatch.start();
        RgbImage picture = decoder.decode(image.part().file());
        double decoded = stopwatch.elapsedMillis();
        PixelTensor tensor = image.preprocessing().apply(picture);
        decodeMillis += decoded;
        preprocessMillis += stopwatch.elapsedMillis() - decoded;
        return tensor;
      } catch (ImageFormatException e) {
        throw numbered(image.number(), e);
      } finally {
        decoding.release();
      }
    }
  }

  /**
   * Looks at the headers of pictures.
   *
   * @throws ImageFormatException naming which one, when it is no picture, or one that is not read,
   *     or exceeds the limits, or has a shape the model does not take
   */
  Taken take(List<Part.Image> parts) {
    List<Seen> images = new ArrayList<>();
    for (Part.Image part : parts) {
      String number =
          parts.size() == 1 ? "" : "image %d of %d: ".formatted(images.size() + 1, parts.size());
      try {
        images.add(see(part, number));
      } catch (ImageFormatException e) {
        throw numbered(number, e);
      }
    }
    return new Taken(images);
  }

  private Seen see(Part.Image part, String number) {
    Preprocessing preprocessing = model.preprocessing(part.detail());
    ImageKey key = ImageKey.of(part.file(), preprocessing);
    Optional<KnownImage> cached = cache.find(key);
    if (cached.isPresent()) {
      return new Seen(part, number, preprocessing, cached.get(), key);
    }
    Size original = decoder.header(part.file()).size();
    Size processed = preprocessing.geometry().processed(original);
    return new Seen(part, number, preprocessing, cache.add(key, original, processed), key);
  }

  private static ImageFormatException numbered(String number, ImageFormatException e) {
    return number.isEmpty() ? e : new ImageFormatException(number + e.getMessage(), e);
  }
}
