package io.maque.nn;

import io.maque.kernel.ActivationLayout;
import io.maque.kernel.Add;
import io.maque.kernel.Kernels;
import io.maque.kernel.MatMul;
import io.maque.kernel.Workers;
import io.maque.tensor.FloatMatrix;
import io.maque.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * One or more linear layers that read the same input, such as Q, K and V, computed as one.
 *
 * <p>The input is prepared once for each activation layout that the layers' kernels ask for, and
 * the rows of all outputs are split among the threads in a single parallel region: three layers
 * cost one barrier, and a layer of few rows does not leave threads idle.
 */
public final class FusedLinear {
  /**
   * @param layout index of the kernel's layout in {@link #layouts}
   * @param firstPanel number of the first panel of rows, counted over all parts
   */
  private record Part(Linear linear, MatMul matMul, int layout, int firstPanel) {
    int panels() {
      return Math.ceilDiv(linear.rows(), Grain.WEIGHT_ROWS);
    }
  }

  private final int columns;
  private final Add add;
  private final List<ActivationLayout> layouts = new ArrayList<>();
  private final List<Part> parts = new ArrayList<>();
  private final int panels;

  /** Bytes of the longest panel of weights. */
  private final long panelBytes;

  /**
   * @param linears at least one, all with the same number of columns
   */
  public FusedLinear(Kernels kernels, Linear... linears) {
    columns = linears[0].columns();
    add = kernels.add();
    int panel = 0;
    for (Linear linear : linears) {
      if (linear.columns() != columns) {
        throw new IllegalArgumentException(
            "tensor %s: expected %d columns, found %d"
                .formatted(linear.weight().name(), columns, linear.columns()));
      }
      MatMul matMul = kernels.matMul(linear.weight().type());
      Part part = new Part(linear, matMul, indexOf(matMul.activationLayout()), panel);
      parts.add(part);
      panel += part.panels();
    }
    panels = panel;
    panelBytes =
        Grain.WEIGHT_ROWS
            * parts.stream().mapToLong(part -> part.linear().weight().rowBytes()).max().getAsLong();
  }

  /** Some of the layers, {@code [from, to)} of them. */
  FusedLinear parts(Kernels kernels, int from, int to) {
    return new FusedLinear(
        kernels, parts.subList(from, to).stream().map(Part::linear).toArray(Linear[]::new));
  }

  /** The bias of a layer, counted from 0. */
  Optional<Tensor> bias(int layer) {
    return parts.get(layer).linear().bias();
  }

  private int indexOf(ActivationLayout layout) {
    int index = layouts.indexOf(layout);
    if (index < 0) {
      index = layouts.size();
      layouts.add(layout);
    }
    return index;
  }

  /** Bytes of the prepared activations of {@code tokens} tokens. */
  public long preparedBytes(int tokens) {
    return preparedOffset(layouts.size(), tokens);
  }

  private long preparedOffset(int layout, int tokens) {
    long offset = 0;
    for (int i = 0; i < layout; i++) {
      offset += tokens * layouts.get(i).bytes(columns);
    }
    return offset;
  }

  /**
   * Computes all layers for all rows of {@code in}.
   *
   * @param in {@code tokens × columns}
   * @param prepared at least {@link #preparedBytes} of scratch memory
   * @param outs one matrix per layer: {@code tokens × rows}
   */
  public void forward(
      FloatMatrix in, MemorySegment prepared, Workers workers, FloatMatrix... outs) {
    forward(RowStep.NONE, in, prepared, workers, outs);
  }

  /**
   * The same after a step that makes the rows of {@code in}.
   *
   * @param before of each row, done right before the row is prepared
   */
  public void forward(
      RowStep before,
      FloatMatrix in,
      MemorySegment prepared,
      Workers workers,
      FloatMatrix... outs) {
    int tokens = in.rows();
    if (tokens == 0) {
      return;
    }
    before.then((begin, end) -> prepare(in, begin, end, prepared)).forAll(tokens, workers);
    MemorySegment[] activations = new MemorySegment[layouts.size()];
    Arrays.setAll(activations, i -> prepared.asSlice(preparedOffset(i, tokens)));
    workers.forEachRange(
        panels,
        Grain.panels(panelBytes * tokens),
        (begin, end, worker) -> multiply(activations, tokens, begin, end, outs));
  }

  private void prepare(FloatMatrix in, int begin, int end, MemorySegment prepared) {
    for (int i = 0; i < layouts.size(); i++) {
      MemorySegment target = prepared.asSlice(preparedOffset(i, in.rows()));
      layouts.get(i).write(in.data(), columns, begin, end, target);
    }
  }

  /** Computes the panels {@code [begin, end)}, which may belong to several parts. */
  private void multiply(
      MemorySegment[] activations, int tokens, int begin, int end, FloatMatrix[] outs) {
    for (int i = 0; i < parts.size(); i++) {
      Part part = parts.get(i);
      int first = Math.max(begin - part.firstPanel(), 0);
      int last = Math.min(end - part.firstPanel(), part.panels());
      if (first < last) {
        int rowBegin = first * Grain.WEIGHT_ROWS;
        int rowEnd = Math.min(last * Grain.WEIGHT_ROWS, part.linear().rows());
        multiply(part, activations[part.layout()], tokens, rowBegin, rowEnd, outs[i]);
      }
    }
  }

  private void multiply(
      Part part, MemorySegment activations, int tokens, int rowBegin, int rowEnd, FloatMatrix out) {
    Linear linear = part.linear();
    part.matMul()
        .multiply(
            linear.weight().data(),
            columns,
            activations,
            tokens,
            out.data(),
            out.columns(),
            rowBegin,
            rowEnd);
    if (linear.bias().isPresent()) {
      MemorySegment bias = linear.bias().get().data();
      long begin = (long) rowBegin * Float.BYTES;
      long stride = (long) out.columns() * Float.BYTES;
      add.addToRows(out.data(), begin, stride, tokens, bias, begin, rowEnd - rowBegin);
    }
  }
}
