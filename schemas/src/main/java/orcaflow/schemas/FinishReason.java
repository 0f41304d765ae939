package orcaflow.schemas;

/** Why a completion ended, as the OpenAI API names it. */
public final class FinishReason {

  /** The model sampled end-of-text, or a stop sequence. */
  public static final String STOP = "stop";

  /** The limit of tokens cut it. */
  public static final String LENGTH = "length";

  private FinishReason() {}
}
