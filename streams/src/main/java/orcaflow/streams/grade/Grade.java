package orcaflow.streams.grade;

import static orcaflow.streams.Wiring.in;
import static orcaflow.streams.Wiring.out;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import orcaflow.events.GradedRollout;
import orcaflow.events.StudentRollout;
import orcaflow.events.TeacherSolution;
import orcaflow.events.Verdict;
import orcaflow.events.VerdictRequest;
import orcaflow.schemas.Topics;
import orcaflow.streams.Counters;
import orcaflow.streams.Counters.Stage;
import orcaflow.streams.Wiring;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;

/**
 * teacher-solutions, student-rollouts and verdicts to graded-rollouts and verdict-requests.
 *
 * <p>Every side is kept until its partners are there, so it does not matter which comes first. The
 * judge is asked in the moment solution and rollouts meet, which happens once; the group is written
 * when its last verdict is in, and leaves a mark so that nothing that comes again does anything.
 */
public final class Grade
    extends ContextualProcessor<String, SpecificRecord, String, SpecificRecord> {

  private static final String STAGE = "grade";

  /** Problem id to its solution; stays, because later iterations are graded against it too. */
  private static final String SOLUTIONS = "grade-solutions";

  /** {@code problem id/request id} to a group whose verdicts are not all there. */
  private static final String OPEN = "grade-open";

  /** {@code request id/rollout id} to a verdict of a group that is not written yet. */
  private static final String VERDICTS = "grade-verdicts";

  /** Request ids of the groups that are written. */
  private static final String CLOSED = "grade-closed";

  private static final String YES = "1";

  private final Grading grading;
  private final Counters counters;
  private KeyValueStore<String, TeacherSolution> solutions;
  private KeyValueStore<String, StudentRollout> open;
  private KeyValueStore<String, Verdict> verdicts;
  private KeyValueStore<String, String> closed;

  private Grade(Grading grading, Counters counters) {
    this.grading = grading;
    this.counters = counters;
  }

  /** Adds the stage with its topics and stores; teacher-solutions is read already. */
  public static void addTo(Topology topology, Wiring wiring, Grading grading, Counters counters) {
    wiring.read(topology, Topics.STUDENT_ROLLOUTS);
    wiring.read(topology, Topics.VERDICTS);
    topology.addProcessor(
        STAGE,
        new Supplier(wiring, grading, counters),
        in(Topics.TEACHER_SOLUTIONS),
        in(Topics.STUDENT_ROLLOUTS),
        in(Topics.VERDICTS));
    wiring.write(topology, Topics.GRADED_ROLLOUTS, STAGE);
    wiring.write(topology, Topics.VERDICT_REQUESTS, STAGE);
  }

  private record Supplier(Wiring wiring, Grading grading, Counters counters)
      implements ProcessorSupplier<String, SpecificRecord, String, SpecificRecord> {
    @Override
    public Grade get() {
      return new Grade(grading, counters);
    }

    @Override
    public Set<StoreBuilder<?>> stores() {
      return Set.of(
          wiring.<TeacherSolution>events(SOLUTIONS),
          wiring.<StudentRollout>events(OPEN),
          wiring.<Verdict>events(VERDICTS),
          wiring.store(CLOSED, Serdes.String()));
    }
  }

  @Override
  public void init(ProcessorContext<String, SpecificRecord> context) {
    super.init(context);
    solutions = context.getStateStore(SOLUTIONS);
    open = context.getStateStore(OPEN);
    verdicts = context.getStateStore(VERDICTS);
    closed = context.getStateStore(CLOSED);
  }

  @Override
  public void process(Record<String, SpecificRecord> record) {
    counters.consumed(Stage.GRADE);
    boolean isNew;
    if (record.value() instanceof TeacherSolution solution) {
      isNew = solved(solution, record.timestamp());
    } else if (record.value() instanceof StudentRollout rollout) {
      isNew = sampled(rollout, record.timestamp());
    } else if (record.value() instanceof Verdict verdict) {
      isNew = judged(verdict, record.timestamp());
    } else {
      throw new IllegalStateException("grade does not read " + record.value().getClass());
    }
    if (!isNew) {
      counters.repeated(Stage.GRADE);
    }
  }

  private boolean solved(TeacherSolution solution, long time) {
    if (solutions.putIfAbsent(solution.getProblemId(), solution) != null) {
      return false;
    }
    under(open, solution.getProblemId()).forEach(rollout -> meet(solution, rollout, time));
    return true;
  }

  private boolean sampled(StudentRollout rollout, long time) {
    boolean met =
        closed.get(rollout.getId()) != null || open.putIfAbsent(key(rollout), rollout) != null;
    if (met) {
      return false;
    }
    solution(rollout.getProblemId()).ifPresent(solution -> meet(solution, rollout, time));
    return true;
  }

  private boolean judged(Verdict verdict, long time) {
    String requestId = verdict.getRequestId();
    boolean met =
        closed.get(requestId) != null
            || verdicts.putIfAbsent(requestId + "/" + verdict.getId(), verdict) != null;
    if (met) {
      return false;
    }
    Optional<StudentRollout> rollout =
        Optional.ofNullable(open.get(verdict.getProblemId() + "/" + requestId));
    solution(verdict.getProblemId())
        .ifPresent(solution -> rollout.ifPresent(group -> close(solution, group, time)));
    return true;
  }

  private void meet(TeacherSolution solution, StudentRollout rollout, long time) {
    for (VerdictRequest request : grading.questions(solution, rollout)) {
      context()
          .forward(
              new Record<>(request.getProblemId(), request, time), out(Topics.VERDICT_REQUESTS));
      counters.judgeAsked();
    }
    close(solution, rollout, time);
  }

  private void close(TeacherSolution solution, StudentRollout rollout, long time) {
    Map<String, Verdict> said = new HashMap<>();
    under(verdicts, rollout.getId()).forEach(verdict -> said.put(verdict.getId(), verdict));
    Optional<GradedRollout> graded = grading.graded(solution, rollout, said);
    if (graded.isEmpty()) {
      return;
    }
    context()
        .forward(
            new Record<>(rollout.getProblemId(), graded.get(), time), out(Topics.GRADED_ROLLOUTS));
    graded.get().getCompletions().forEach(completion -> counters.graded(completion.getVerdict()));
    open.delete(key(rollout));
    said.keySet().forEach(rolloutId -> verdicts.delete(rollout.getId() + "/" + rolloutId));
    closed.put(rollout.getId(), YES);
  }

  private Optional<TeacherSolution> solution(String problemId) {
    return Optional.ofNullable(solutions.get(problemId));
  }

  private static String key(StudentRollout rollout) {
    return rollout.getProblemId() + "/" + rollout.getId();
  }

  private static <V> List<V> under(KeyValueStore<String, V> store, String owner) {
    List<V> values = new ArrayList<>();
    try (KeyValueIterator<String, V> found =
        store.prefixScan(owner + "/", new StringSerializer())) {
      found.forEachRemaining(entry -> values.add(entry.value));
    }
    return values;
  }
}
