package orcaflow.cli.make;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/**
 * Accepts in the order of ranks, which is known before any answer: by seeds in the order of their
 * file, then by generation, then by id. Nothing is accepted before everything of a lower rank is
 * decided. So the accepted problems depend neither on the order of arrival nor on kills.
 */
public final class LowWater {

  private final long wanted;
  private final IntFunction<List<Decision>> ofSeed;
  private final List<AcceptedProblem> accepted = new ArrayList<>();
  private int seed;
  private long decided;

  /**
   * How far it is.
   *
   * @param decided problems decided in the order of ranks
   * @param open problems above them that are not decided
   * @param taken problems above them that will be accepted unless enough others are before
   */
  public record Level(
      List<AcceptedProblem> accepted, int seeds, long decided, long open, long taken) {}

  /**
   * @param wanted problems to accept
   * @param ofSeed decisions about the problems of the seed of a rank, from 0
   */
  public LowWater(long wanted, IntFunction<List<Decision>> ofSeed) {
    this.wanted = wanted;
    this.ofSeed = ofSeed;
  }

  /**
   * Accepts as far as everything is decided.
   *
   * @param settled seeds, from the first one, all of whose problems are known
   */
  public Level advance(int settled) {
    while (seed < settled && accepted.size() < wanted) {
      List<Decision> decisions = ofSeed.apply(seed);
      if (decisions.stream().anyMatch(Decision.Open.class::isInstance)) {
        break;
      }
      decisions.forEach(each -> take(each, accepted));
      decided += decisions.size();
      seed++;
    }
    return level(settled);
  }

  private Level level(int settled) {
    List<AcceptedProblem> all = new ArrayList<>(accepted);
    long open = 0;
    long taken = 0;
    long known = decided;
    boolean low = true;
    for (int rank = seed; rank < settled && all.size() < wanted; rank++) {
      for (Decision each : ofSeed.apply(rank)) {
        low = low && !(each instanceof Decision.Open);
        if (low) {
          take(each, all);
          known++;
        } else if (each instanceof Decision.Open) {
          open++;
        } else if (each instanceof Decision.Taken) {
          taken++;
        }
      }
    }
    return new Level(all.stream().limit(wanted).toList(), seed, known, open, taken);
  }

  private static void take(Decision decision, List<AcceptedProblem> into) {
    if (decision instanceof Decision.Taken taken) {
      into.add(taken.problem());
    }
  }
}
