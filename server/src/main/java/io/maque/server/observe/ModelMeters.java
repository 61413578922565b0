package io.maque.server.observe;

import io.maque.engine.EngineStatistics;
import io.maque.generate.Generation;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.atomic.AtomicLong;

/** The meters of one model, looked up once: some of them move with every token. */
final class ModelMeters {
  private final Timer queue;
  private final Timer ttft;
  private final Timer interToken;
  private final Timer embedding;
  private final Timer imageDecode;
  private final Timer imagePreprocess;
  private final Timer imageEncode;
  private final DistributionSummary prefillSpeed;
  private final DistributionSummary decodeSpeed;
  private final DistributionSummary batchSize;
  private final DistributionSummary kvUse;
  private final Counter promptTokens;
  private final Counter cachedTokens;
  private final Counter completionTokens;
  private final Counter embeddedTexts;
  private final Counter images;
  private final Counter imageTokens;
  private final AtomicLong passesSeen = new AtomicLong();

  ModelMeters(ServerMeters meters, String model) {
    Tags tags = Tags.of("model", model);
    queue = meters.timer(Meter.QUEUE, tags);
    ttft = meters.timer(Meter.TTFT, tags);
    interToken = meters.timer(Meter.INTER_TOKEN, tags);
    embedding = meters.timer(Meter.EMBEDDING, tags);
    imageDecode = meters.timer(Meter.IMAGE_DECODE, tags);
    imagePreprocess = meters.timer(Meter.IMAGE_PREPROCESS, tags);
    imageEncode = meters.timer(Meter.IMAGE_ENCODE, tags);
    images = meters.counter(Meter.IMAGES, tags);
    imageTokens = meters.counter(Meter.IMAGE_TOKENS, tags);
    prefillSpeed = meters.summary(Meter.PREFILL_SPEED, tags);
    decodeSpeed = meters.summary(Meter.DECODE_SPEED, tags);
    batchSize = meters.summary(Meter.BATCH_SIZE, tags);
    kvUse = meters.summary(Meter.KV_USE, tags);
    promptTokens = meters.counter(Meter.PROMPT_TOKENS, tags);
    cachedTokens = meters.counter(Meter.CACHED_TOKENS, tags);
    completionTokens = meters.counter(Meter.COMPLETION_TOKENS, tags);
    embeddedTexts = meters.counter(Meter.EMBEDDED_TEXTS, tags);
  }

  /** An answer is complete. */
  void answered(Generation generation) {
    ServerMeters.record(queue, generation.timings().queueMillis());
    promptTokens.increment(generation.usage().promptTokens());
    cachedTokens.increment(generation.usage().cachedTokens());
    completionTokens.increment(generation.usage().completionTokens());
    if (generation.usage().completionTokens() > 0) {
      ServerMeters.record(ttft, generation.timings().ttftMillis());
    }
    if (generation.promptTokensPerSecond() > 0) {
      prefillSpeed.record(generation.promptTokensPerSecond());
    }
    if (generation.decodeTokensPerSecond() > 0) {
      decodeSpeed.record(generation.decodeTokensPerSecond());
    }
    if (!generation.images().isEmpty()) {
      ServerMeters.record(imageDecode, generation.timings().imageDecodeMillis());
      ServerMeters.record(imagePreprocess, generation.timings().preprocessMillis());
      ServerMeters.record(imageEncode, generation.timings().imageEncodeMillis());
      images.increment(generation.images().size());
      imageTokens.increment(generation.usage().imageTokens());
    }
  }

  /** A token came so long after the one before. */
  void interToken(double millis) {
    ServerMeters.record(interToken, millis);
  }

  /** Tokens came: what the pass that brought them was like, unless another stream told already. */
  void passed(EngineStatistics now) {
    long seen = passesSeen.get();
    if (now.passes() == seen || !passesSeen.compareAndSet(seen, now.passes())) {
      return;
    }
    batchSize.record(now.lastBatchSequences());
    kvUse.record((double) now.kvBlocksUsed() / now.kvBlocks());
  }

  /** Texts became vectors. */
  void embedded(int texts, int tokens, double millis) {
    ServerMeters.record(embedding, millis);
    embeddedTexts.increment(texts);
    promptTokens.increment(tokens);
  }
}
