package io.maque.template;

import java.time.Clock;
import java.time.ZonedDateTime;
import java.util.Set;

/**
 * What a rendering needs beside its context.
 *
 * @param clock what {@code strftime_now} shows; asked by templates that show it only
 * @param trustedNames variables at the top of the context whose strings may be control tokens
 * @param trustedRoles values of a key {@code role} that templates build control tokens from ({@code
 *     '<|' + message.role + '|>'}); any other role counts as input
 * @param limits bounds of the rendering
 */
public record RenderOptions(
    Clock clock, Set<String> trustedNames, Set<String> trustedRoles, TemplateLimits limits) {

  private static final Set<String> SPECIAL_TOKENS =
      Set.of(
          "bos_token",
          "eos_token",
          "unk_token",
          "sep_token",
          "pad_token",
          "cls_token",
          "mask_token",
          "additional_special_tokens");

  private static final Set<String> ROLES =
      Set.of("system", "developer", "user", "assistant", "tool", "function", "ipython");

  public RenderOptions {
    trustedNames = Set.copyOf(trustedNames);
    trustedRoles = Set.copyOf(trustedRoles);
  }

  /** The special tokens and the usual roles trusted, default limits, at the given time. */
  public static RenderOptions at(ZonedDateTime now) {
    return by(Clock.fixed(now.toInstant(), now.getZone()));
  }

  /** The same by a clock. */
  public static RenderOptions by(Clock clock) {
    return new RenderOptions(clock, SPECIAL_TOKENS, ROLES, TemplateLimits.DEFAULT);
  }

  /** The same with other bounds. */
  public RenderOptions withLimits(TemplateLimits other) {
    return new RenderOptions(clock, trustedNames, trustedRoles, other);
  }
}
