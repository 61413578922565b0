package io.maque.engine;

import io.maque.image.Size;
import io.maque.model.ImageEmbedding;
import io.maque.model.ImageEncoder;
import io.maque.model.ImageGrid;
import java.lang.foreign.Arena;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The pictures of one encoder: names them and keeps their rows, so that a picture that comes again
 * is neither decoded nor encoded again.
 *
 * <p><b>Names.</b> Each picture has a negative id, the same for equal pictures and never given to
 * another one. It stands in prompts at every position of the picture, which makes prompts with
 * different pictures differ in their tokens: what finds equal beginnings of prompts need not know
 * about pictures.
 *
 * <p><b>Rows</b> lie outside the heap and belong to the engine thread: it alone adds, reads and
 * frees them, least recently used first. Rows that prompts in work hold stay; that they together do
 * not exceed the capacity by more than one picture is for the {@link Scheduler} to see to.
 *
 * <p>Names are for all threads, as are {@link #find} and {@link #add}.
 */
public final class ImageCache {
  /** Room for some 40 pictures of LLaVA. */
  public static final long DEFAULT_CAPACITY_BYTES = 256L << 20;

  /** Names kept; one that is forgotten costs its picture another encoding, no more. */
  private static final int MOST_NAMES = 1 << 16;

  private static final float LOAD_FACTOR = 0.75f;

  private final ImageEncoder encoder;
  private final long capacityBytes;

  /** Least recently used first. */
  private final Map<ImageKey, KnownImage> names = new LinkedHashMap<>(16, LOAD_FACTOR, true);

  /** By id, least recently used first. */
  private final Map<Integer, Rows> rows = new LinkedHashMap<>(16, LOAD_FACTOR, true);

  private int lastId;
  private long bytes;
  private long heldBytes;
  private long encoded;
  private long hits;
  private double encodeMillis;

  /** The rows of a picture, freed by closing the arena. */
  private static final class Rows {
    private final ImageEmbedding embedding;
    private final Arena arena;
    private int holders;

    /** Whether nobody held them yet. */
    private boolean fresh = true;

    Rows(ImageEmbedding embedding, Arena arena) {
      this.embedding = embedding;
      this.arena = arena;
    }
  }

  /**
   * An empty cache; the engine that it is given to frees what it holds.
   *
   * @param capacityBytes of rows; one picture may be larger
   */
  public ImageCache(ImageEncoder encoder, long capacityBytes) {
    if (capacityBytes < 0) {
      throw new IllegalArgumentException(
          "image cache: expected a capacity of 0 or more bytes, found " + capacityBytes);
    }
    this.encoder = encoder;
    this.capacityBytes = capacityBytes;
  }

  /** Encodes the pictures; to be run by the engine thread only. */
  public ImageEncoder encoder() {
    return encoder;
  }

  /** A picture whose rows are here: it need not be decoded. */
  public synchronized Optional<KnownImage> find(ImageKey key) {
    return Optional.ofNullable(names.get(key)).filter(known -> rows.get(known.id()) != null);
  }

  /**
   * Names a picture that was decoded; gives the name it has when it has one.
   *
   * @param original size of the upright picture
   * @param processed size after preprocessing
   * @throws IllegalArgumentException when the encoder does not take pictures of this size
   */
  public synchronized KnownImage add(ImageKey key, Size original, Size processed) {
    KnownImage known = names.get(key);
    if (known == null) {
      known = new KnownImage(nextId(), encoder.grid(processed), original, processed);
      names.put(key, known);
      if (names.size() > MOST_NAMES) {
        names.remove(names.keySet().iterator().next());
      }
    }
    return known;
  }

  private int nextId() {
    // After two thousand million pictures: rather no answer than another picture's.
    lastId = Math.decrementExact(lastId);
    return lastId;
  }

  /** Whether an id was given out here. */
  synchronized boolean gaveOut(int id) {
    return id < 0 && id >= lastId;
  }

  /** Bytes of the rows of a picture. */
  long bytes(ImageGrid grid) {
    return ImageEmbedding.bytes(grid, encoder.embeddingLength(), encoder.deepstackLayers());
  }

  /** Whether a picture fits beside the rows that prompts hold, or nobody holds any. */
  synchronized boolean fits(ImageGrid grid) {
    return heldBytes == 0 || heldBytes + bytes(grid) <= capacityBytes;
  }

  /** The rows of a picture, which stay until they are {@linkplain #letGo let go}. */
  synchronized Optional<ImageEmbedding> hold(int id) {
    Rows found = rows.get(id);
    if (found == null) {
      return Optional.empty();
    }
    hits += found.fresh ? 0 : 1;
    found.fresh = false;
    if (found.holders++ == 0) {
      heldBytes += bytes(found.embedding.grid());
    }
    return Optional.of(found.embedding);
  }

  /** Somebody who held the rows of a picture needs them no more. */
  synchronized void letGo(int id) {
    Rows found = rows.get(id);
    if (--found.holders == 0) {
      heldBytes -= bytes(found.embedding.grid());
    }
  }

  /** Frees rows that nobody holds until there is room for so many bytes, or none are left. */
  synchronized void makeRoom(long needed) {
    Iterator<Rows> oldest = rows.values().iterator();
    while (bytes + needed > capacityBytes && oldest.hasNext()) {
      Rows candidate = oldest.next();
      if (candidate.holders == 0) {
        oldest.remove();
        free(candidate);
      }
    }
  }

  /**
   * Keeps the rows of a picture that was encoded.
   *
   * @param arena holds them and nothing else
   * @param millis what encoding took
   */
  synchronized void put(int id, ImageEmbedding embedding, Arena arena, double millis) {
    rows.put(id, new Rows(embedding, arena));
    bytes += bytes(embedding.grid());
    encoded++;
    encodeMillis += millis;
  }

  private void free(Rows freed) {
    bytes -= bytes(freed.embedding.grid());
    freed.arena.close();
  }

  /** What was done so far. */
  synchronized ImageStatistics statistics() {
    return new ImageStatistics(encoded, hits, encodeMillis, bytes);
  }

  /** Frees all rows; nobody holds any. */
  synchronized void close() {
    rows.values().forEach(this::free);
    rows.clear();
  }
}
