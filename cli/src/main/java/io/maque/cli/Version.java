package io.maque.cli;

import picocli.CommandLine.IVersionProvider;

/** The version as the jar's manifest says. */
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    String version = Version.class.getPackage().getImplementationVersion();
    return new String[] {
      "maque %s (Java %s, %s %s)"
          .formatted(
              version == null ? "development" : version,
              Runtime.version().feature(),
              System.getProperty("os.name"),
              System.getProperty("os.arch"))
    };
  }
}
