package io.maque.kernel.vector;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The vector shapes of this machine and the loads that all kernels share. A vector holds 4, 8 or 16
 * f32 lanes; longer registers are used in part, so that a group of 16 elements, the smallest that
 * shares a scale, always fills whole vectors.
 *
 * <p>Everything here is inlined into the kernels' loops; the branches on {@link #COUNT} are decided
 * when these are compiled.
 */
final class Lanes {
  static final VectorSpecies<Float> FLOATS =
      FloatVector.SPECIES_PREFERRED.length() > 16
          ? FloatVector.SPECIES_512
          : FloatVector.SPECIES_PREFERRED.length() < 4
              ? FloatVector.SPECIES_128
              : FloatVector.SPECIES_PREFERRED;
  static final int COUNT = FLOATS.length();
  static final VectorSpecies<Integer> INTS = FLOATS.withLanes(int.class);

  private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ORDER);
  private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ORDER);
  private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ORDER);

  /** Lane {@code i} of four holds {@code 8i}: the bit at which byte {@code i} of an int begins. */
  private static final IntVector BYTE_SHIFTS =
      IntVector.SPECIES_128.equals(INTS)
          ? IntVector.fromArray(INTS, new int[] {0, 8, 16, 24}, 0)
          : IntVector.zero(INTS);

  private static final IntVector IOTA = IntVector.zero(INTS).addIndex(1);

  private Lanes() {}

  /** {@link #COUNT} bytes from index {@code at}, each 0 to 255. */
  static IntVector unsignedBytes(byte[] source, int at) {
    if (COUNT == 4) { // no vector of four bytes exists
      return IntVector.broadcast(INTS, int32(source, at))
          .lanewise(VectorOperators.LSHR, BYTE_SHIFTS)
          .and(0xFF);
    }
    return (IntVector) bytes(source, at).convertShape(VectorOperators.ZERO_EXTEND_B2I, INTS, 0);
  }

  /** {@link #COUNT} bytes from index {@code at}, each -128 to 127. */
  static IntVector signedBytes(byte[] source, int at) {
    if (COUNT == 4) {
      return unsignedBytes(source, at)
          .lanewise(VectorOperators.LSHL, 24)
          .lanewise(VectorOperators.ASHR, 24);
    }
    return (IntVector) bytes(source, at).convertShape(VectorOperators.B2I, INTS, 0);
  }

  private static ByteVector bytes(byte[] source, int at) {
    return COUNT == 16
        ? ByteVector.fromArray(ByteVector.SPECIES_128, source, at)
        : ByteVector.fromArray(ByteVector.SPECIES_64, source, at);
  }

  /** {@link #COUNT} 16-bit values from index {@code at}. */
  static IntVector shorts(byte[] source, int at) {
    VectorSpecies<Byte> species =
        COUNT == 16
            ? ByteVector.SPECIES_256
            : COUNT == 8 ? ByteVector.SPECIES_128 : ByteVector.SPECIES_64;
    return (IntVector)
        ByteVector.fromArray(species, source, at)
            .reinterpretAsShorts()
            .convertShape(VectorOperators.S2I, INTS, 0);
  }

  /** {@link #COUNT} f32 values from {@code offset}. */
  static FloatVector floats(MemorySegment source, long offset) {
    return FloatVector.fromMemorySegment(FLOATS, source, offset, ORDER);
  }

  static void store(FloatVector values, MemorySegment target, long offset) {
    values.intoMemorySegment(target, offset, ORDER);
  }

  static float one(MemorySegment source, long offset) {
    return source.get(FLOAT, offset);
  }

  static void store(float value, MemorySegment target, long offset) {
    target.set(FLOAT, offset, value);
  }

  static FloatVector toFloats(IntVector ints) {
    return (FloatVector) ints.convertShape(VectorOperators.I2F, FLOATS, 0);
  }

  /** Lane {@code i}: 16 when bit {@code i} of {@code bits} is set, else 0. */
  static IntVector fifthBits(int bits) {
    return IntVector.broadcast(INTS, bits)
        .lanewise(VectorOperators.LSHR, IOTA)
        .lanewise(VectorOperators.LSHL, 4)
        .and(0x10);
  }

  static int int16(byte[] source, int at) {
    return (short) SHORT.get(source, at);
  }

  static int int32(byte[] source, int at) {
    return (int) INT.get(source, at);
  }

  /** An IEEE 754 binary16 number. */
  static float half(byte[] source, int at) {
    return Float.float16ToFloat((short) SHORT.get(source, at));
  }
}
