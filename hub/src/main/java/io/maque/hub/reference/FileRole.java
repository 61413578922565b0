package io.maque.hub.reference;

import java.util.Locale;

/** What a file of a model is for. */
public enum FileRole {
  /** The language model (a part of it, when the weights are split over several files). */
  MODEL,
  /** The image encoder with its projector ({@code mmproj}) of a vision model. */
  PROJECTOR;

  /** The role that GGUF repositories express in a file's name. */
  public static FileRole ofFileName(String name) {
    return name.toLowerCase(Locale.ROOT).contains("mmproj") ? PROJECTOR : MODEL;
  }
}
