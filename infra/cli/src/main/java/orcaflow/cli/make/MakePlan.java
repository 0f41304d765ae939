package orcaflow.cli.make;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import orcaflow.agents.ask.AskMeAnything;
import orcaflow.agents.model.Amount;
import orcaflow.cli.run.RunPlan;

/**
 * What is to be made.
 *
 * @param run the run that makes it; its last iteration has the rollouts, if the condition needs any
 * @param wanted problems to accept
 * @param atMost what may be spent
 * @param seeds rows of the seed file, as far as they are taken
 * @param blocks the portions in which they are let in
 * @param out file of the accepted problems
 * @param notes what a person should know before it begins
 */
public record MakePlan(
    RunPlan run,
    long wanted,
    Condition condition,
    Optional<Amount> atMost,
    long seeds,
    SeedBlocks blocks,
    Path out,
    List<String> notes) {

  public MakePlan {
    notes = List.copyOf(notes);
  }

  /** Most problems of one seed: itself, what Ask-Me-Anything makes of it, and one edit. */
  int mostPerSeed() {
    int asked = run.recipe().expansion().askShare() > 0 ? AskMeAnything.MOST_CHILDREN : 0;
    return 1 + asked + run.recipe().expansion().rounds();
  }

  boolean expands() {
    return mostPerSeed() > 1;
  }

  /** Iterations before the one with rollouts, which a fresh student learns from. */
  int lessons() {
    return condition.needsRollouts() ? run.recipe().iterations().size() - 1 : 0;
  }
}
