package io.maque.asm.arm64;

import io.maque.asm.CodeBuffer;
import io.maque.asm.Label;
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

/**
 * Every instruction method of the assembler, called with operands drawn from a fixed seed: all
 * arrangements of elements, all registers, every addressing form and displacements on both sides of
 * each limit.
 */
final class NeonCorpus {
  private static final int DRAWS = 600;

  /** Entries kept of each kind of operands: mnemonic, arrangements, addressing form. */
  private static final int ENTRIES_PER_KIND = 4;

  private static final int[] ELEMENT_BITS = {8, 16, 32, 64};

  /** One instruction as text and as bytes, with the method that made it. */
  record Entry(String method, String text, byte[] bytes) {}

  /** How the elements of an instruction's vectors are alike. */
  private enum Shapes {
    FREE,
    ALIKE,
    /** As dot products have them. */
    SOURCES_OF_BYTES;

    Lanes next(Lanes first, int i, Lanes drawn) {
      int number = drawn.number();
      return switch (this) {
        case FREE -> drawn;
        case ALIKE -> new Lanes(number, first.bits(), first.count());
        case SOURCES_OF_BYTES -> i == 0 ? new Lanes(number, 32, 4) : new Lanes(number, 8, 16);
      };
    }
  }

  private NeonCorpus() {}

  /** Those with a label are tested with a program, and a constant may take several. */
  static List<Method> instructions() {
    return Arrays.stream(NeonAssembler.class.getMethods())
        .filter(method -> CodeBuffer.class.isAssignableFrom(method.getDeclaringClass()))
        .filter(method -> method.getDeclaringClass() != CodeBuffer.class)
        .filter(method -> !Modifier.isStatic(method.getModifiers()) && !method.isBridge())
        .filter(method -> !List.of(method.getParameterTypes()).contains(Label.class))
        .filter(method -> !List.of(method.getParameterTypes()).contains(long.class))
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
    return entry.text().replaceAll("([vqdshxw])\\d+|#-?\\d+|\\[\\d+\\]", "$1");
  }

  /** Null when the assembler refuses the operands. */
  private static Entry call(Method method, Random random) {
    NeonAssembler a = new NeonAssembler();
    Class<?>[] types = method.getParameterTypes();
    Lanes first = lanes(random);
    Shapes shapes = Shapes.values()[random.nextInt(3)];
    int bits = random.nextBoolean() ? 64 : 32;
    int scalarBits = 16 << random.nextInt(4);
    Object[] arguments = new Object[types.length];
    for (int i = 0; i < types.length; i++) {
      if (types[i] == Lanes.class) {
        arguments[i] = shapes.next(first, i, lanes(random));
      } else if (types[i] == X.class) {
        arguments[i] = new X(general(random), random.nextInt(20) == 0 ? 96 - bits : bits);
      } else if (types[i] == Scalar.class) {
        arguments[i] = new Scalar(random.nextInt(32), scalarBits);
      } else {
        arguments[i] = operand(types[i], random);
      }
    }
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

  private static Object operand(Class<?> type, Random random) {
    if (type == Element.class) {
      int bits = ELEMENT_BITS[1 + random.nextInt(3)];
      return new Element(random.nextInt(32), bits, random.nextInt(128 / bits));
    }
    if (type == Address.class) {
      return address(random);
    }
    if (type == int.class) {
      return switch (random.nextInt(5)) {
        case 0 -> random.nextInt(8);
        case 1 -> random.nextInt(64);
        case 2 -> random.nextInt(4096);
        case 3 -> 16 * random.nextInt(4);
        default -> 4096 * random.nextInt(4096);
      };
    }
    throw new AssertionError("no operands of " + type);
  }

  private static Lanes lanes(Random random) {
    int bits = ELEMENT_BITS[random.nextInt(4)];
    return new Lanes(
        random.nextInt(32), bits, (bits < 64 && random.nextInt(3) == 0 ? 64 : 128) / bits);
  }

  private static int general(Random random) {
    int number = random.nextInt(random.nextInt(4) == 0 ? 32 : 31);
    return number == 18 ? 17 : number;
  }

  private static Address address(Random random) {
    X base = new X(general(random), 64);
    return switch (random.nextInt(5)) {
      case 0 -> Address.mem(base);
      case 1 -> Address.mem(base, new X(random.nextInt(18), 64));
      case 2 -> Address.mem(base, 16 * (random.nextInt(4300) - 100));
      case 3 -> Address.mem(base, random.nextInt(600) - 300);
      default -> Address.mem(base, 16 * (random.nextInt(160) - 80));
    };
  }
}
