package orcaflow.cli.lineage;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import orcaflow.events.ConsumedOffsets;
import orcaflow.events.GradedCompletion;
import orcaflow.events.Lineage;
import orcaflow.events.ProblemCandidate;
import orcaflow.events.StudentRollout;
import orcaflow.events.TrainingStep;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Topic;
import orcaflow.schemas.Topics;
import orcaflow.schemas.log.RecordPosition;
import org.apache.avro.specific.SpecificRecord;

/**
 * Follows a run's events in both directions. Both go through one fact: the offsets that a step says
 * it consumed. Rows, and what they were made of, may lie in the topics of another run.
 */
public final class Tracer implements AutoCloseable {

  private static final List<Topic<? extends SpecificRecord>> ROWS =
      List.of(Topics.DEMONSTRATIONS, Topics.LABELLED_COMPLETIONS, Topics.PREFERENCE_PAIRS);

  private final String run;
  private final CommittedEvents events;
  private final TrainingIndex training;
  private final Optional<ProblemIndex> problems;

  /** Reads the steps and policies that there are now, and a topic for each question. */
  public Tracer(Cluster cluster) {
    this(cluster, new TrainingIndex(), Optional.empty());
    events.each(Topics.TRAINING_STEPS, run, key -> true, training::add);
    events.each(Topics.SET_ASIDE_BATCHES, run, key -> true, (b, place) -> training.add(b));
    events.each(Topics.POLICIES, run, key -> true, (policy, place) -> training.add(policy));
  }

  /** Reads no more than the records that are asked for, as the indices know the others. */
  public Tracer(Cluster cluster, TrainingIndex training, ProblemIndex problems) {
    this(cluster, training, Optional.of(problems));
  }

  private Tracer(Cluster cluster, TrainingIndex training, Optional<ProblemIndex> problems) {
    this.run = cluster.run();
    this.events = new CommittedEvents(cluster);
    this.training = training;
    this.problems = problems;
  }

  /** Ids of all steps, in the order they were taken. */
  public List<String> stepIds() {
    return training.ids();
  }

  /**
   * A step and its rows.
   *
   * @param id {@code M2/7}, or {@code 7} where only one iteration has such a step
   */
  public StepTrace step(String id) throws UnknownId {
    TrainingIndex.Step found = find(id);
    TrainingStep step = read(found);
    if (step.getConsumed().isEmpty()) {
      throw new UnknownId(
          "step %s was recorded before steps said what they consumed".formatted(step.getId()));
    }
    List<RowTrace> rows = new ArrayList<>();
    for (ConsumedOffsets consumed : step.getConsumed()) {
      events.at(consumed, (event, place) -> rows.add(RowTrace.of(event, place)));
    }
    return new StepTrace(
        run,
        step.getId(),
        step.getAlgorithm(),
        step.getSteps(),
        step.getBatch(),
        StepTrace.Figures.of(step),
        training.policiesOf(List.of(found)),
        rows);
  }

  /** Everything made of a problem. */
  public ProblemTrace problem(String id) throws UnknownId {
    Map<String, String> questions = new TreeMap<>();
    List<ProblemTrace.Candidate> candidates = new ArrayList<>();
    List<ProblemTrace.Solution> solutions = new ArrayList<>();
    List<ProblemTrace.Rollout> rollouts = new ArrayList<>();
    List<RowTrace> rows = new ArrayList<>();
    for (String from : runs()) {
      ProblemEvents own = of(from, id);
      Map<String, String> fates = fates(own);
      own.each(
          Topics.PROBLEM_CANDIDATES,
          (candidate, place) -> {
            questions.putIfAbsent(from, candidate.getQuestion());
            candidates.add(candidate(candidate, fates));
          });
      own.each(
          Topics.TEACHER_SOLUTIONS,
          (solution, place) ->
              solutions.add(
                  new ProblemTrace.Solution(
                      solution.getId(),
                      solution.getStatus().toString(),
                      Optional.ofNullable(solution.getFinalAnswer()),
                      Optional.ofNullable(solution.getLineage().getModel()),
                      solution.getSolution())));
      Map<String, GradedCompletion> graded = new HashMap<>();
      own.each(
          Topics.GRADED_ROLLOUTS,
          (group, place) -> group.getCompletions().forEach(c -> graded.put(c.getRolloutId(), c)));
      own.each(
          Topics.STUDENT_ROLLOUTS,
          (group, place) -> {
            questions.putIfAbsent(from, group.getQuestion());
            rollouts.add(rollout(group, graded));
          });
      for (Topic<? extends SpecificRecord> topic : ROWS) {
        own.each(topic, (event, place) -> rows.add(RowTrace.of(event, place)));
      }
    }
    if (candidates.isEmpty() && rollouts.isEmpty() && rows.isEmpty()) {
      throw new UnknownId(
          "run %s has no problem '%s': the ids are those of './orcaflow tail problems'"
              .formatted(run, id));
    }
    return trace(id, questions.values(), candidates, solutions, rollouts, rows);
  }

