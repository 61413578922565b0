package io.maque.kernel.jit;

import io.maque.asm.ExecutableMemory;
import io.maque.kernel.Availability;
import io.maque.kernel.Machine;
import java.util.Optional;

/** Whether machine code can run at all, whatever instructions it is made of. */
public final class MachineCode {
  private MachineCode() {}

  /**
   * Why code cannot run on a machine, or empty when it can.
   *
   * @param arch what the code is made for, as the JDK names it
   */
  public static Optional<Availability.Refused> refusal(Machine machine, String arch) {
    if (!machine.os().equals("Linux") || !machine.arch().equals(arch)) {
      return Optional.of(
          new Availability.Refused(
              "made for Linux on %s, and this is %s on %s"
                  .formatted(arch, machine.os(), machine.arch()),
              "nothing; other rungs serve"));
    }
    return ExecutableMemory.refusal(arch)
        .map(reason ->
            new Availability.Refused(
                reason,
                "start with --enable-native-access=ALL-UNNAMED on a host that lets a process make"
                    + " memory executable"));
  }
}
