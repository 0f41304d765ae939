package orcaflow.trainer;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import orcaflow.events.Alarm;
import orcaflow.events.Evaluation;
import orcaflow.events.Iteration;
import orcaflow.events.Policy;
import orcaflow.events.SetAsideBatch;
import orcaflow.events.TrainingStep;
import orcaflow.schemas.Topics;
import orcaflow.schemas.TraceParent;
import orcaflow.schemas.Traces;
import orcaflow.service.Spans;

/**
 * Spans of the trainer: one for each iteration, from its opening to its policy, and in it one for
 * each step. An iteration has one where this process has read its rows.
 */
final class TrainingSpans implements Progress {

  private final Spans spans;
  private final String run;
  private final Progress next;
  private final Map<String, Iteration> open = new ConcurrentHashMap<>();

  TrainingSpans(Spans spans, String run, Progress next) {
    this.spans = spans;
    this.run = run;
    this.next = next;
  }

  @Override
  public void waiting(String iteration, long rows, long wanted) {
    next.waiting(iteration, rows, wanted);
  }

  @Override
  public void reading(Iteration iteration, long rows) {
    open.put(iteration.getName(), iteration);
    next.reading(iteration, rows);
  }

  @Override
  public void stale(Iteration iteration, int rows) {
    next.stale(iteration, rows);
  }

  @Override
  public void step(TrainingStep step) {
    Optional.ofNullable(open.get(step.getIteration()))
        .ifPresent(iteration -> spans.add(() -> span(step, iteration)));
    next.step(step);
  }

  @Override
  public void setAside(SetAsideBatch batch) {
    next.setAside(batch);
  }

  @Override
  public void policy(Policy policy) {
    Optional.ofNullable(open.remove(policy.getName()))
        .ifPresent(iteration -> spans.add(() -> span(policy, iteration)));
    next.policy(policy);
  }

  @Override
  public void alarm(Alarm alarm) {
    next.alarm(alarm);
  }

  @Override
  public void evaluating(String policyVersion, String mode, int done, int total) {
    next.evaluating(policyVersion, mode, done, total);
  }

  @Override
  public void evaluated(Evaluation evaluation) {
    next.evaluated(evaluation);
  }

  private Spans.Ended span(TrainingStep step, Iteration iteration) {
    Map<String, Object> about = about(iteration);
    about.put("orcaflow.step", step.getStep());
    about.put("orcaflow.tokens", step.getTokens());
    Duration took = Duration.ofNanos((long) (step.getSeconds() * 1e9));
    return new Spans.Ended(
        "step " + step.getIteration(),
        Spans.Kind.INTERNAL,
        Traces.of(Topics.TRAINING_STEPS, run).parent(step),
        Optional.of(work(iteration).spanId()),
        step.getTime().minus(took),
        step.getTime(),
        about,
        Optional.empty());
  }

  private Spans.Ended span(Policy policy, Iteration iteration) {
    Map<String, Object> about = about(iteration);
    about.put("orcaflow.policy", policy.getVersion());
    about.put("orcaflow.steps", policy.getStep());
    return new Spans.Ended(
        "train " + iteration.getName(),
        Spans.Kind.INTERNAL,
        work(iteration),
        Optional.empty(),
        iteration.getTime(),
        Instant.now(),
        about,
        Optional.empty());
  }

  private TraceParent work(Iteration iteration) {
    return Traces.of(Topics.ITERATIONS, run).work("train", iteration);
  }

  private static Map<String, Object> about(Iteration iteration) {
    Map<String, Object> about = new HashMap<>();
    about.put("orcaflow.stage", "train");
    about.put("orcaflow.iteration", iteration.getName());
    about.put("orcaflow.algorithm", iteration.getAlgorithm());
    return about;
  }
}
