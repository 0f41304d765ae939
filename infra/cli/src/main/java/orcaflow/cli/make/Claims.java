package orcaflow.cli.make;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;
import orcaflow.schemas.Stages;

/**
 * The candidates that have one question. The problem counts for one of them, whichever came first:
 * for the one of the earliest portion, where the seed's own comes before those that an agent made,
 * then for that of the earliest seed. Admission takes the same one, but for several that agents
 * made in one portion; among them a different known answer makes the problem unusable.
 *
 * @param all those that admission has nothing against but that the question is there already
 */
record Claims(List<Claim> all) {

  /** One candidate. */
  record Claim(
      String candidate,
      String seed,
      String agent,
      int round,
      Optional<String> parent,
      Optional<String> expected) {

    boolean bySeed() {
      return agent.equals(Stages.SEED);
    }

    /** Steps from the seed. */
    int generation() {
      return bySeed() ? 0 : Math.max(1, round);
    }
  }

  /** Whom the problem counts for. */
  Optional<Claim> owner(ToIntFunction<String> block, ToLongFunction<String> rank) {
    return all.stream()
        .min(
            Comparator.comparingInt((Claim claim) -> block.applyAsInt(claim.seed()))
                .thenComparing(claim -> !claim.bySeed())
                .thenComparingLong(claim -> rank.applyAsLong(claim.seed()))
                .thenComparingInt(Claim::generation)
                .thenComparing(Claim::candidate));
  }

  /** Whether the order of arrival decides which answer is the known one. */
  boolean contested(Claim owner, ToIntFunction<String> block) {
    int portion = block.applyAsInt(owner.seed());
    return !owner.bySeed()
        && all.stream()
            .filter(claim -> block.applyAsInt(claim.seed()) == portion)
            .anyMatch(claim -> !claim.expected().equals(owner.expected()));
  }
}
