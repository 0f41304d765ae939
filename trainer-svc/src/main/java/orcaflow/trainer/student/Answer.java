package orcaflow.trainer.student;

import java.util.List;

/**
 * The completions of one question, without end-of-text.
 *
 * @param finishReasons for each completion {@code stop}, or {@code length} where the limit cut it
 */
public record Answer(List<int[]> completions, List<String> finishReasons) {}
