package orcaflow.streams.grade;

import static orcaflow.streams.TopologyNodes.in;
import static orcaflow.streams.TopologyNodes.out;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import orcaflow.events.Completion;
import orcaflow.events.GradedCompletion;
import orcaflow.events.GradedRollout;
import orcaflow.events.StudentRollout;
import orcaflow.events.TeacherSolution;
import orcaflow.events.Verdict;
import orcaflow.events.VerdictRequest;
import orcaflow.schemas.Ids;
import orcaflow.schemas.Topics;
import orcaflow.streams.Counters;
import orcaflow.streams.Counters.Stage;
import orcaflow.streams.TopologyNodes;
import orcaflow.streams.schedule.Requests;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.PunctuationType;
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
 * judge is asked about a rollout in the moment it meets the solution, which happens once. The group
 * is written when its last verdict is in, and leaves a mark so that nothing that comes again does
 * anything. One that lacks a rollout or a verdict after the grace time is written without, as
 * {@link Sent} says.
 *
 * <p>What is kept: groups that are open; solutions of problems with an iteration to come; marks.
 */
public final class GradeProcessor
    extends ContextualProcessor<String, SpecificRecord, String, SpecificRecord> {

  private static final String STAGE = "grade";

  /** Problem id to its solution, as long as an iteration is to be graded against it. */
  private static final String SOLUTIONS = "grade-solutions";

  /**
   * Problem id to the number of iterations whose groups are not closed; there once it is solved.
   */
  private static final String LEFT = "grade-left";

  /** {@code problem id/request id} to the rollouts of an open group that did not go out. */
  private static final String OPEN = "grade-open";

  /** Request id to what went out of a partial group. */
  private static final String SENT = "grade-sent";

  /** {@code request id/rollout id} to a verdict that did not go out. */
  private static final String VERDICTS = "grade-verdicts";

  /** Request ids of the groups that are whole and written. */
  private static final String CLOSED = "grade-closed";

  /** {@code time/problem id/request id} of groups that lacked something when they began. */
  private static final String DEADLINES = "grade-deadlines";

  private static final Duration GLANCE = Duration.ofSeconds(1);
  private static final String YES = "1";
  private static final int UNKNOWN = -1;

  private final Rules rules;
  private final Counters counters;
  private KeyValueStore<String, TeacherSolution> solutions;
  private KeyValueStore<String, Integer> left;
  private KeyValueStore<String, StudentRollout> open;
  private KeyValueStore<String, String> sent;
  private KeyValueStore<String, Verdict> verdicts;
  private KeyValueStore<String, String> closed;
  private KeyValueStore<String, String> deadlines;

  /**
   * How many groups are open, so that a solution looks for none where there are none; unknown from
   * a start until a glance finds none.
   */
  private int groups;

  private GradeProcessor(Rules rules, Counters counters) {
    this.rules = rules;
    this.counters = counters;
  }

  /**
   * What decides.
   *
   * @param grading which verdict a rollout gets
   * @param iterations how many iterations of a problem are to be graded: those it is due for
   * @param grace how long a group waits for what it lacks
   */
  public record Rules(Grading grading, Requests iterations, Duration grace) {}

  /** Adds the stage with its topics and stores; teacher-solutions is read already. */
  public static void addTo(
      Topology topology, TopologyNodes wiring, Rules rules, Counters counters) {
    wiring.read(topology, Topics.STUDENT_ROLLOUTS);
    wiring.read(topology, Topics.VERDICTS);
    topology.addProcessor(
        STAGE,
        new Supplier(wiring, rules, counters),
        in(Topics.TEACHER_SOLUTIONS),
        in(Topics.STUDENT_ROLLOUTS),
        in(Topics.VERDICTS));
    wiring.write(topology, Topics.GRADED_ROLLOUTS, STAGE);
    wiring.write(topology, Topics.VERDICT_REQUESTS, STAGE);
  }

  private record Supplier(TopologyNodes wiring, Rules rules, Counters counters)
      implements ProcessorSupplier<String, SpecificRecord, String, SpecificRecord> {
    @Override
    public GradeProcessor get() {
      return new GradeProcessor(rules, counters);
    }

    @Override
    public Set<StoreBuilder<?>> stores() {
      return Set.of(
          wiring.<TeacherSolution>events(SOLUTIONS),
          wiring.store(LEFT, Serdes.Integer()),
          wiring.<StudentRollout>events(OPEN),
          wiring.store(SENT, Serdes.String()),
          wiring.<Verdict>events(VERDICTS),
          wiring.store(CLOSED, Serdes.String()),
          wiring.store(DEADLINES, Serdes.String()));
    }
  }

  @Override
  public void init(ProcessorContext<String, SpecificRecord> context) {
    super.init(context);
    solutions = context.getStateStore(SOLUTIONS);
    left = context.getStateStore(LEFT);
    open = context.getStateStore(OPEN);
    sent = context.getStateStore(SENT);
    verdicts = context.getStateStore(VERDICTS);
    closed = context.getStateStore(CLOSED);
    deadlines = context.getStateStore(DEADLINES);
    groups = UNKNOWN;
    context.schedule(GLANCE, PunctuationType.WALL_CLOCK_TIME, this::letPartialGroupsGo);
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
    String problemId = solution.getProblemId();
    if (left.get(problemId) != null) {
      return false;
    }
    List<Integer> iterations = rules.iterations().iterationsOf(problemId);
    int others = iterations.size();
    for (StudentRollout rollout : openGroups(problemId)) {
      Optional<StudentRollout> rest =
          meet(solution, rollout, sentOf(Grading.request(rollout)), rollout.getCompletions(), time);
      keep(rollout, rest, true);
      others -= rest.isEmpty() && iterations.contains(rollout.getIteration()) ? 1 : 0;
    }
    left.put(problemId, others);
    if (others > 0) {
      solutions.put(problemId, solution);
    }
    return true;
  }

  /** Takes in the rollouts of a request, or those of a later part that are new. */
  private boolean sampled(StudentRollout part, long time) {
    String request = Grading.request(part);
    if (closed.get(request) != null) {
      return false;
    }
    Optional<StudentRollout> before = Optional.ofNullable(open.get(key(part)));
    List<Completion> waiting = before.map(StudentRollout::getCompletions).orElse(List.of());
    // Of a group that is not open nothing went out.
    Sent out = before.isPresent() ? sentOf(request) : Sent.NOTHING;
    List<Completion> fresh = out.newOnes(part, waiting);
    if (before.isPresent() && fresh.isEmpty()) {
      return false;
    }
    StudentRollout named = part.getRequestId() == null ? part : before.orElse(part);
    StudentRollout group = with(named, joined(waiting, fresh));
    Optional<TeacherSolution> solution = solution(part.getProblemId());
    if (solution.isEmpty()) {
      keep(group, Optional.of(group), before.isPresent());
    } else {
      Optional<StudentRollout> rest = meet(solution.get(), group, out, fresh, time);
      keep(group, rest, before.isPresent());
      countOff(group, rest);
    }
    return true;
  }

  /** Stores what is left of a group; deletes nothing that is not there, as that is logged, too. */
  private void keep(StudentRollout group, Optional<StudentRollout> rest, boolean wasThere) {
    if (rest.isPresent()) {
      open.put(key(group), rest.get());
      count(wasThere ? 0 : 1);
    } else if (wasThere) {
      open.delete(key(group));
      count(-1);
    }
  }

  /** When the last group of a problem is closed, its solution is not needed any more. */
  private void countOff(StudentRollout group, Optional<StudentRollout> rest) {
    String problemId = group.getProblemId();
    if (rest.isPresent()
        || !rules.iterations().iterationsOf(problemId).contains(group.getIteration())) {
      return;
    }
    int others = left.get(problemId) - 1;
    if (others == 0) {
      // Nothing is counted without a solution, so that this was the last one need not be stored.
      solutions.delete(problemId);
    } else {
      left.put(problemId, others);
    }
  }

  private boolean judged(Verdict verdict, long time) {
    String requestId = verdict.getRequestId();
    Optional<StudentRollout> group =
        Optional.ofNullable(open.get(verdict.getProblemId() + "/" + requestId));
    boolean met =
        closed.get(requestId) != null
            || group.filter(waiting -> wentOut(waiting, verdict.getId())).isPresent()
            || verdicts.putIfAbsent(requestId + "/" + verdict.getId(), verdict) != null;
    if (met) {
      return false;
    }
    solution(verdict.getProblemId())
        .ifPresent(solution -> group.ifPresent(waiting -> goOn(solution, waiting, false, time)));
    return true;
  }

  /** Whether the rollout of a partial group, known by its place, went out before. */
  private boolean wentOut(StudentRollout group, String rolloutId) {
    return sentOf(Grading.request(group)).indexes().stream()
        .map(index -> Ids.rollout(group.getProblemId(), group.getIteration(), index))
        .anyMatch(rolloutId::equals);
  }

  private void goOn(
      TeacherSolution solution, StudentRollout group, boolean graceIsOver, long time) {
    Sent before = sentOf(Grading.request(group));
    Optional<StudentRollout> rest = advance(solution, group, before, graceIsOver, time);
    keep(group, rest, true);
    countOff(group, rest);
  }

  /** The judge is asked about the fresh ones; returns what is left open of the group. */
  private Optional<StudentRollout> meet(
      TeacherSolution solution,
      StudentRollout group,
      Sent before,
      List<Completion> fresh,
      long time) {
    for (VerdictRequest request : rules.grading().questions(solution, with(group, fresh))) {
      context()
          .forward(
              new Record<>(request.getProblemId(), request, time), out(Topics.VERDICT_REQUESTS));
      counters.judgeAsked();
    }
    Optional<StudentRollout> rest = advance(solution, group, before, false, time);
    if (rest.isPresent() && sent.get(Grading.request(group)) == null) {
      long deadline = context().currentSystemTimeMs() + rules.grace().toMillis();
      deadlines.put("%013d/%s".formatted(deadline, key(group)), YES);
    }
    return rest;
  }

  /** Writes of an open group what is due to be written; returns what is left open of it. */
  private Optional<StudentRollout> advance(
      TeacherSolution solution, StudentRollout group, Sent before, boolean graceIsOver, long time) {
    String request = Grading.request(group);
    Map<String, Verdict> said = verdictsOf(request);
    List<GradedCompletion> decided = rules.grading().decided(solution, group, said);
    Optional<String> missing = before.missing(group, decided);
    boolean begun = before.revisions() > 0;
    boolean isDue = missing.isEmpty() || (begun ? !decided.isEmpty() : graceIsOver);
    if (!isDue) {
      return Optional.of(group);
    }
    GradedRollout event =
        rules.grading().event(solution, group, decided, before.revisions(), missing);
    context().forward(new Record<>(group.getProblemId(), event, time), out(Topics.GRADED_ROLLOUTS));
    for (GradedCompletion completion : decided) {
      counters.graded(completion.getVerdict());
      if (said.containsKey(completion.getRolloutId())) {
        verdicts.delete(request + "/" + completion.getRolloutId());
      }
    }
    if (missing.isPresent()) {
      counters.partial();
      sent.put(request, before.and(decided).text());
      return Optional.of(without(group, decided));
    }
    if (begun) {
      sent.delete(request);
    }
    closed.put(request, YES);
    return Optional.empty();
  }

  private void letPartialGroupsGo(long now) {
    if (groups == UNKNOWN && isEmpty(open)) {
      groups = 0;
    }
    try (KeyValueIterator<String, String> due = deadlines.range("", "%013d/".formatted(now + 1))) {
      while (due.hasNext()) {
        String entry = due.next().key;
        letGo(entry.substring(entry.indexOf('/') + 1), now);
        deadlines.delete(entry);
      }
    }
  }

  private void letGo(String key, long now) {
    Optional<StudentRollout> group = Optional.ofNullable(open.get(key));
    solution(key.substring(0, key.indexOf('/')))
        .ifPresent(solution -> group.ifPresent(waiting -> goOn(solution, waiting, true, now)));
  }

  private void count(int more) {
    groups = groups == UNKNOWN ? UNKNOWN : groups + more;
  }

  private List<StudentRollout> openGroups(String problemId) {
    return groups == 0 ? List.of() : under(open, problemId);
  }

  private Map<String, Verdict> verdictsOf(String request) {
    if (rules.grading().judge() == Judge.OFF) {
      return Map.of();
    }
    Map<String, Verdict> said = new HashMap<>();
    under(verdicts, request).forEach(verdict -> said.put(verdict.getId(), verdict));
    return said;
  }

  private Optional<TeacherSolution> solution(String problemId) {
    return Optional.ofNullable(solutions.get(problemId));
  }

  private Sent sentOf(String request) {
    return Optional.ofNullable(sent.get(request)).map(Sent::parse).orElse(Sent.NOTHING);
  }

  private static List<Completion> joined(List<Completion> some, List<Completion> more) {
    return Stream.concat(some.stream(), more.stream())
        .sorted(Comparator.comparingInt(Completion::getIndex))
        .toList();
  }

  private static StudentRollout without(StudentRollout group, List<GradedCompletion> decided) {
    Set<Integer> gone =
        decided.stream().map(GradedCompletion::getIndex).collect(Collectors.toSet());
    return with(
        group, group.getCompletions().stream().filter(c -> !gone.contains(c.getIndex())).toList());
  }

  private static StudentRollout with(StudentRollout group, List<Completion> completions) {
    return new StudentRollout(
        Grading.request(group),
        group.getProblemId(),
        group.getQuestion(),
        group.getIteration(),
        group.getPolicyVersion(),
        completions,
        group.getLineage(),
        null,
        group.getSamples());
  }

  private static String key(StudentRollout rollout) {
    return rollout.getProblemId() + "/" + Grading.request(rollout);
  }

  private static boolean isEmpty(KeyValueStore<String, ?> store) {
    try (KeyValueIterator<String, ?> entries = store.all()) {
      return !entries.hasNext();
    }
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
