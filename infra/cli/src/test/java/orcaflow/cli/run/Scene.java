package orcaflow.cli.run;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import orcaflow.events.Completion;
import orcaflow.events.Lineage;
import orcaflow.events.OutcomeKind;
import orcaflow.events.Policy;
import orcaflow.events.ProblemCandidate;
import orcaflow.events.SolutionStatus;
import orcaflow.events.StageOutcome;
import orcaflow.events.StudentRollout;
import orcaflow.events.TeacherSolution;
import orcaflow.schemas.ConfigFile;
import orcaflow.schemas.Ids;
import orcaflow.schemas.recipe.Recipe;
import org.apache.avro.specific.SpecificRecord;

/**
 * What teacher and students of a run write, so that a known number of each problem's four rollouts
 * is right. Seeds alone, all of them due for the second iteration.
 *
 * @param right by problem; {@link #UNSOLVED} for one whose solution is dead
 */
record Scene(List<Integer> right) {

  static final int UNSOLVED = -1;
  static final int ITERATION = 2;

  private static final Instant TIME = Instant.parse("2026-01-02T03:04:05Z");
  private static final int SAMPLES = 4;

  /** SFT, then KTO on rollouts of every problem, under the paper's labelling. */
  static final String RECIPE_TEXT =
      """
      name: scene
      seed: 1
      expansion: { askShare: 0.0, rounds: 0 }
      student: { hidden: 16, layers: 1, heads: 2, keyValueHeads: 1, feedForward: 16, context: 64, words: 10 }
      rollouts: { samples: 4, temperature: 0.7, topP: 0.95, maxTokens: 8 }
      evaluation: { samples: 1, temperature: 0.7, topP: 0.95, maxTokens: 8 }
      labelling: paper
      iterations:
        - { name: M1, algorithm: sft, steps: 1, batch: 2, learningRate: 1e-3, warmup: 0, schedule: constant, finalFraction: 1, weightDecay: 0, beta2: 0.95, clip: 1.0 }
        - { name: M2, algorithm: kto, share: 1.0, steps: 1, batch: 2, learningRate: 1e-3, warmup: 0, schedule: constant, finalFraction: 1, beta: 0.1, weightDecay: 0, beta2: 0.95, clip: 1.0 }
      """;

  static final Recipe RECIPE =
      ConfigFile.parse("scene", RECIPE_TEXT, Recipe.class, "NONE", Map.of());

  Scene(Integer... right) {
    this(List.of(right));
  }

  String question(int i) {
    return "Tom has %d apples and eats some of them. How many has he now?".formatted(i);
  }

  String problem(int i) {
    return Ids.problem(question(i));
  }

  List<ProblemCandidate> candidates() {
    return IntStream.range(0, right.size()).mapToObj(this::candidate).toList();
  }

  private ProblemCandidate candidate(int i) {
    return ProblemCandidate.newBuilder()
        .setId(Ids.hash("candidate", problem(i)))
        .setProblemId(problem(i))
        .setQuestion(question(i))
        .setLineage(lineage("seed"))
        .build();
  }

  /** What the stage solve writes: solutions, and an outcome for each problem. */
  List<SpecificRecord> solved() {
    List<SpecificRecord> events = new ArrayList<>();
    for (int i = 0; i < right.size(); i++) {
      boolean dead = right.get(i) == UNSOLVED;
      if (!dead) {
        events.add(solution(i));
      }
      events.add(
          outcome(
              "solve",
              problem(i),
              problem(i),
              0,
              dead ? OutcomeKind.DEAD : OutcomeKind.DONE,
              dead ? 0 : 1));
    }
    return events;
  }

  TeacherSolution solution(int i) {
    return TeacherSolution.newBuilder()
        .setId(Ids.solution(problem(i)))
        .setProblemId(problem(i))
        .setQuestion(question(i))
        .setSolution("It is so.\n#### 7")
        .setFinalAnswer("7")
        .setStatus(SolutionStatus.USABLE)
        .setLineage(lineage("solve"))
        .build();
  }

  /** The policy whose rollouts these are. */
  Policy policy() {
    return Policy.newBuilder()
        .setVersion("scene-M1-1-abcdef01")
        .setIteration(1)
        .setName("M1")
        .setAlgorithm("sft")
        .setStep(1)
        .setExamples(2)
        .setSeconds(1)
        .setWeightsHash("abcdef01")
        .setLocation("/nowhere")
        .setTime(TIME)
        .build();
  }

  /** What the stage sample writes: four rollouts a problem, and an outcome for each request. */
  List<SpecificRecord> sampled() {
    List<SpecificRecord> events = new ArrayList<>();
    for (int i = 0; i < right.size(); i++) {
      StudentRollout rollout = rollout(i);
      events.add(rollout);
      events.add(outcome("sample", rollout.getId(), problem(i), ITERATION, OutcomeKind.DONE, 1));
    }
    return events;
  }

  /** Some of the rollouts of a problem, as the first part of its group or a later one. */
  StudentRollout part(int i, int part, Integer... indexes) {
    StudentRollout whole = rollout(i);
    return StudentRollout.newBuilder(whole)
        .setId(part == 0 ? whole.getId() : Ids.part(whole.getId(), part))
        .setRequestId(part == 0 ? null : whole.getId())
        .setSamples(SAMPLES)
        .setCompletions(
            whole.getCompletions().stream()
                .filter(completion -> List.of(indexes).contains(completion.getIndex()))
                .toList())
        .build();
  }

  StudentRollout rollout(int i) {
    List<Completion> completions = new ArrayList<>();
    for (int n = 0; n < SAMPLES; n++) {
      completions.add(
          Completion.newBuilder()
              .setId(Ids.rollout(problem(i), ITERATION, n))
              .setIndex(n)
              .setText("#### " + (n < right.get(i) ? 7 : 10 + n))
              .setFinishReason("stop")
              .build());
    }
    return StudentRollout.newBuilder()
        .setId(Ids.request(problem(i), ITERATION))
        .setProblemId(problem(i))
        .setQuestion(question(i))
        .setIteration(ITERATION)
        .setPolicyVersion(policy().getVersion())
        .setCompletions(completions)
        .setLineage(lineage("sample"))
        .build();
  }

  static StageOutcome outcome(
      String stage, String input, String problem, int iteration, OutcomeKind kind, int outputs) {
    return new StageOutcome(
        Ids.outcome(stage, input), stage, problem, input, iteration, kind, null, outputs, TIME);
  }

  /** The outcome for an input after it was redriven that number of times. */
  static StageOutcome redriven(StageOutcome first, int times, OutcomeKind kind, int outputs) {
    String id = first.getId();
    for (int i = 0; i < times; i++) {
      id = Ids.outcomeAfter(id);
    }
    return new StageOutcome(
        id,
        first.getStage(),
        first.getProblemId(),
        first.getInputId(),
        first.getIteration(),
        kind,
        null,
        outputs,
        first.getTime());
  }

  static Lineage lineage(String agent) {
    return Lineage.newBuilder()
        .setSeed("seed-1")
        .setAgent(agent)
        .setRound(0)
        .setIndex(0)
        .setTime(TIME)
        .build();
  }
}
