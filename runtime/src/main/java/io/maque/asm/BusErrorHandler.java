package io.maque.asm;

import static io.maque.asm.Gp.*;

import io.maque.memory.ForeignFunction;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;

/**
 * The handler of {@code SIGBUS} behind {@link MappedFileGuard}, in machine code, and its
 * installation: {@code void handler(int signal, siginfo_t* info, void* context)}.
 *
 * <pre>
 *   if (info->si_code == BUS_ADRERR)
 *     for (slot = table; slot != tableEnd; slot++)
 *       if (slot->begin <= info->si_addr < slot->end) {
 *         page = info->si_addr & -4096
 *         if (mmap(page, slot->end - page, PROT_READ, MAP_FIXED | ..., -1, 0) != page) break
 *         slot->lost = 1
 *         return                       // the instruction that failed is run again and reads zeros
 *       }
 *   goto previous handler              // with the same registers and the same stack
 * </pre>
 *
 * <p>It touches nothing but the kernel's description of the fault, its table and its stack, calls
 * nothing but the kernel, and keeps {@code errno}; so it may interrupt whatever it likes. Layouts
 * are those of Linux on x86-64 ({@code sigaction(2)}, the C library's {@code struct sigaction}).
 */
final class BusErrorHandler {
  /** A slot of the table: begin, end and lost, of eight bytes each. */
  static final int SLOT_BYTES = 32;

  static final int BEGIN = 0;
  static final int END = 8;
  static final int LOST = 16;

  private static final int PAGE_MASK = -4096;

  private static final int SIGBUS = 7;

  /** Not a page that the memory itself lost, which nothing may hide. */
  private static final int BUS_ADRERR = 2;

  private static final int SI_CODE = 8;
  private static final int SI_ADDR = 16;

  private static final int SYS_MMAP = 9;
  private static final int PROT_READ = 1;
  private static final int MAP_PRIVATE_FIXED_ANONYMOUS = 0x32;

  /** {@code struct sigaction}. */
  private static final int ACTION_BYTES = 152;

  private static final int ACTION_HANDLER = 0;
  private static final int ACTION_FLAGS = 136;
  private static final int SA_SIGINFO = 4;

  /** Handlers up to here are no code: the default, and none. */
  private static final long SIG_IGN = 1;

  private BusErrorHandler() {}

  /**
   * Puts the handler before the one that is there, which must be the JVM's or another that takes
   * what it is passed: that of a process without any would end it.
   *
   * @return why it could not be installed, or empty
   */
  static Optional<String> install(MemorySegment table) {
    ForeignFunction sigaction = ForeignFunction.ofLibrary("sigaction");
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment action = arena.allocate(ACTION_BYTES, Long.BYTES);
      if (call(sigaction, MemorySegment.NULL, action) != 0) {
        return Optional.of("the operating system does not say who handles SIGBUS");
      }
      long previous = action.get(ValueLayout.JAVA_LONG, ACTION_HANDLER);
      int flags = action.get(ValueLayout.JAVA_INT, ACTION_FLAGS);
      if (previous >= 0 && previous <= SIG_IGN || (flags & SA_SIGINFO) == 0) {
        return Optional.of("the JVM handles no SIGBUS, or a library stands before it (libjsig)");
      }
      // Mask, stack and all other flags stay as the handler behind it wants them.
      long handler = ExecutableMemory.function(code(table, previous).toBytes()).address();
      action.set(ValueLayout.JAVA_LONG, ACTION_HANDLER, handler);
      if (call(sigaction, action, MemorySegment.NULL) != 0) {
        return Optional.of("the operating system refused a handler of SIGBUS");
      }
      return Optional.empty();
    }
  }

  private static int call(ForeignFunction sigaction, MemorySegment now, MemorySegment before) {
    return (int) sigaction.call(ForeignFunction.number(SIGBUS), now, before, MemorySegment.NULL);
  }

  /** The handler for a table, before the handler at an address. */
  static Assembler code(MemorySegment table, long previous) {
    Assembler a = new Assembler();
    Label slot = new Label();
    Label next = new Label();
    Label pass = new Label();
    a.mov(rax.low(), Memory.mem(rsi, SI_CODE));
    a.cmp(rax.low(), BUS_ADRERR);
    a.jnz(pass);
    a.mov(rcx, Memory.mem(rsi, SI_ADDR));
    a.mov(r8, table.address());
    a.mov(r9, table.address() + table.byteSize());
    a.bind(slot);
    // Addresses of a process are positive, so signed comparisons will do. A free slot ends at 0.
    a.mov(r10, Memory.mem(r8, END));
    a.cmp(rcx, r10);
    a.jge(next);
    a.mov(rax, Memory.mem(r8, BEGIN));
    a.cmp(rcx, rax);
    Label found = new Label();
    a.jge(found);
    a.bind(next);
    a.add(r8, SLOT_BYTES);
    a.cmp(r8, r9);
    a.jnz(slot);
    a.bind(pass);
    a.mov(rax, previous);
    a.jmp(rax);

    a.bind(found);
    a.push(rdi);
    a.push(rsi);
    a.push(rdx);
    a.push(r8);
    a.mov(rdi, rcx);
    a.and(rdi, PAGE_MASK);
    a.mov(rsi, r10);
    a.sub(rsi, rdi);
    a.mov(rdx, PROT_READ);
    a.mov(r10, MAP_PRIVATE_FIXED_ANONYMOUS);
    a.mov(r8, -1);
    a.mov(r9, 0);
    a.mov(rax, SYS_MMAP);
    a.syscall();
    a.cmp(rax, rdi);
    a.pop(r8);
    a.pop(rdx);
    a.pop(rsi);
    a.pop(rdi);
    a.jnz(pass);
    a.mov(rax, 1);
    a.mov(Memory.mem(r8, LOST), rax);
    a.ret();
    return a;
  }
}
