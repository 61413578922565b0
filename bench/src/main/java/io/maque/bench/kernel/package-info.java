/**
 * JMH benchmarks of the kernels. Each also counts the bytes it reads and the multiply-adds it does,
 * so that a rate can be set beside a limit of the machine.
 *
 * <p>Start at {@link io.maque.bench.kernel.MatMulBenchmark}; {@link
 * io.maque.bench.kernel.KernelTable} runs them on each rung and prints a table.
 */
package io.maque.bench.kernel;
