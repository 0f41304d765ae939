package orcaflow.streams;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import orcaflow.events.Closing;
import orcaflow.events.Completion;
import orcaflow.events.GroupRole;
import orcaflow.events.Lineage;
import orcaflow.events.OpenGroup;
import orcaflow.events.Policy;
import orcaflow.events.ProblemCandidate;
import orcaflow.events.SolutionStatus;
import orcaflow.events.StudentRollout;
import orcaflow.events.TeacherSolution;
import orcaflow.events.Verdict;
import orcaflow.events.VerdictValue;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.ConfigFile;
import orcaflow.schemas.IdMultiset;
import orcaflow.schemas.Ids;
import orcaflow.schemas.Serdes;
import orcaflow.schemas.recipe.ExpansionRule;
import orcaflow.schemas.recipe.IterationSpec;
import orcaflow.schemas.recipe.LabellingSource;
import orcaflow.schemas.recipe.Recipe;
import orcaflow.schemas.recipe.Recipe.Sampling;
import orcaflow.schemas.recipe.StudentSpec;

/** Events and a recipe for tests, as the other services write them. */
public final class Events {

  private static final Instant TIME = Instant.parse("2026-01-01T00:00:00Z");

  static {
    // Copies of events are made by Avro, which must trust their classes first.
    Serdes.deserializer(new Cluster("none:1", "mock://trust", "test")).close();
  }

  private Events() {}

  public static Lineage lineage(String agent) {
    return Lineage.newBuilder()
        .setSeed("seed-1")
        .setAgent(agent)
        .setRound(0)
        .setIndex(0)
        .setModel("model-of-" + agent)
        .setTime(TIME)
        .build();
  }

  public static ProblemCandidate candidate(String id, String question) {
    return ProblemCandidate.newBuilder()
        .setId(id)
        .setProblemId(Ids.problem(question))
        .setQuestion(question)
        .setLineage(lineage("seed"))
        .build();
  }

  public static ProblemCandidate malformed(String id, String text, String defect) {
    return ProblemCandidate.newBuilder(candidate(id, text)).setDefect(defect).build();
  }

  public static TeacherSolution solution(String question, String answer) {
    return TeacherSolution.newBuilder()
        .setId(Ids.solution(Ids.problem(question)))
        .setProblemId(Ids.problem(question))
        .setQuestion(question)
        .setSolution("It is so.\n#### " + answer)
        .setFinalAnswer(answer)
        .setStatus(SolutionStatus.USABLE)
        .setLineage(lineage("solve"))
        .build();
  }

  public static TeacherSolution unusable(String question, Optional<String> expected) {
    return TeacherSolution.newBuilder(solution(question, "999"))
        .setExpectedAnswer(expected.orElse(null))
        .setStatus(SolutionStatus.CONTRADICTS_EXPECTED)
        .setReason("other answer")
        .build();
  }

  public static StudentRollout rollout(String question, int iteration, String... texts) {
    String problemId = Ids.problem(question);
    List<Completion> completions = new ArrayList<>();
    for (int i = 0; i < texts.length; i++) {
      completions.add(
          Completion.newBuilder()
              .setId(Ids.rollout(problemId, iteration, i))
              .setIndex(i)
              .setText(texts[i])
              .setFinishReason("stop")
              .build());
    }
    return StudentRollout.newBuilder()
        .setId(Ids.request(problemId, iteration))
        .setProblemId(problemId)
        .setQuestion(question)
        .setIteration(iteration)
        .setPolicyVersion("main-M" + (iteration - 1) + "-50-abcdef01")
        .setCompletions(completions)
        .setLineage(lineage("sample"))
        .build();
  }

  /** Some of the rollouts of a group, as its first part (0) or a later one. */
  public static StudentRollout part(StudentRollout whole, int part, Integer... indexes) {
    return StudentRollout.newBuilder(whole)
        .setId(part == 0 ? whole.getId() : Ids.part(whole.getId(), part))
        .setRequestId(part == 0 ? null : whole.getId())
        .setSamples(whole.getCompletions().size())
        .setCompletions(
            whole.getCompletions().stream()
                .filter(completion -> List.of(indexes).contains(completion.getIndex()))
                .toList())
        .build();
  }

