package io.maque.hub.convert;

import io.maque.gguf.GgufWriter;
import io.maque.hub.quantize.GgufDraft;
import io.maque.hub.quantize.Mixture;
import io.maque.hub.quantize.WeightSource;
import io.maque.hub.transfer.Disk;
import io.maque.kernel.Machine;
import io.maque.kernel.WorkerPool;
import io.maque.kernel.Workers;
import io.maque.tensor.TensorType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.LongConsumer;

/**
 * Makes GGUF files of a checkpoint: one of a text model, and one of the image encoder where there
 * is one. Tensors are read where the checkpoint is mapped and written one after the other, so
 * memory is bounded whatever the size of the model. New files get their names only when all of them
 * are complete, on the disk, and read back; after a failure nothing is left.
 *
 * <p>One object converts one checkpoint; {@link #cancel} may come from any thread.
 */
public final class Converter {
  /** The version of the block formats; no other is in use. */
  private static final int QUANTIZATION_VERSION = 2;

  private static final int ALIGNMENT = 32;

  private final ConvertOptions options;
  private final ConvertProgress progress;
  private final Disk disk;
  private volatile boolean cancelled;

  /** Converts on this machine. */
  public Converter(ConvertOptions options, ConvertProgress progress) {
    this(options, progress, Disk.SYSTEM);
  }

  Converter(ConvertOptions options, ConvertProgress progress, Disk disk) {
    this.options = options;
    this.progress = progress;
    this.disk = disk;
  }

  /** Ends {@link #convert} soon, with a {@link CancellationException}. */
  public void cancel() {
    cancelled = true;
  }

  /** One file: what it will hold, as what, and under which name. */
  private record Job(
      GgufPlan plan,
      TargetType type,
      List<WeightSource> tensors,
      Optional<Mixture> mixture,
      GgufDraft draft) {
    long bytes() {
      return tensors.stream().mapToLong(tensor -> tensor.byteSize(tensor.type())).sum();
    }
  }

  /**
   * Converts the model in the folder {@code source}.
   *
   * @param target the new file of the text model, or of the image encoder where there is no text
   *     model
   * @param projector the new file of the image encoder of a model that has both, or empty for one
   *     beside {@code target} whose name begins with {@code mmproj-}
   * @throws io.maque.hub.reference.HubException when the source is damaged or of no known kind, a
   *     target exists and is not to be replaced, values do not fit, or the disk is too small
   * @throws UncheckedIOException when the disk refuses
   * @throws CancellationException after {@link #cancel}
   */
  public ConvertReport convert(Path source, Path target, Optional<Path> projector) {
    try (Conversion conversion = Conversion.open(source, options)) {
      List<GgufDraft> drafts = new ArrayList<>();
      try {
        List<Job> jobs = new ArrayList<>();
        conversion.text().ifPresent(plan -> jobs.add(job(plan, options.type(), target, drafts)));
        Path second =
            conversion.text().isEmpty() ? target : projector.orElse(projectorBeside(target));
        conversion
            .projector()
            .ifPresent(plan -> jobs.add(job(plan, options.projectorType(), second, drafts)));
        requireNames(jobs, projector);
        return write(conversion, jobs);
      } finally {
        for (GgufDraft draft : drafts) {
          draft.close();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write %s: %s".formatted(target, e.getMessage()), e);
    }
  }

  /** The name of the image encoder's file where nobody gives one. */
  public static Path projectorBeside(Path target) {
    return target.resolveSibling("mmproj-" + target.getFileName());
  }

  /** A name that nothing would be written to is a mistake, and so is one for two files. */
  private static void requireNames(List<Job> jobs, Optional<Path> projector) {
    if (projector.isPresent() && jobs.size() < 2) {
      throw new ConvertException(
          "%s: expected a model with text model and image encoder to write the encoder there, found one %s; leave out --mmproj"
              .formatted(
                  projector.get(), jobs.getFirst().plan().metadata().string("general.type")));
    }
    if (jobs.size() == 2 && jobs.get(0).draft().target().equals(jobs.get(1).draft().target())) {
      throw new ConvertException(
          "%s: expected different names for text model and image encoder"
              .formatted(jobs.getFirst().draft().target()));
    }
  }

  private Job job(GgufPlan plan, TargetType type, Path target, List<GgufDraft> drafts) {
    GgufDraft draft = new GgufDraft(target, options.force());
    drafts.add(draft);
    plan.put("general.quantization_version", QUANTIZATION_VERSION)
        .put("general.file_type", type.number());
    List<WeightSource> tensors = plan.tensors();
    Optional<Mixture> mixture =
        type.mixture().map(mixed -> new Mixture(mixed, plan.metadata(), tensors));
    return new Job(plan, type, tensors, mixture, draft);
  }

  private ConvertReport write(Conversion conversion, List<Job> jobs) throws IOException {
    for (Job job : jobs) {
      job.draft().requireFreeName(conversion.files());
      job.draft().requireSpace(disk, bytesOf(jobs));
    }
    List<ConvertReport.NewFile> files = new ArrayList<>();
    LongConsumer done = done(jobs.stream().mapToLong(Job::bytes).sum());
    try (Workers workers = new WorkerPool(threads())) {
      for (Job job : jobs) {
        files.add(write(job, workers, done));
      }
    }
    // The image encoder first: whoever sees the text model's file finds both.
    for (Job job : jobs.reversed()) {
      job.draft().install();
    }
    return new ConvertReport(files, conversion.notes());
  }

  private static long bytesOf(List<Job> jobs) {
    return jobs.stream()
        .mapToLong(job ->
            job.tensors().stream()
                .mapToLong(tensor -> tensor.byteSize(format(job, tensor)) + ALIGNMENT)
                .sum())
        .sum();
  }

  private static TensorType format(Job job, WeightSource tensor) {
    return job.mixture().isPresent() ? job.mixture().get().type(tensor.name()) : tensor.type();
  }

  private static ConvertReport.NewFile write(Job job, Workers workers, LongConsumer done)
      throws IOException {
    GgufWriter writer = new GgufWriter().putAll(job.plan().metadata());
    GgufDraft.Content content =
        job.draft().write(writer, job.tensors(), tensor -> format(job, tensor), workers, done);
    return new ConvertReport.NewFile(
        job.draft().target(),
        job.plan().metadata().string("general.architecture"),
        job.type(),
        content.fileBytes(),
        content.weights(),
        content.tensorBytes(),
        content.tensors(),
        job.mixture().map(Mixture::gaveWay).orElse(0));
  }

  private int threads() {
    return options.threads() == 0 ? Machine.current().processors() : options.threads();
  }

  private LongConsumer done(long total) {
    return new LongConsumer() {
      private long sum;

      @Override
      public void accept(long bytes) {
        sum += bytes;
        progress.update(sum, total);
        if (cancelled) {
          throw new CancellationException("converting was cancelled");
        }
      }
    };
  }
}
