package io.maque.server.router;

import java.util.List;

/** A request named a model that this server does not have. */
public final class UnknownModelException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final int MAX_NAME = 100;

  /**
   * @param name as the request has it
   * @param known what there is
   */
  public UnknownModelException(String name, List<String> known) {
    super(
        "the model '%s' is not served here; expected one of %s"
            .formatted(
                name.length() <= MAX_NAME ? name : name.substring(0, MAX_NAME) + "...",
                String.join(", ", known)));
  }
}
