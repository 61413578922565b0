/**
 * What the operations of a model are, who can execute them on this machine, and the threads that
 * share the work.
 *
 * <p>Start at {@link io.maque.kernel.Kernels}, the chosen kernel of every operation; {@link
 * io.maque.kernel.KernelProvider} is a rung of the ladder it chooses from, {@link
 * io.maque.kernel.MatMul} the operation that takes nearly all the time. This package knows neither
 * an implementation nor a model.
 */
package io.maque.kernel;
