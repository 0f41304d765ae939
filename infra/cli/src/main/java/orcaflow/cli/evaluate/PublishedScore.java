package orcaflow.cli.evaluate;

import java.util.List;

/**
 * pass@1 on GSM8K as others have published it: quoted, not measured here.
 *
 * @param model as its authors name it
 * @param percent right answers to the 1,319 questions of the test set, in percent
 * @param how how it was asked, where that is not one greedy answer
 * @param source the paper
 */
public record PublishedScore(String model, double percent, String how, String source) {

  /** Questions of the test set that all of them were asked. */
  public static final int QUESTIONS = 1_319;

  private static final String ORCA_MATH = "arXiv 2402.14830";

  /** The models that Orca-Math is compared with, and its own iterations. */
  public static List<PublishedScore> gsm8k() {
    return List.of(
        new PublishedScore("LLAMA-2-70B", 56.8, "8 examples", "arXiv 2307.09288"),
        new PublishedScore("GPT-3.5", 57.1, "5 examples", "arXiv 2303.08774"),
        new PublishedScore("Phi-GSM 1.3B", 68.2, "", "arXiv 2312.09241"),
        new PublishedScore("WizardMath-70B", 81.6, "", "arXiv 2308.09583"),
        new PublishedScore("Phi-GSM 1.3B", 81.5, "best of 48 by a verifier", "arXiv 2312.09241"),
        new PublishedScore("Gemini Pro", 86.5, "majority of 32", "arXiv 2312.11805"),
        new PublishedScore("Orca-Math 7B", 79.91, "iteration 1", ORCA_MATH),
        new PublishedScore(
            "Orca-Math 7B", 84.23, "iteration 2, weaker of two objectives", ORCA_MATH),
        new PublishedScore(
            "Orca-Math 7B", 85.06, "iteration 2, better of two objectives", ORCA_MATH),
        new PublishedScore("Orca-Math 7B", 86.81, "iterative preference learning", ORCA_MATH));
  }
}
