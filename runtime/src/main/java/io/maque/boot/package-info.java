/**
 * The lists and the wiring: the kernel ladder, the architectures, and how a file becomes a model
 * that answers. The only place that names implementations.
 *
 * <p>Start at {@link io.maque.boot.LanguageModels}.
 */
package io.maque.boot;
