package orcaflow.streams.schedule;

import static orcaflow.streams.TopologyNodes.out;

import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import orcaflow.events.Policy;
import orcaflow.events.Problem;
import orcaflow.events.RolloutRequest;
import orcaflow.events.SolveRate;
import orcaflow.events.TeacherSolution;
import orcaflow.schemas.Stages;
import orcaflow.schemas.Topics;
import orcaflow.streams.Counters;
import orcaflow.streams.Counters.Stage;
import orcaflow.streams.TopologyNodes;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KeyValue;
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
 * problems, policies, solve-rates and teacher-solutions to rollout-requests. Requests are written
 * only for the iteration that the newest policy opens, so samplers are at most one iteration ahead
 * of the trainer.
 *
 * <p>A problem is kept under a key that begins with the next iteration that it is due for. When a
 * policy opens that iteration, its range of keys is requested and deleted in the same transaction,
 * and each problem is kept for its next one. So the store holds a problem once however many
 * iterations there are, nothing is scanned twice, and a restart continues where it stopped.
 *
 * <p>Where an iteration has a most of problems, each partition requests its part of them. Those
 * that are left are due in the iterations that follow, before all others: the range begins with
 * them. So every problem has its turn, and samplers do not write more than the trainer takes. The
 * bound on samples in flight by the version of the policy is that of AReaL (arXiv 2505.24298,
 * section 5.1).
 *
 * <p>Where an iteration has a share of mixed problems, those come first, up to that share, whose
 * rollouts of a policy before were neither all right nor all wrong. Under an objective that
 * compares the rollouts of a problem the others teach nothing. Of those, the ones that were sampled
 * last come first, as their rates are the most recent; after {@value #REMEMBERED} iterations a rate
 * is forgotten, and the problem waits for its turn.
 *
 * <p>Where iterations repeat without an end, a problem gets its first turn when there is a solution
 * that its rollouts can be compared with. Rollouts of the others teach nothing, and an iteration
 * that is full of them never ends: a backlog of problems that is lost before the teacher has read
 * it would stop the training.
 */
public final class ScheduleProcessor
    extends ContextualProcessor<String, SpecificRecord, String, RolloutRequest> {

  private static final String STAGE = Stages.SCHEDULE;
  private static final String NEW = "new";
  private static final String TURN = "its turn";

  /** Problem id to the last iteration requested for it, 0 before the first. */
  private static final String PROBLEMS = "schedule-problems";

  /**
   * {@code iteration/place/problem id} to the problem that waits for a policy to open the
   * iteration. The place is how many problems had their last turn before it; 0 before its first
   * turn. Those that wait for a solution are behind all of them, under {@link #UNSOLVED}.
   */
  private static final String WAITING = "schedule-waiting";

  /** {@code iteration/problem id} to the rate of a problem that gave right and wrong rollouts. */
  private static final String MIXED = "schedule-mixed";

  /** Begins the key of a problem that waits for its solution; sorts behind all iterations. */
  private static final String UNSOLVED = "unsolved/";

  /** In place of the last iteration of a problem whose solution is there before itself. */
  private static final int SOLVED = -1;

  private static final int REMEMBERED = 4;
  private static final String OF_MIXED = "mixed";

  /** Iteration to the number of its requests, of iterations that have a most. */
  private static final String REQUESTED = "schedule-requested";

  private final Rules rules;
  private final Requests requests;
  private final ScheduleSettings settings;
  private final Counters counters;
  private KeyValueStore<String, Integer> problems;
  private KeyValueStore<String, Integer> requested;
  private KeyValueStore<String, Problem> waiting;
  private KeyValueStore<String, SolveRate> mixed;

  /** Iteration whose range is known to be empty; only saves work, so a restart may forget it. */
  private int drained = -1;

  private ScheduleProcessor(Rules rules, ScheduleSettings settings, Counters counters) {
    this.rules = rules;
    this.requests = rules.requests();
    this.settings = settings;
    this.counters = counters;
  }

  /**
   * What decides.
   *
   * @param requests which problems get rollouts for which iteration
   * @param teaches whether rollouts can be compared with a solution
   * @param partitions of the topics that are keyed by problem id
   */
  public record Rules(Requests requests, Predicate<TeacherSolution> teaches, int partitions) {}

  /** Adds the stage with its topics and stores; the source of teacher-solutions exists already. */
  public static void addTo(
      Topology topology,
      TopologyNodes nodes,
      Rules rules,
      ScheduleSettings settings,
      Counters counters) {
    NewestPolicy.addTo(topology, nodes);
    nodes.read(topology, Topics.PROBLEMS);
    nodes.read(topology, Topics.SOLVE_RATES);
    topology.addProcessor(
        STAGE,
        nodes.seen(STAGE, new Supplier(nodes, rules, settings, counters)),
        TopologyNodes.in(Topics.PROBLEMS),
        TopologyNodes.in(Topics.SOLVE_RATES),
        TopologyNodes.in(Topics.TEACHER_SOLUTIONS));
    nodes.write(topology, Topics.ROLLOUT_REQUESTS, STAGE);
  }

  private record Supplier(
      TopologyNodes nodes, Rules rules, ScheduleSettings settings, Counters counters)
      implements ProcessorSupplier<String, SpecificRecord, String, RolloutRequest> {
    @Override
    public ScheduleProcessor get() {
      return new ScheduleProcessor(rules, settings, counters);
    }

    @Override
    public Set<StoreBuilder<?>> stores() {
      return Set.of(
          nodes.store(PROBLEMS, Serdes.Integer()),
          nodes.store(REQUESTED, Serdes.Integer()),
          nodes.<SolveRate>events(MIXED),
          nodes.<Problem>events(WAITING));
    }
  }

  @Override
  public void init(ProcessorContext<String, RolloutRequest> context) {
    super.init(context);
    problems = context.getStateStore(PROBLEMS);
    requested = context.getStateStore(REQUESTED);
    waiting = context.getStateStore(WAITING);
    mixed = context.getStateStore(MIXED);
    context.schedule(settings.interval(), PunctuationType.WALL_CLOCK_TIME, this::requestDue);
  }

  @Override
  public void process(Record<String, SpecificRecord> record) {
    counters.consumed(Stage.SCHEDULE);
    if (record.value() instanceof SolveRate rate) {
      keepIfMixed(rate);
    } else if (record.value() instanceof TeacherSolution solution) {
      solved(solution, record.timestamp());
    } else {
      process((Problem) record.value(), record.timestamp());
    }
  }

  private void solved(TeacherSolution solution, long time) {
    if (!requests.onlySolved()) {
      return;
    }
    String id = solution.getProblemId();
    Problem problem = waiting.delete(UNSOLVED + id);
    boolean teaches = rules.teaches().test(solution);
    if (problem != null && teaches) {
      giveTurn(problem, time);
    } else if (problem == null && teaches && problems.get(id) == null) {
      problems.put(id, SOLVED);
    }
  }

  private void keepIfMixed(SolveRate rate) {
    if (rate.getRight() > 0 && rate.getRight() < rate.getSamples()) {
      mixed.put(key(rate.getIteration()) + rate.getProblemId(), rate);
    }
  }

  private void process(Problem problem, long time) {
    Integer last = problems.get(problem.getId());
    if (last != null && last != SOLVED) {
      counters.repeated(Stage.SCHEDULE);
      return;
    }
    problems.put(problem.getId(), 0);
    if (requests.onlySolved() && last == null) {
      waiting.put(UNSOLVED + problem.getId(), problem);
    } else {
      giveTurn(problem, time);
    }
  }

  /** Requests the problem now where the open iteration has room, and keeps it for its next one. */
  private void giveTurn(Problem problem, long time) {
    Optional<Policy> newest = NewestPolicy.in(context());
    int open = newest.map(Requests::openedBy).orElse(0);
    if (requests.isDue(problem.getId(), open) && left(open) > 0) {
      request(requests.request(problem, newest.orElseThrow(), NEW), time);
    }
    keepForNext(problem, open);
  }

  /** Keeps the problem for the iteration that it is due for next. */
  private void keepForNext(Problem problem, int after) {
    requests
        .next(problem.getId(), after)
        .ifPresent(
            iteration -> waiting.put(key(iteration, place(problem, after), problem), problem));
  }

  private void requestDue(long now) {
    NewestPolicy.in(context())
        .filter(policy -> Requests.openedBy(policy) != drained)
        .ifPresent(policy -> requestDue(policy, now));
  }

  private void requestDue(Policy policy, long now) {
    int open = Requests.openedBy(policy);
    int count = requestMixed(policy, now);
    int left = left(open) + count;
    boolean overdue = requests.most(open).isPresent();
    // Of iterations before the open one, which are over, only the problems are taken over. Where
    // an iteration has a most, they are those that had no turn, and have it now.
    try (KeyValueIterator<String, Problem> due = waiting.range(key(0), key(open + 1))) {
      while (due.hasNext() && count < Math.min(left, settings.batch())) {
        KeyValue<String, Problem> next = due.next();
        Problem problem = next.value;
        String id = problem.getId();
        if ((overdue || requests.isDue(id, open)) && problems.get(id) < open) {
          request(requests.request(problem, policy, problems.get(id) == 0 ? NEW : TURN), now);
          count++;
        }
        waiting.delete(next.key);
        keepForNext(problem, open);
      }
      if (count == left || !due.hasNext()) {
        drained = open;
      }
    }
  }

  /**
   * Requests problems again that gave right and wrong rollouts in an iteration before.
   *
   * @return how many
   */
  private int requestMixed(Policy policy, long now) {
    int open = Requests.openedBy(policy);
    int before = count(key(open) + OF_MIXED);
    int left =
        Math.min(Math.min(left(open), settings.batch()), part(requests.mostMixed(open)) - before);
    if (left <= 0) {
      return 0;
    }
    int count = 0;
    forget(open - REMEMBERED);
    try (KeyValueIterator<String, SolveRate> rates = mixed.reverseRange(key(0), key(open))) {
      while (rates.hasNext() && count < left) {
        KeyValue<String, SolveRate> next = rates.next();
        Integer last = problems.get(next.value.getProblemId());
        if (last != null && last < open) {
          request(requests.again(next.value, policy), now);
          count++;
        }
        mixed.delete(next.key);
      }
    }
    if (count > 0) {
      requested.put(key(open) + OF_MIXED, before + count);
    }
    return count;
  }

  /** Forgets rates of iterations before that one. */
  private void forget(int iteration) {
    try (KeyValueIterator<String, SolveRate> old =
        mixed.range(key(0), key(Math.max(0, iteration)))) {
      while (old.hasNext()) {
        mixed.delete(old.next().key);
      }
    }
  }

  /** How many more requests the iteration may have in this partition. */
  private int left(int iteration) {
    return requests
        .most(iteration)
        .map(most -> part(most) - count(key(iteration)))
        .orElse(Integer.MAX_VALUE);
  }

  /** This partition's part of a number: the parts of all partitions add up to it. */
  private int part(int whole) {
    int partition = context().taskId().partition();
    return whole / rules.partitions() + (partition < whole % rules.partitions() ? 1 : 0);
  }

  private int count(String key) {
    Integer count = requested.get(key);
    return count == null ? 0 : count;
  }

  private void request(RolloutRequest request, long time) {
    int iteration = request.getIteration();
    problems.put(request.getProblemId(), iteration);
    if (requests.most(iteration).isPresent()) {
      int before = count(key(iteration));
      requested.put(key(iteration), before + 1);
      if (before == 0) {
        requested.delete(key(iteration - 1));
        requested.delete(key(iteration - 1) + OF_MIXED);
      }
    }
    context()
        .forward(new Record<>(request.getProblemId(), request, time), out(Topics.ROLLOUT_REQUESTS));
    counters.requested();
  }

  /** Only where an iteration has a most does the order matter, and is it counted. */
  private int place(Problem problem, int open) {
    return problems.get(problem.getId()) == open ? count(key(open)) : 0;
  }

  private static String key(int iteration, int place, Problem problem) {
    return "%s%09d/%s".formatted(key(iteration), place, problem.getId());
  }

  /** Sorts by iteration. */
  private static String key(int iteration) {
    return "%09d/".formatted(iteration);
  }
}
