package orcaflow.agents.model;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * How a completion ended. Only {@link #ENDED} may teach; a student's rollout may also be {@link
 * #CUT}. The table of finish reasons is in this class and in docs/endpoints.md.
 */
public enum ReplyKind {
  /** The model ended its text itself. */
  ENDED,
  /** The text ends at a limit of tokens, whatever the finish reason says. */
  CUT,
  /** The model, or its provider, declines. */
  REFUSED,
  /** A content filter took the text or the rest of it. */
  FILTERED,
  /** The provider broke off. */
  FAILED,
  /** No finish reason, or one that nobody knows. */
  UNKNOWN;

  private static final Map<String, ReplyKind> BY_REASON =
      Map.ofEntries(
          Map.entry("stop", ENDED),
          Map.entry("eos", ENDED),
          Map.entry("eos_token", ENDED),
          Map.entry("end_turn", ENDED),
          Map.entry("stop_sequence", ENDED),
          Map.entry("complete", ENDED),
          Map.entry("length", CUT),
          Map.entry("max_tokens", CUT),
          Map.entry("max_output_tokens", CUT),
          Map.entry("max_length", CUT),
          Map.entry("model_length", CUT),
          Map.entry("model_context_window_exceeded", CUT),
          Map.entry("refusal", REFUSED),
          Map.entry("content_filter", FILTERED),
          Map.entry("content_filtered", FILTERED),
          Map.entry("guardrail_intervened", FILTERED),
          Map.entry("safety", FILTERED),
          Map.entry("sensitive", FILTERED),
          Map.entry("recitation", FILTERED),
          Map.entry("blocklist", FILTERED),
          Map.entry("prohibited_content", FILTERED),
          Map.entry("spii", FILTERED),
          Map.entry("error", FAILED),
          Map.entry("failed", FAILED),
          Map.entry("abort", FAILED),
          Map.entry("aborted", FAILED),
          Map.entry("cancelled", FAILED),
          Map.entry("canceled", FAILED),
          Map.entry("timeout", FAILED),
          Map.entry("network_error", FAILED),
          Map.entry("server_error", FAILED),
          Map.entry("insufficient_system_resource", FAILED));

  /** By a finish reason alone. */
  public static ReplyKind of(String finishReason) {
    return Optional.ofNullable(finishReason)
        .map(reason -> BY_REASON.get(reason.strip().toLowerCase(Locale.ROOT)))
        .orElse(UNKNOWN);
  }
}
