/**
 * From what a user types as MODEL to files that can be opened: looks into the store, pulls with a
 * notice and progress bars where that is wanted. Must not know any command, nor open a model.
 *
 * <p>Start at {@link io.maque.cli.models.Models}.
 */
package io.maque.cli.models;
