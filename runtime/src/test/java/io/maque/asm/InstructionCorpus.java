package io.maque.asm;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * Every instruction method of the assembler, called with operands drawn from a fixed seed: all
 * widths, low and high registers, masks, every addressing form, displacements on both sides of the
 * compressed limit.
 */
final class InstructionCorpus {
  private static final int DRAWS = 400;

  /** Entries kept of each kind of operands: mnemonic, widths, mask, addressing form. */
  private static final int ENTRIES_PER_KIND = 1;

  /** One instruction as text and as bytes, with the method that made it. */
  record Entry(String method, String text, byte[] bytes) {}

  private InstructionCorpus() {}

  /**
   * Methods that emit no instruction of their own. Those that need a label are tested elsewhere.
   */
  private static final Set<String> NOT_INSTRUCTIONS =
      Set.of("listing", "align", "data", "bind", "size", "toBytes");

  static List<Method> instructions() {
    return Arrays.stream(VectorAssembler.class.getMethods())
        .filter(method -> CodeBuffer.class.isAssignableFrom(method.getDeclaringClass()))
        .filter(method -> !Modifier.isStatic(method.getModifiers()) && !method.isBridge())
        .filter(method -> !NOT_INSTRUCTIONS.contains(method.getName()))
        .filter(method -> !List.of(method.getParameterTypes()).contains(Label.class))
        .sorted(Comparator.comparing(Method::toGenericString))
        .toList();
  }

  static List<Entry> entries() {
    List<Entry> entries = new ArrayList<>();
    for (Method method : instructions()) {
      Random random = new Random(method.toGenericString().hashCode());
      Map<String, Integer> kinds = new HashMap<>();
      for (int i = 0; i < DRAWS; i++) {
        Entry entry = call(method, random);
        if (entry != null && kinds.merge(kind(entry), 1, Integer::sum) <= ENTRIES_PER_KIND) {
          entries.add(entry);
        }
      }
    }
    return entries;
  }

  private static String kind(Entry entry) {
    int operands = entry.text().indexOf(' ') + 1;
    return entry.text().substring(0, operands)
        + entry.text().substring(operands).replaceAll("\\[.*\\]|\\d+|r[a-z]+", "")
        + entry.bytes().length;
  }

  /** Null when the assembler refuses the operands. */
  private static Entry call(Method method, Random random) {
    VectorAssembler a = new VectorAssembler();
    Object[] arguments =
        Arrays.stream(method.getParameterTypes()).map(type -> operand(type, random)).toArray();
    shareWidths(arguments, random);
    try {
      method.invoke(a, arguments);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof IllegalArgumentException) {
        return null;
      }
      throw new AssertionError(method + " " + Arrays.toString(arguments), e.getCause());
    } catch (IllegalAccessException e) {
      throw new AssertionError(e);
    }
    return new Entry(method.toGenericString(), a.listing().getFirst(), a.toBytes());
  }

  /** All registers of one width, as most instructions need; at times the first or last narrower. */
  private static void shareWidths(Object[] arguments, Random random) {
    int bits = 128 << random.nextInt(3);
    boolean firstNarrower = random.nextInt(4) == 0;
    boolean lastNarrower = !firstNarrower && random.nextInt(3) == 0;
    for (int i = 0; i < arguments.length; i++) {
      if (arguments[i] instanceof Vec vec) {
        boolean last = i + 1 == arguments.length || !(arguments[i + 1] instanceof Vec);
        boolean narrower = i == 0 ? firstNarrower : last && lastNarrower;
        int width = narrower ? Math.max(128, bits >> 1 + random.nextInt(2)) : bits;
        Vec target = vec.as(width);
        arguments[i] = i == 0 ? target : new Vec(vec.number(), width, 0, false);
      }
      if (arguments[i] instanceof Gp gp && arguments[0] instanceof Gp first) {
        arguments[i] = new Gp(gp.number(), first.bits());
      }
    }
  }

  private static Object operand(Class<?> type, Random random) {
    if (type == Vec.class) {
      int mask = random.nextInt(4) == 0 ? 1 + random.nextInt(7) : 0;
      return new Vec(
          random.nextInt(random.nextBoolean() ? 16 : 32),
          128 << random.nextInt(3),
          mask,
          mask > 0 && random.nextBoolean());
    }
    if (type == Gp.class) {
      return new Gp(random.nextInt(16), random.nextInt(3) == 0 ? 32 : 64);
    }
    if (type == Mask.class) {
      return new Mask(random.nextInt(8));
    }
    if (type == Tile.class) {
      return new Tile(random.nextInt(8));
    }
    if (type == Memory.class) {
      return memory(random);
    }
    if (type == int.class) {
      return random.nextInt(3) == 0 ? 1 << random.nextInt(5) : random.nextInt(256);
    }
    if (type == long.class) {
      return random.nextBoolean() ? random.nextLong() : random.nextInt();
    }
    throw new AssertionError("no operands of " + type);
  }

  private static Memory memory(Random random) {
    Gp base = new Gp(random.nextInt(16), 64);
    int displacement =
        switch (random.nextInt(5)) {
          case 0 -> 0;
          case 1 -> 64 * (random.nextInt(300) - 150);
          case 2 -> random.nextInt(256) - 128;
          case 3 -> 4 * (random.nextInt(300) - 150);
          default -> random.nextInt();
        };
    Gp index = new Gp(random.nextInt(16), 64);
    Memory memory =
        random.nextBoolean() || index.equals(Gp.rsp)
            ? Memory.mem(base, displacement)
            : Memory.mem(base, index, 1 << random.nextInt(4), displacement);
    return random.nextInt(5) == 0 ? memory.broadcasting() : memory;
  }
}
