package io.maque.kernel.jit;

import static io.maque.asm.Gp.*;

import io.maque.asm.Assembler;
import io.maque.asm.CodeBuffer;
import io.maque.asm.Gp;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A PC with a CPU that has AMX (Bochs, {@code sapphire_rapids}), which runs functions and nothing
 * else: no BIOS, no operating system. A read-only memory of ours is all it finds when it is
 * switched on; the code there turns on 64-bit mode, vector registers and tiles, copies what was
 * placed to ordinary memory, makes the calls, sends what they have written, and switches off.
 *
 * <pre>
 *   FFC0 0000  page tables: each address is itself, up to 4 GB
 *   FFC0 2000  the program, in 64-bit mode
 *   FFC4 0000  what was placed, as it was
 *   FFFF 0000  from real mode to 64-bit mode
 *   FFFF FFF0  where the CPU begins: a jump there
 *   0100 0000  what was placed, for the calls
 * </pre>
 */
final class EmulatedPc {
  private static final long ROM = 0xFFC0_0000L;
  private static final int ROM_BYTES = 1 << 22;
  private static final int PROGRAM = 0x2000;
  private static final int CONTENT = 0x4_0000;
  private static final int REAL_MODE = 0x3F_0000;
  private static final int RESET = 0x3F_FFF0;
  private static final long STACK = 0x80_0000;
  private static final long BASE = 0x100_0000;

  /** State of x87, SSE, AVX, AVX-512 and tiles, as Linux sets XCR0. */
  private static final long XCR0 = 0x6_00E7;

  private static final int CONSOLE_PORT = 0xE9;
  private static final int POWER_PORT = 0x8900;
  private static final byte[] XSETBV = {0x0F, 0x01, (byte) 0xD1};
  private static final byte[] REP_MOVSQ = {(byte) 0xF3, 0x48, (byte) 0xA5};
  private static final byte[] REP_OUTSB = {(byte) 0xF3, 0x6E};
  private static final byte[] BEGIN = "results follow:".getBytes(StandardCharsets.US_ASCII);

  /** Instructions of 16 bits, by GNU as; a table of one code segment behind them. */
  private static final String TO_LONG_MODE =
      """
      2e 66 0f 01 16 48 00     lgdtd cs:[0x48]
      66 b8 20 06 04 00        mov eax, 0x40620       PAE, OSFXSR, OSXMMEXCPT, OSXSAVE
      0f 22 e0                 mov cr4, eax
      66 b8 00 00 c0 ff        mov eax, 0xffc00000
      0f 22 d8                 mov cr3, eax
      66 b9 80 00 00 c0        mov ecx, 0xc0000080    EFER
      0f 32                    rdmsr
      80 cc 01                 or ah, 1               LME
      0f 30                    wrmsr
      66 b8 11 00 00 80        mov eax, 0x80000011    PE, PG
      0f 22 c0                 mov cr0, eax
      66 ea 00 20 c0 ff 08 00  jmp 8:0xffc02000
      90
      00 00 00 00 00 00 00 00
      00 00 00 00 00 9a 20 00  a segment of 64-bit code
      0f 00 38 00 ff ff        the table's limit and place
      """;

  /** Its screen goes to whoever connects; nobody does, and nobody is waited for. */
  private static final String CONFIGURATION =
      """
      cpu: model=sapphire_rapids, count=1, ips=100000000, reset_on_triple_fault=0
      memory: guest=64, host=64
      romimage: file=rom, address=0xffc00000
      vgaromimage: file=vga
      display_library: rfb, options="timeout=0"
      port_e9_hack: enabled=1
      clock: sync=none
      panic: action=fatal
      log: log
      """;

  private static final Gp[] PARAMETERS = {rdi, rsi, rdx, rcx, r8, r9};

  private final byte[] rom = new byte[ROM_BYTES];
  private final ByteBuffer content = ByteBuffer.wrap(rom, CONTENT, REAL_MODE - CONTENT).slice();
  private final List<Consumer<Assembler>> calls = new ArrayList<>();

  /** Addresses of results, and their bytes, in the order in which they are sent. */
  private final Map<Long, Integer> results = new LinkedHashMap<>();

  EmulatedPc() {
    ByteBuffer tables = ByteBuffer.wrap(rom).order(ByteOrder.LITTLE_ENDIAN);
    // Present, accessed; in the second also writable, dirty, and pages of 1 GB.
    tables.putLong(0, ROM + 0x1000 | 0x23);
    for (long i = 0; i < 4; i++) {
      tables.putLong((int) (0x1000 + 8 * i), i << 30 | 0xE3);
    }
    int at = REAL_MODE;
    for (String line : TO_LONG_MODE.lines().toList()) {
      byte[] code = HexFormat.ofDelimiter(" ").parseHex(line.split(" {2,}")[0]);
      System.arraycopy(code, 0, rom, at, code.length);
      at += code.length;
    }
    byte[] jump = {(byte) 0xE9, 0x0D, 0x00};
    System.arraycopy(jump, 0, rom, RESET, jump.length);
  }

