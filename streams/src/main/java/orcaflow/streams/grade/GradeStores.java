package orcaflow.streams.grade;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import orcaflow.events.StudentRollout;
import orcaflow.events.TeacherSolution;
import orcaflow.events.Verdict;
import orcaflow.streams.TopologyNodes;
import orcaflow.streams.grade.RolloutGroup.Key;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;

/**
 * The stores of the stage, read and written as {@link RolloutGroup}s. Kept are groups that are
 * open, solutions of problems with an iteration to come, and a mark of each closed group. A store
 * is written only where a value changes, because every write, also a deletion, is logged.
 */
final class GradeStores {

  /** Problem id to its solution, as long as an iteration is to be graded against it. */
  private static final String SOLUTIONS = "grade-solutions";

  /** Problem id to the number of iterations whose groups are not closed; set once it is solved. */
  private static final String LEFT = "grade-left";

  /** {@code problem id/request id} to the rollouts of an open group that are not written. */
  private static final String OPEN = "grade-open";

  /** Request id to the {@link Sent} of a partial group. */
  private static final String SENT = "grade-sent";

  /** {@code request id/rollout id} to a verdict on a rollout that is not written. */
  private static final String VERDICTS = "grade-verdicts";

  /** Request ids of the groups that are whole and written. */
  private static final String CLOSED = "grade-closed";

  /** {@code time/problem id/request id} at which the grace time of a group ends. */
  private static final String DEADLINES = "grade-deadlines";

  private static final String YES = "1";
  private static final int UNKNOWN = -1;

  private final Grading grading;
  private final KeyValueStore<String, TeacherSolution> solutions;
  private final KeyValueStore<String, Integer> left;
  private final KeyValueStore<String, StudentRollout> open;
  private final KeyValueStore<String, String> sent;
  private final KeyValueStore<String, Verdict> verdicts;
  private final KeyValueStore<String, String> closed;
  private final KeyValueStore<String, String> deadlines;

  /**
   * Number of open groups, so that a solution looks for none where there are none. Unknown from a
   * start until {@link #countIfNone} finds none.
   */
  private int openCount = UNKNOWN;

  GradeStores(ProcessorContext<?, ?> context, Grading grading) {
    this.grading = grading;
    solutions = context.getStateStore(SOLUTIONS);
    left = context.getStateStore(LEFT);
    open = context.getStateStore(OPEN);
    sent = context.getStateStore(SENT);
    verdicts = context.getStateStore(VERDICTS);
    closed = context.getStateStore(CLOSED);
    deadlines = context.getStateStore(DEADLINES);
  }

  /** The stores that a processor of the stage asks for. */
  static Set<StoreBuilder<?>> builders(TopologyNodes nodes) {
    return Set.of(
        nodes.<TeacherSolution>events(SOLUTIONS),
        nodes.store(LEFT, Serdes.Integer()),
        nodes.<StudentRollout>events(OPEN),
        nodes.store(SENT, Serdes.String()),
        nodes.<Verdict>events(VERDICTS),
        nodes.store(CLOSED, Serdes.String()),
        nodes.store(DEADLINES, Serdes.String()));
  }

  /** Whether a solution of the problem was stored before, whether or not it is kept. */
  boolean isSolved(String problemId) {
    return left.get(problemId) != null;
  }

  /**
   * Stores the solution of a problem.
   *
   * @param groups how many groups are still to be graded against it; with 0 it is not kept
   */
  void solve(TeacherSolution solution, int groups) {
    left.put(solution.getProblemId(), groups);
    if (groups > 0) {
      solutions.put(solution.getProblemId(), solution);
    }
  }

  /** A group of a solved problem is closed; after the last one the solution is not needed. */
  void countClosed(String problemId) {
    int groups = left.get(problemId) - 1;
    if (groups == 0) {
      // Nothing is counted without a solution, so that this was the last one need not be stored.
      solutions.delete(problemId);
    } else {
      left.put(problemId, groups);
    }
  }

  /** The group that rollouts belong to. */
  RolloutGroup group(StudentRollout part) {
    Key key = RolloutGroup.key(part);
    return group(key, decisiveVerdicts(key));
  }

