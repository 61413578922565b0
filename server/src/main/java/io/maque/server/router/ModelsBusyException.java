package io.maque.server.router;

/** There is no room for a model as long as others are in use. */
public final class ModelsBusyException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ModelsBusyException(String name, Residency.Room.Busy room) {
    super(
        "model %s needs %s of memory, %s can be made free now; models in use have %s: try again later"
            .formatted(
                name,
                MemorySize.text(room.neededBytes()),
                MemorySize.text(room.freeBytes()),
                MemorySize.text(room.usedBytes())));
  }
}
