package orcaflow.schemas.recipe;

import orcaflow.events.Problem;
import orcaflow.schemas.Ids;
import orcaflow.schemas.Stages;

/**
 * Which problems the expanding agents take on, as in Orca-Math section 2: Ask-Me-Anything works on
 * seeds; Suggester and Editor work on seeds and on their own edits, for a number of rounds.
 *
 * @param askShare fraction of seeds that Ask-Me-Anything works on, chosen by problem id
 * @param rounds rounds of edits
 */
public record ExpansionRule(double askShare, int rounds) {

  public static final String SEED = Stages.SEED;
  public static final String ASK_ME_ANYTHING = Stages.ASK_ME_ANYTHING;
  public static final String SUGGEST_AND_EDIT = Stages.SUGGEST_AND_EDIT;

  public ExpansionRule {
    if (!(askShare >= 0 && askShare <= 1)) {
      throw new IllegalArgumentException(
          "expansion.askShare is %s: use a number in [0, 1]".formatted(askShare));
    }
    if (rounds < 0 || rounds > 10) {
      throw new IllegalArgumentException(
          "expansion.rounds is %d: use a number from 0 to 10".formatted(rounds));
    }
  }

  /** Whether Ask-Me-Anything works on the problem. */
  public boolean asksAbout(Problem problem) {
    return problem.getLineage().getAgent().equals(SEED) && asksAboutSeed(problem.getId());
  }

  /** Whether Ask-Me-Anything works on the seed problem with this id. */
  public boolean asksAboutSeed(String problemId) {
    return Ids.fraction(problemId, ASK_ME_ANYTHING) < askShare;
  }

  /** Whether Suggester and Editor work on the problem. */
  public boolean edits(Problem problem) {
    return !problem.getLineage().getAgent().equals(ASK_ME_ANYTHING)
        && problem.getLineage().getRound() < rounds;
  }

  /** A recipe's id may be made of this text, which therefore stays the same. */
  @Override
  public String toString() {
    return "Expansion[askShare=%s, rounds=%s]".formatted(askShare, rounds);
  }
}