  /** Places bytes in memory; returns their address, a multiple of 64. */
  long place(byte[] bytes) {
    content.position(content.position() + 63 & -64);
    long address = BASE + content.position();
    content.put(bytes);
    return address;
  }

  long place(CodeBuffer code) {
    return place(code.toBytes());
  }

  /** Places bytes that the calls change, and that are wanted back. */
  long placeResult(byte[] bytes) {
    long address = place(bytes);
    results.put(address, bytes.length);
    return address;
  }

  /** Adds a call of {@code void function(long...)} to the program. */
  void call(long function, long... arguments) {
    calls.add(program -> call(program, function, arguments));
  }

  private static void call(Assembler program, long function, long... arguments) {
    int inRegisters = Math.min(arguments.length, PARAMETERS.length);
    for (int i = arguments.length - 1; i >= inRegisters; i--) {
      program.mov(rax, arguments[i]);
      program.push(rax);
    }
    for (int i = 0; i < inRegisters; i++) {
      program.mov(PARAMETERS[i], arguments[i]);
    }
    program.mov(rax, function);
    program.call(rax);
    program.add(rsp, (arguments.length - inRegisters) * Long.BYTES);
  }

  /** Runs the program once; returns each result by its address. */
  Map<Long, ByteBuffer> run(Path folder) throws IOException, InterruptedException {
    byte[] code = program();
    if (code.length > CONTENT - PROGRAM) {
      throw new IllegalStateException("too many calls for one program: " + code.length + " bytes");
    }
    System.arraycopy(code, 0, rom, PROGRAM, code.length);
    Files.write(folder.resolve("rom"), rom);
    Files.write(folder.resolve("vga"), new byte[512]);
    Files.writeString(folder.resolve("configuration"), CONFIGURATION);
    byte[] output = emulate(folder);
    int at = indexOf(output, BEGIN) + BEGIN.length;
    int bytes = results.values().stream().mapToInt(Integer::intValue).sum();
    if (at < BEGIN.length || output.length < at + bytes) {
      throw new IllegalStateException(
          "the emulated program did not come to its end:\n"
              + Files.readString(folder.resolve("log")));
    }
    Map<Long, ByteBuffer> found = new HashMap<>();
    for (Map.Entry<Long, Integer> result : results.entrySet()) {
      ByteBuffer part = ByteBuffer.wrap(output, at, result.getValue()).slice();
      found.put(result.getKey(), part.order(ByteOrder.LITTLE_ENDIAN));
      at += result.getValue();
    }
    return found;
  }

  private byte[] program() {
    byte[] off = "Shutdown".getBytes(StandardCharsets.US_ASCII);
    long begin = place(BEGIN);
    long powerOff = place(off);
    Assembler program = new Assembler();
    program.mov(rcx, 0);
    program.mov(rdx, 0);
    program.mov(rax, XCR0);
    program.data(XSETBV);
    program.mov(rsp, STACK);
    program.mov(rsi, ROM + CONTENT);
    program.mov(rdi, BASE);
    program.mov(rcx, Math.ceilDiv(content.position(), Long.BYTES));
    program.data(REP_MOVSQ);
    calls.forEach(call -> call.accept(program));
    send(program, begin, BEGIN.length, CONSOLE_PORT);
    results.forEach((address, bytes) -> send(program, address, bytes, CONSOLE_PORT));
    send(program, powerOff, off.length, POWER_PORT);
    return program.toBytes();
  }

  private static void send(Assembler program, long address, int bytes, int port) {
    program.mov(rsi, address);
    program.mov(rcx, bytes);
    program.mov(rdx, port);
    program.data(REP_OUTSB);
  }

  private static byte[] emulate(Path folder) throws IOException, InterruptedException {
    Path fixtures = Path.of(System.getProperty("maque.fixtures"));
    Path bochs = fixtures.resolve("bochs/bin/bochs");
    if (!Files.exists(bochs)) {
      throw new IllegalStateException(
          bochs + " is missing; scripts/fetch-amx-emulator must run first");
    }
    Path output = folder.resolve("output");
    Process process =
        new ProcessBuilder(bochs.toString(), "-q", "-f", "configuration")
            .directory(folder.toFile())
            .redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
            .redirectOutput(output.toFile())
            .redirectError(folder.resolve("errors").toFile())
            .start();
    if (!process.waitFor(2, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      throw new IllegalStateException("the emulated program did not end within two minutes");
    }
    return Files.readAllBytes(output);
  }

  private static int indexOf(byte[] bytes, byte[] part) {
    for (int i = 0; i + part.length <= bytes.length; i++) {
      if (Arrays.equals(bytes, i, i + part.length, part, 0, part.length)) {
        return i;
      }
    }
    return -part.length;
  }
}
