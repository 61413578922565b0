package io.maque.kernel.jit;

import static io.maque.asm.Gp.*;

import io.maque.asm.Gp;
import io.maque.asm.Label;
import io.maque.asm.Mask;
import io.maque.asm.Memory;
import io.maque.asm.Vec;
import io.maque.asm.VectorAssembler;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The convention of kernels that go through arrays of f32: a register at a time {@code whole}
 * times, then once more for the {@code rest} of fewer elements, which may be none: elements that
 * are not among them are neither read nor written.
 */
final class Lanes {
  private final Isa isa;
  private final VectorAssembler a;
  private final Constants constants;

  Lanes(Isa isa, VectorAssembler a, Constants constants) {
    this.isa = isa;
    this.a = a;
    this.constants = constants;
  }

  static long whole(Isa isa, int count) {
    return count / isa.floats();
  }

  static long rest(Isa isa, int count) {
    return count % isa.floats();
  }

  /**
   * The memory of {@code count} f32; machine code checks nothing, so the bounds are proven here.
   */
  static MemorySegment slice(MemorySegment array, long offset, int count) {
    return array.asSlice(offset, (long) count * Float.BYTES);
  }

  /**
   * Some elements of a register. With AVX-512 a mask register says which, without it the signs of a
   * vector register, which is overwritten in both cases.
   */
  final class Part {
    private final int register;
    private final Mask mask;

    private Part(int register, Mask mask) {
      this.register = register;
      this.mask = mask;
    }

    void load(Vec target, Memory source) {
      if (isa.hasMasks()) {
        a.vmovups(target.zeroed(mask), source);
      } else {
        a.vmaskmovps(target, selector(target), source);
      }
    }

    void store(Memory target, Vec source) {
      if (isa.hasMasks()) {
        a.vmovups(target, source.masked(mask));
      } else {
        a.vmaskmovps(target, selector(source), source);
      }
    }

    /** Copies the elements in the part; the others of {@code target} stay. */
    void merge(Vec target, Vec source, Vec scratch) {
      if (isa.hasMasks()) {
        a.vmovups(target.masked(mask), source);
      } else {
        a.vxorps(scratch, target, source);
        a.vandps(scratch, scratch, selector(target));
        a.vxorps(target, target, scratch);
      }
    }

    /** Clears what is not in the part. */
    void keep(Vec target) {
      if (isa.hasMasks()) {
        a.vmovups(target.zeroed(mask), target);
      } else {
        a.vandps(target, target, selector(target));
      }
    }

    private Vec selector(Vec like) {
      return isa.v(register).as(like.bits());
    }
  }

  /** A fixed number of elements. */
  Part first(int count, int register, Mask mask) {
    return selected(constants.ints(i -> i < count ? -1 : 0), register, mask);
  }

  /**
   * As many elements as {@code count} says, times {@code factor}; overwrites r10 and r11.
   *
   * @param count at most {@link Isa#floats()} when multiplied
   */
  Part first(Gp count, int factor, int register, Mask mask) {
    Memory ones = constants.onesThenZeros(isa.floats());
    a.mov(r10, isa.floats());
    for (int i = 0; i < factor; i++) {
      a.sub(r10, count);
    }
    a.lea(r11, ones);
    return selected(Memory.mem(r11, r10, Integer.BYTES, 0), register, mask);
  }

  /** What chunk {@code chunk} of {@code length} elements has of a register; empty for all of it. */
  Optional<Part> chunk(int chunk, int length, int register, Mask mask) {
    int left = length - chunk * isa.floats();
    return left >= isa.floats() ? Optional.empty() : Optional.of(first(left, register, mask));
  }

  /** The elements whose bits are all ones in memory. */
  Part selected(Memory selector, int register, Mask mask) {
    a.vmovups(isa.v(register), selector);
    if (isa.hasMasks()) {
      a.vpmovd2m(mask, isa.v(register));
    }
    return new Part(register, mask);
  }

  /** Loads a register, or its part that is present. */
  void load(Vec target, Memory source, Optional<Part> part) {
    part.ifPresentOrElse(some -> some.load(target, source), () -> a.vmovups(target, source));
  }

  void store(Memory target, Vec source, Optional<Part> part) {
    part.ifPresentOrElse(some -> some.store(target, source), () -> a.vmovups(target, source));
  }

  /**
   * Runs {@code body} for each register of {@code arrays}, {@code whole} of them, then for the part
   * that is left. Counts {@code whole} down and moves the arrays.
   */
  void forEach(Gp whole, List<Gp> arrays, Part rest, Consumer<Optional<Part>> body) {
    Label loop = new Label();
    Label tail = new Label();
    a.test(whole, whole);
    a.jz(tail);
    a.bind(loop);
    body.accept(Optional.empty());
    for (Gp array : arrays) {
      a.add(array, isa.bytes());
    }
    a.dec(whole);
    a.jnz(loop);
    a.bind(tail);
    body.accept(Optional.of(rest));
  }
}
