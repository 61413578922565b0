package io.maque.kernel;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;

/**
 * The CPU time a Linux control group grants this process, in processors.
 *
 * <p>The JDK rounds a quota up: 1.5 processors become two. Two worker threads under such a quota
 * are stopped by the kernel in every period, at different moments, and each waits for the other at
 * the end of every operation. So {@link #processors} rounds down, which also leaves time for the
 * threads that serve HTTP.
 */
final class CpuQuota {
  private static final Path V2 = Path.of("sys/fs/cgroup");
  private static final List<Path> V1 =
      List.of(Path.of("sys/fs/cgroup/cpu"), Path.of("sys/fs/cgroup/cpu,cpuacct"));

  private CpuQuota() {}

  /** Whole processors out of {@code available} that the quota under {@code root} allows. */
  static int processors(Path root, int available) {
    double quota = read(root).orElse(available);
    return Math.clamp((long) quota, 1, available);
  }

  /**
   * The tightest quota from the process's control group up to the root of its hierarchy.
   *
   * @param root the root of the file system, {@code /} outside tests
   * @return processors, possibly a fraction; empty when there is no limit
   */
  static OptionalDouble read(Path root) {
    double tightest = Double.POSITIVE_INFINITY;
    for (String line : lines(root.resolve("proc/self/cgroup"))) {
      // hierarchy:controllers:path; hierarchy 0 without controllers is version 2
      String[] fields = line.split(":", 3);
      if (fields.length < 3) {
        continue;
      }
      String group = fields[2];
      if (fields[0].equals("0") && fields[1].isEmpty()) {
        tightest = Math.min(tightest, upwards(root.resolve(V2), group));
      } else if (List.of(fields[1].split(",")).contains("cpu")) {
        for (Path mount : V1) {
          tightest = Math.min(tightest, upwards(root.resolve(mount), group));
        }
      }
    }
    return Double.isFinite(tightest) ? OptionalDouble.of(tightest) : OptionalDouble.empty();
  }

  /**
   * The tightest quota of a group and the groups that contain it. Inside a container the group's
   * path is often the host's and does not exist below the mount, whose root is then the container's
   * own group; both cases end at the mount.
   */
  private static double upwards(Path mount, String group) {
    double tightest = Double.POSITIVE_INFINITY;
    Path below = Path.of("/").relativize(Path.of("/", group).normalize());
    for (Path path = below; path != null; path = path.getParent()) {
      tightest = Math.min(tightest, quota(mount.resolve(path)));
    }
    return Math.min(tightest, quota(mount));
  }

  private static double quota(Path group) {
    List<String> max = lines(group.resolve("cpu.max"));
    if (!max.isEmpty()) {
      String[] fields = max.getFirst().trim().split(" +");
      return fields.length == 2 ? ratio(fields[0], fields[1]) : Double.POSITIVE_INFINITY;
    }
    List<String> quota = lines(group.resolve("cpu.cfs_quota_us"));
    List<String> period = lines(group.resolve("cpu.cfs_period_us"));
    return quota.isEmpty() || period.isEmpty()
        ? Double.POSITIVE_INFINITY
        : ratio(quota.getFirst().trim(), period.getFirst().trim());
  }

  /** {@code max} and {@code -1} mean no limit. */
  private static double ratio(String quotaMicros, String periodMicros) {
    if (!quotaMicros.matches("\\d+") || !periodMicros.matches("\\d+")) {
      return Double.POSITIVE_INFINITY;
    }
    double ratio = Double.parseDouble(quotaMicros) / Double.parseDouble(periodMicros);
    return ratio > 0 ? ratio : Double.POSITIVE_INFINITY;
  }

  private static List<String> lines(Path file) {
    if (!Files.isReadable(file)) {
      return List.of();
    }
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }
}