  /** The group that a verdict belongs to, with all its verdicts even where none is decisive. */
  RolloutGroup group(Verdict verdict) {
    Key key = new Key(verdict.getProblemId(), verdict.getRequestId());
    return group(key, verdicts(key));
  }

  /** The open groups of a problem that is not solved. */
  List<RolloutGroup> openGroups(String problemId) {
    if (openCount == 0) {
      return List.of();
    }
    List<RolloutGroup> groups = new ArrayList<>();
    for (StudentRollout rollouts : under(open, problemId)) {
      Key key = RolloutGroup.key(rollouts);
      groups.add(open(key, Optional.empty(), rollouts, decisiveVerdicts(key)));
    }
    return groups;
  }

  /** Stores what is new of a group. */
  void save(RolloutGroup before, RolloutGroup now) {
    String request = now.key().request();
    saveRollouts(now.key().text(), before.open(), now.open());
    if (!now.sent().equals(before.sent())) {
      if (now.sent().revisions() > 0) {
        sent.put(request, now.sent().text());
      } else {
        sent.delete(request);
      }
    }
    before.verdicts().keySet().stream()
        .filter(id -> !now.verdicts().containsKey(id))
        .forEach(id -> verdicts.delete(request + "/" + id));
    now.verdicts().entrySet().stream()
        .filter(entry -> !before.verdicts().containsKey(entry.getKey()))
        .forEach(entry -> verdicts.put(request + "/" + entry.getKey(), entry.getValue()));
    if (now.isClosed()) {
      closed.put(request, YES);
    }
  }

  private void saveRollouts(
      String key, Optional<StudentRollout> before, Optional<StudentRollout> now) {
    if (now.isPresent() && !now.equals(before)) {
      open.put(key, now.get());
    } else if (now.isEmpty() && before.isPresent()) {
      open.delete(key);
    }
    if (openCount != UNKNOWN) {
      openCount += (now.isPresent() ? 1 : 0) - (before.isPresent() ? 1 : 0);
    }
  }

  /** Sets the end of a group's grace time, in milliseconds since 1970. */
  void setDeadline(Key key, long time) {
    deadlines.put("%013d/%s".formatted(time, key.text()), YES);
  }

  /** Takes the deadlines that are over, with their groups as far as those are still open. */
  void takeDue(long now, Consumer<RolloutGroup> take) {
    try (KeyValueIterator<String, String> due = deadlines.range("", "%013d/".formatted(now + 1))) {
      while (due.hasNext()) {
        String entry = due.next().key;
        Optional.ofNullable(open.get(entry.substring(entry.indexOf('/') + 1)))
            .map(this::group)
            .ifPresent(take);
        deadlines.delete(entry);
      }
    }
  }

  /** Begins to count open groups when there is none. */
  void countIfNone() {
    if (openCount == UNKNOWN && isEmpty(open)) {
      openCount = 0;
    }
  }

  private RolloutGroup group(Key key, Map<String, Verdict> said) {
    if (closed.get(key.request()) != null) {
      return RolloutGroup.closed(grading, key);
    }
    Optional<TeacherSolution> solution = Optional.ofNullable(solutions.get(key.problemId()));
    return Optional.ofNullable(open.get(key.text()))
        .map(rollouts -> open(key, solution, rollouts, said))
        .orElseGet(() -> RolloutGroup.unseen(grading, key, solution, said));
  }

  private RolloutGroup open(
      Key key,
      Optional<TeacherSolution> solution,
      StudentRollout rollouts,
      Map<String, Verdict> said) {
    Sent written =
        Optional.ofNullable(sent.get(key.request())).map(Sent::parse).orElse(Sent.NOTHING);
    return new RolloutGroup(grading, key, solution, Optional.of(rollouts), written, said, false);
  }

  private Map<String, Verdict> decisiveVerdicts(Key key) {
    return grading.judge() == Judge.OFF ? Map.of() : verdicts(key);
  }

  private Map<String, Verdict> verdicts(Key key) {
    Map<String, Verdict> said = new HashMap<>();
    under(verdicts, key.request()).forEach(verdict -> said.put(verdict.getId(), verdict));
    return said;
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
