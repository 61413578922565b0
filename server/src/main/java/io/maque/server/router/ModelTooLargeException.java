package io.maque.server.router;

/** A model that can never be loaded within the memory budget. */
public final class ModelTooLargeException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ModelTooLargeException(String name, Residency.Room.TooLarge room) {
    super(
        ("model %s needs %s of memory and at most %s can be free here; a smaller context, fewer"
                + " sequences or a larger memory budget would help")
            .formatted(
                name, MemorySize.text(room.neededBytes()), MemorySize.text(room.possibleBytes())));
  }
}
