package io.maque.cli;

import java.nio.charset.StandardCharsets;

/** A stand-in for the program: prints how the launcher started it. */
final class Echo {
  private Echo() {}

  public static void main(String[] args) {
    StringBuilder text = new StringBuilder();
    for (String arg : args) {
      text.append("arg=").append(arg).append('\n');
    }
    text.append("terminals=").append(System.getProperty("maque.terminals")).append('\n');
    text.append("extra=").append(System.getProperty("extra")).append('\n');
    text.append("vector=")
        .append(ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent())
        .append('\n');
    System.out.writeBytes(text.toString().getBytes(StandardCharsets.UTF_8));
    System.exit(7);
  }
}
