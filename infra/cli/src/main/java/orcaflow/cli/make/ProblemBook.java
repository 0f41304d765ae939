package orcaflow.cli.make;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import orcaflow.events.GradedRollout;
import orcaflow.events.Problem;
import orcaflow.events.ProblemCandidate;
import orcaflow.events.RejectedCandidate;
import orcaflow.events.StageOutcome;
import orcaflow.events.StudentRollout;
import orcaflow.events.TeacherSolution;
import orcaflow.schemas.Stages;

/**
 * What is known of every problem, by seeds in the order of their file. The events may come in any
 * order and at any time: a decision depends on which there are and on nothing else.
 */
public final class ProblemBook {

  private static final String REPEATED = "duplicate";

  private final Condition condition;
  private final SeedBlocks blocks;
  private final long seedsOfFile;
  private final Map<String, Integer> ranks = new HashMap<>();
  private final List<String> seeds = new ArrayList<>();
  private final Map<String, Set<String>> problemsOfSeed = new HashMap<>();
  private final Map<String, List<Claims.Claim>> claims = new HashMap<>();
  private final Map<String, ProblemFacts> facts = new HashMap<>();
  private final Set<String> decidedCandidates = new HashSet<>();
  private final Set<String> refused = new HashSet<>();
  private long events;

  /**
   * @param seedsOfFile rows of the seed file
   */
  public ProblemBook(Condition condition, SeedBlocks blocks, long seedsOfFile) {
    this.condition = condition;
    this.blocks = blocks;
    this.seedsOfFile = seedsOfFile;
  }

  /** Ids of the candidates of the next rows of the file. */
  public synchronized void seeded(List<String> candidates) {
    for (String candidate : candidates) {
      ranks.put(candidate, seeds.size());
      seeds.add(candidate);
    }
  }

  /** Takes in one event of any topic. */
  public synchronized void count(Object event) {
    events++;
    if (event instanceof ProblemCandidate candidate) {
      claim(candidate);
    } else if (event instanceof RejectedCandidate rejected) {
      decidedCandidates.add(rejected.getCandidateId());
      if (!rejected.getReason().equals(REPEATED)) {
        refused.add(rejected.getCandidateId());
      }
    } else if (event instanceof Problem problem) {
      decidedCandidates.add(problem.getCandidateId());
      of(problem.getId()).count(problem);
    } else if (event instanceof TeacherSolution solution) {
      of(solution.getProblemId()).count(solution);
    } else if (event instanceof StudentRollout rollout) {
      of(rollout.getProblemId()).count(rollout);
    } else if (event instanceof GradedRollout graded) {
      of(graded.getProblemId()).count(graded);
    } else if (event instanceof StageOutcome outcome) {
      count(outcome);
    }
  }

  private void claim(ProblemCandidate candidate) {
    String seed = candidate.getLineage().getSeed();
    problemsOfSeed
        .computeIfAbsent(seed, none -> new LinkedHashSet<>())
        .add(candidate.getProblemId());
    claims
        .computeIfAbsent(candidate.getProblemId(), none -> new ArrayList<>())
        .add(
            new Claims.Claim(
                candidate.getId(),
                seed,
                candidate.getLineage().getAgent(),
                candidate.getLineage().getRound(),
                Optional.ofNullable(candidate.getLineage().getParent()),
                Optional.ofNullable(candidate.getExpectedAnswer())));
  }

  private void count(StageOutcome outcome) {
    boolean some = outcome.getOutputs() > 0;
    switch (outcome.getStage()) {
      case Stages.SOLVE -> of(outcome.getProblemId()).solvable(some);
      case Stages.SAMPLE -> of(outcome.getProblemId()).sampleable(some);
      default -> {}
    }
  }

  private ProblemFacts of(String problem) {
    return facts.computeIfAbsent(problem, none -> new ProblemFacts());
  }

  /** Events so far. */
  public synchronized long events() {
    return events;
  }

  /**
   * Whether the candidate of the seed of that rank, from 0, is known and admitted or rejected. The
   * topics are read at different speeds, so that its admission may be seen first.
   */
  synchronized boolean isAdmissionOver(int rank) {
    String seed = seeds.get(rank);
    return problemsOfSeed.containsKey(seed) && decidedCandidates.contains(seed);
  }

  /** Decisions about the problems that count for a seed: by generation, then by id. */
  synchronized List<Decision> of(int rank) {
    record Owned(String problem, Claims.Claim owner, boolean contested) {}
    String seed = seeds.get(rank);
    List<Owned> owned = new ArrayList<>();
    for (String problem : problemsOfSeed.getOrDefault(seed, Set.of())) {
      Claims valid =
          new Claims(
              claims.get(problem).stream()
                  .filter(claim -> ranks.containsKey(claim.seed()))
                  .filter(claim -> !refused.contains(claim.candidate()))
                  .toList());
      valid
          .owner(this::block, ranks::get)
          .filter(owner -> owner.seed().equals(seed))
          .ifPresent(
              owner -> owned.add(new Owned(problem, owner, valid.contested(owner, this::block))));
    }
    return owned.stream()
        .sorted(
            Comparator.comparingInt((Owned each) -> each.owner().generation())
                .thenComparing(Owned::problem))
        .map(
            each -> of(each.problem()).decide(condition, each.owner(), rank + 1L, each.contested()))
        .toList();
  }

  private int block(String seed) {
    return blocks.of(ranks.get(seed), seedsOfFile);
  }
}
