package io.maque.asm;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Watches mapped files for pages that are gone: the file was cut short while it was open, or its
 * disk fails. Reading such a page makes the kernel send {@code SIGBUS}, of which a process with
 * machine code dies. While a guard is open, that page and all behind it read as zeros instead, and
 * the guard says so; what was computed meanwhile is worthless.
 *
 * <p>The handler stays for the rest of the process's life, before that of the JVM, which gets
 * everything else as if nobody stood before it. See {@code docs/adr/0020}.
 */
public final class MappedFileGuard implements AutoCloseable {
  /** Files that are guarded at the same time; those beyond are as without a guard. */
  static final int SLOTS = 256;

  /** The system property that, set to {@code off}, leaves {@code SIGBUS} to the JVM. */
  public static final String PROPERTY = "maque.guard";

  private static final String OFF = "off";
  private static final long PAGE_BYTES = 4096;

  private final List<Integer> slots = new ArrayList<>();
  private boolean lost;

  private MappedFileGuard() {}

  /** Why files cannot be guarded in this process, or empty. */
  public static Optional<String> refusal() {
    if (OFF.equals(System.getProperty(PROPERTY))) {
      return Optional.of("switched off by -D%s=%s".formatted(PROPERTY, OFF));
    }
    Optional<String> noCode = ExecutableMemory.refusal("amd64");
    return noCode.isPresent() ? noCode : Table.REFUSAL;
  }

  /**
   * Guards mappings until this guard is closed, which must be before they are unmapped. Where
   * {@link #refusal} says so, it does nothing and notices nothing.
   *
   * @param mappings whole files, as {@link io.maque.memory.FileMapping} maps them
   */
  public static MappedFileGuard open(List<MemorySegment> mappings) {
    MappedFileGuard guard = new MappedFileGuard();
    if (refusal().isEmpty()) {
      for (MemorySegment mapping : mappings) {
        Table.take(mapping).ifPresent(guard.slots::add);
      }
    }
    return guard;
  }

  /** Whether something was read that is not in its file any more. Any thread may ask. */
  public synchronized boolean lostPages() {
    for (int slot : slots) {
      lost |= Table.lost(slot);
    }
    return lost;
  }

  @Override
  public synchronized void close() {
    lostPages();
    slots.forEach(Table::free);
    slots.clear();
  }

  /** What the handler reads; made, with the handler, when it is first needed. */
  private static final class Table {
    /** Of which nothing is ever freed: a fault may come at any time. */
    private static final MemorySegment MEMORY =
        Arena.global().allocate((long) SLOTS * BusErrorHandler.SLOT_BYTES, Long.BYTES);

    static final Optional<String> REFUSAL = BusErrorHandler.install(MEMORY);

    /** Takes a free slot; the end is written last, since it makes the slot valid. */
    static synchronized Optional<Integer> take(MemorySegment mapping) {
      for (int slot = 0; slot < SLOTS; slot++) {
        if (get(slot, BusErrorHandler.END) == 0) {
          long end = mapping.address() + mapping.byteSize();
          set(slot, BusErrorHandler.LOST, 0);
          set(slot, BusErrorHandler.BEGIN, mapping.address());
          VarHandle.releaseFence();
          set(slot, BusErrorHandler.END, Math.ceilDiv(end, PAGE_BYTES) * PAGE_BYTES);
          return Optional.of(slot);
        }
      }
      return Optional.empty();
    }

    static synchronized void free(int slot) {
      set(slot, BusErrorHandler.END, 0);
    }

    static boolean lost(int slot) {
      VarHandle.acquireFence();
      return get(slot, BusErrorHandler.LOST) != 0;
    }

    private static long get(int slot, int field) {
      return MEMORY.get(ValueLayout.JAVA_LONG, (long) slot * BusErrorHandler.SLOT_BYTES + field);
    }

    private static void set(int slot, int field, long value) {
      MEMORY.set(ValueLayout.JAVA_LONG, (long) slot * BusErrorHandler.SLOT_BYTES + field, value);
    }
  }
}
