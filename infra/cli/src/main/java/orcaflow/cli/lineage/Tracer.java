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
import java.util.TreeSet;
import java.util.function.Predicate;
import orcaflow.cli.lineage.CommittedEvents.Place;
import orcaflow.events.ConsumedOffsets;
import orcaflow.events.GradedCompletion;
import orcaflow.events.Lineage;
import orcaflow.events.Policy;
import orcaflow.events.ProblemCandidate;
import orcaflow.events.SetAsideBatch;
import orcaflow.events.StudentRollout;
import orcaflow.events.TrainingStep;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Topic;
import orcaflow.schemas.Topics;
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
  private final List<TrainingStep> steps = new ArrayList<>();
  private final List<SetAsideBatch> setAside = new ArrayList<>();
  private final List<Policy> policies = new ArrayList<>();

  /** Reads the steps and policies that there are now. */
  public Tracer(Cluster cluster) {
    run = cluster.run();
    events = new CommittedEvents(cluster);
    events.each(Topics.TRAINING_STEPS, run, key -> true, (step, place) -> steps.add(step));
    events.each(Topics.SET_ASIDE_BATCHES, run, key -> true, (b, place) -> setAside.add(b));
    events.each(Topics.POLICIES, run, key -> true, (policy, place) -> policies.add(policy));
  }

  /** Ids of all steps, in the order they were taken. */
  public List<String> stepIds() {
    return steps.stream().map(TrainingStep::getId).toList();
  }

  /**
   * A step and its rows.
   *
   * @param id {@code M2/7}, or {@code 7} where only one iteration has such a step
   */
  public StepTrace step(String id) throws UnknownId {
    TrainingStep step = find(id);
    if (step.getConsumed().isEmpty()) {
      throw new UnknownId(
          "step %s was recorded before steps told what they consumed".formatted(step.getId()));
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
        policiesOf(List.of(step)),
        rows);
  }

  /** Everything made of a problem. */
  public ProblemTrace problem(String id) throws UnknownId {
    Predicate<String> own = id::equals;
    Map<String, String> questions = new TreeMap<>();
    List<ProblemTrace.Candidate> candidates = new ArrayList<>();
    List<ProblemTrace.Solution> solutions = new ArrayList<>();
    List<ProblemTrace.Rollout> rollouts = new ArrayList<>();
    List<RowTrace> rows = new ArrayList<>();
    for (String from : runs()) {
      Map<String, String> fates = fates(from, own);
      events.each(
          Topics.PROBLEM_CANDIDATES,
          from,
          own,
          (candidate, place) -> {
            questions.putIfAbsent(from, candidate.getQuestion());
            candidates.add(candidate(candidate, fates));
          });
      events.each(
          Topics.TEACHER_SOLUTIONS,
          from,
          own,
          (solution, place) ->
              solutions.add(
                  new ProblemTrace.Solution(
                      solution.getId(),
                      solution.getStatus().toString(),
                      Optional.ofNullable(solution.getFinalAnswer()),
                      Optional.ofNullable(solution.getLineage().getModel()),
                      solution.getSolution())));
      Map<String, GradedCompletion> graded = new HashMap<>();
      events.each(
          Topics.GRADED_ROLLOUTS,
          from,
          own,
          (group, place) -> group.getCompletions().forEach(c -> graded.put(c.getRolloutId(), c)));
      events.each(
          Topics.STUDENT_ROLLOUTS,
          from,
          own,
          (group, place) -> {
            questions.putIfAbsent(from, group.getQuestion());
            rollouts.add(rollout(group, graded));
          });
      for (Topic<? extends SpecificRecord> topic : ROWS) {
        events.each(topic, from, own, (event, place) -> rows.add(RowTrace.of(event, place)));
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
    List<TrainingStep> on = stepsOn(rows);
    return new ProblemTrace(
        run,
        id,
        questions.stream().findFirst().orElse(""),
        candidates,
        solutions,
        rollouts,
        learnt,
        ids(on),
        setAside.stream()
            .filter(batch -> batch.getProblems().contains(id))
            .map(SetAsideBatch::getId)
            .toList(),
        policiesOf(on));
  }

  private TrainingStep find(String id) throws UnknownId {
    List<TrainingStep> found =
        steps.stream()
            .filter(step -> step.getId().equals(id) || Integer.toString(step.getStep()).equals(id))
            .toList();
    if (found.size() > 1) {
      throw new UnknownId(
          "step %s is in several iterations: say one of %s"
              .formatted(id, String.join(", ", ids(found))));
    }
    if (found.isEmpty()) {
      throw new UnknownId(
          "run %s has no step '%s': %s"
              .formatted(
                  run,
                  id,
                  steps.isEmpty()
                      ? "it has none yet"
                      : "they go from %s to %s"
                          .formatted(steps.get(0).getId(), steps.get(steps.size() - 1).getId())));
    }
    return found.get(0);
  }

  /** This run, and those whose rows it learnt from. */
  private Set<String> runs() {
    Set<String> runs = new TreeSet<>(Set.of(run));
    for (TrainingStep step : steps) {
      step.getConsumed()
          .forEach(c -> runs.add(c.getTopic().substring(0, c.getTopic().indexOf('.'))));
    }
    return runs;
  }

  private Map<String, String> fates(String from, Predicate<String> own) {
    Map<String, String> fates = new HashMap<>();
    events.each(
        Topics.PROBLEMS,
        from,
        own,
        (problem, p) -> fates.put(problem.getCandidateId(), "admitted"));
    events.each(
        Topics.REJECTED_CANDIDATES,
        from,
        own,
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

  private List<TrainingStep> stepsOn(List<RowTrace> rows) {
    List<Place> places =
        rows.stream().map(row -> new Place(row.topic(), row.partition(), row.offset())).toList();
    return steps.stream()
        .filter(
            step ->
                step.getConsumed().stream()
                    .anyMatch(consumed -> places.stream().anyMatch(place -> place.in(consumed))))
        .toList();
  }

  /** A policy is made of its iteration's steps up to its own. */
  private List<String> policiesOf(List<TrainingStep> learnt) {
    return policies.stream()
        .filter(
            policy ->
                learnt.stream()
                    .anyMatch(
                        step ->
                            step.getIteration().equals(policy.getName())
                                && step.getStep() <= policy.getStep()))
        .map(Policy::getVersion)
        .toList();
  }

  private static List<String> ids(List<TrainingStep> steps) {
    return steps.stream().map(TrainingStep::getId).toList();
  }
}