  /** The iteration is closed over these open groups. */
  public static Closing closing(int iteration, List<OpenGroup> open) {
    List<String> ids =
        open.stream()
            .filter(group -> group.getIteration() == iteration)
            .filter(group -> group.getRole() != GroupRole.COMPLETES)
            .map(OpenGroup::getId)
            .toList();
    IdMultiset groups = ids.stream().reduce(IdMultiset.EMPTY, IdMultiset::with, IdMultiset::with);
    long completions =
        open.stream()
            .filter(group -> group.getIteration() == iteration)
            .filter(group -> group.getRole() == GroupRole.COMPLETES)
            .count();
    return new Closing(
        "test/" + iteration, iteration, groups.size(), groups.digest(), completions, TIME);
  }

  public static Verdict verdict(StudentRollout group, int index, VerdictValue value) {
    return Verdict.newBuilder()
        .setId(group.getCompletions().get(index).getId())
        .setRequestId(group.getId())
        .setProblemId(group.getProblemId())
        .setVerdict(value)
        .setReason("said-so")
        .setLineage(lineage("judge"))
        .build();
  }

  public static Policy policy(int iteration) {
    return Policy.newBuilder()
        .setVersion("main-M" + iteration + "-50-abcdef01")
        .setIteration(iteration)
        .setName("M" + iteration)
        .setAlgorithm("sft")
        .setStep(50)
        .setExamples(3200)
        .setSeconds(1)
        .setWeightsHash("abcdef01")
        .setLocation("/nowhere")
        .setTime(TIME)
        .build();
  }

  /** SFT, then KTO on rollouts of shares of the problems. */
  public static Recipe recipe(double... shares) {
    return recipe("rollouts", shares);
  }

  public static Recipe recipe(String labelling, double... shares) {
    List<IterationSpec> steps = new ArrayList<>();
    steps.add(step("M1", "sft", Optional.empty()));
    for (double share : shares) {
      steps.add(step("M" + (steps.size() + 1), "kto", Optional.of(share)));
    }
    return new Recipe(
        "test",
        7,
        new ExpansionRule(0.25, 2),
        new StudentSpec.Shape(32, 1, 2, 1, 64, 64, 100),
        new Sampling(4, 0.7, 0.95, 64),
        new Sampling(1, 0.7, 0.95, 64),
        LabellingSource.of(labelling),
        steps,
        Optional.empty(),
        Optional.empty());
  }

  /** SFT, then KTO on rollouts of a share of the problems again and again. */
  public static Recipe endless(double share) {
    return endless(share, "");
  }

  /** The same with more keys of the iteration that repeats, each with a comma behind it. */
  public static Recipe endless(double share, String more) {
    Recipe recipe = recipe();
    return new Recipe(
        recipe.name(),
        recipe.seed(),
        recipe.expansion(),
        recipe.student(),
        recipe.rollouts(),
        recipe.evaluation(),
        recipe.labelling(),
        recipe.iterations(),
        Optional.of(step("M", "kto, " + more + "rows: 100", Optional.of(share))),
        Optional.empty());
  }

  private static IterationSpec step(String name, String algorithm, Optional<Double> share) {
    String text =
        """
        { name: %s, algorithm: %s, %s steps: 50, batch: 64, learningRate: 1e-3, warmup: 5, schedule: constant,
          finalFraction: 1, %s weightDecay: 0, beta2: 0.95, clip: 1 }
        """
            .formatted(
                name,
                algorithm,
                share.map(s -> "share: " + s + ",").orElse(""),
                share.map(s -> "beta: 0.1,").orElse(""));
    return ConfigFile.parse("step.yaml", text, IterationSpec.class, "NONE", Map.of());
  }
}
