package io.maque.kernel;

import java.nio.file.Path;

/**
 * What a kernel provider may ask about the machine it would run on.
 *
 * @param os name as the JDK reports it, such as {@code Linux}
 * @param arch name as the JDK reports it, such as {@code amd64} or {@code aarch64}
 * @param processors whole processors this process may use; a fractional CPU quota of a container is
 *     rounded down, but not below 1
 */
public record Machine(String os, String arch, int processors) {

  /** The machine this JVM runs on. */
  public static Machine current() {
    return new Machine(
        System.getProperty("os.name"),
        System.getProperty("os.arch"),
        CpuQuota.processors(Path.of("/"), Runtime.getRuntime().availableProcessors()));
  }
}
