package io.maque.hub;

import io.maque.hub.catalogue.CatalogueEntry;
import io.maque.hub.reference.HubException;
import io.maque.hub.reference.ModelReference;
import java.util.Optional;

/** A name or reference has no files on this machine. The message says how to get them. */
public final class ModelNotFoundException extends HubException {
  private static final long serialVersionUID = 1L;

  private final transient ModelReference reference;
  private final transient Optional<CatalogueEntry> entry;

  ModelNotFoundException(String message, ModelReference reference, Optional<CatalogueEntry> entry) {
    super(message);
    this.reference = reference;
    this.entry = entry;
  }

  /** What was asked for. */
  public ModelReference reference() {
    return reference;
  }

  /** The catalogue's entry for it, when it is known there. */
  public Optional<CatalogueEntry> catalogueEntry() {
    return entry;
  }

  /** Whether {@link Hub#pull} has a chance to get it. */
  public boolean isPullable() {
    return switch (reference) {
      case ModelReference.Named _ -> entry.filter(CatalogueEntry::isPullable).isPresent();
      case ModelReference.LocalFile _ -> false;
      default -> true;
    };
  }
}