  @Override
  public void close() {
    events.close();
  }

  private ProblemTrace trace(
      String id,
      Collection<String> questions,
      List<ProblemTrace.Candidate> candidates,
      List<ProblemTrace.Solution> solutions,
      List<ProblemTrace.Rollout> rollouts,
      List<RowTrace> rows) {
    rollouts.sort(Comparator.comparingInt(ProblemTrace.Rollout::iteration));
    List<ProblemTrace.LearntRow> learnt =
        rows.stream()
            .map(row -> new ProblemTrace.LearntRow(row, ids(stepsOn(List.of(row)))))
            .toList();
    List<TrainingIndex.Step> on = stepsOn(rows);
    return new ProblemTrace(
        run,
        id,
        questions.stream().findFirst().orElse(""),
        candidates,
        solutions,
        rollouts,
        learnt,
        ids(on),
        training.setAside(id),
        training.policiesOf(on));
  }

  private ProblemEvents of(String from, String problem) {
    return problems.isPresent() && from.equals(run)
        ? ProblemEvents.at(problems.get().of(problem), events)
        : ProblemEvents.scanned(events, from, problem);
  }

  private TrainingStep read(TrainingIndex.Step step) throws UnknownId {
    List<TrainingStep> found = new ArrayList<>();
    events.at(
        List.of(step.position()),
        (event, place) -> found.add(Topics.TRAINING_STEPS.type().cast(event)));
    if (found.isEmpty()) {
      throw new UnknownId("step %s is gone from its topic".formatted(step.id()));
    }
    return found.get(0);
  }

  private TrainingIndex.Step find(String id) throws UnknownId {
    List<TrainingIndex.Step> found = training.named(id);
    if (found.size() > 1) {
      throw new UnknownId(
          "step %s is in several iterations: say one of %s"
              .formatted(id, String.join(", ", ids(found))));
    }
    if (found.isEmpty()) {
      List<String> steps = training.ids();
      throw new UnknownId(
          "run %s has no step '%s': %s"
              .formatted(
                  run,
                  id,
                  steps.isEmpty()
                      ? "it has none yet"
                      : "they go from %s to %s"
                          .formatted(steps.get(0), steps.get(steps.size() - 1))));
    }
    return found.get(0);
  }

  /** This run, and those whose rows it learnt from. */
  private Set<String> runs() {
    Set<String> runs = training.runs();
    runs.add(run);
    return runs;
  }

  private static Map<String, String> fates(ProblemEvents own) {
    Map<String, String> fates = new HashMap<>();
    own.each(Topics.PROBLEMS, (problem, p) -> fates.put(problem.getCandidateId(), "admitted"));
    own.each(
        Topics.REJECTED_CANDIDATES,
        (rejected, p) ->
            fates.putIfAbsent(
                rejected.getCandidateId(),
                "rejected, %s: %s".formatted(rejected.getReason(), rejected.getEvidence())));
    return fates;
  }

  private static ProblemTrace.Candidate candidate(
      ProblemCandidate candidate, Map<String, String> fates) {
    Lineage lineage = candidate.getLineage();
    return new ProblemTrace.Candidate(
        candidate.getId(),
        lineage.getAgent(),
        Optional.ofNullable(lineage.getParent()),
        lineage.getSeed(),
        lineage.getRound(),
        Optional.ofNullable(lineage.getModel()),
        Optional.ofNullable(lineage.getPrompt()),
        fates.getOrDefault(candidate.getId(), "undecided"));
  }

  private static ProblemTrace.Rollout rollout(
      StudentRollout group, Map<String, GradedCompletion> graded) {
    return new ProblemTrace.Rollout(
        group.getId(),
        group.getIteration(),
        group.getPolicyVersion(),
        group.getCompletions().stream()
            .map(
                completion -> {
                  Optional<GradedCompletion> grade =
                      Optional.ofNullable(graded.get(completion.getId()));
                  return new ProblemTrace.Completion(
                      completion.getId(),
                      completion.getIndex(),
                      grade.map(GradedCompletion::getAnswer),
                      grade.map(g -> g.getVerdict().toString()),
                      grade.map(GradedCompletion::getReason),
                      completion.getText());
                })
            .toList());
  }

  private List<TrainingIndex.Step> stepsOn(List<RowTrace> rows) {
    return training.on(
        rows.stream()
            .map(row -> new RecordPosition(row.topic(), row.partition(), row.offset()))
            .toList());
  }

  private static List<String> ids(List<TrainingIndex.Step> steps) {
    return steps.stream().map(TrainingIndex.Step::id).toList();
  }
}
