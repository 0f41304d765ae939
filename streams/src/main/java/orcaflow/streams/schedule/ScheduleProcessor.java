package orcaflow.streams.schedule;

import static orcaflow.streams.TopologyNodes.out;

import java.util.Optional;
import java.util.Set;
import orcaflow.events.Policy;
import orcaflow.events.Problem;
import orcaflow.events.RolloutRequest;
import orcaflow.schemas.Stages;
import orcaflow.schemas.Topics;
import orcaflow.streams.Counters;
import orcaflow.streams.Counters.Stage;
import orcaflow.streams.TopologyNodes;
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
 * problems and policies to rollout-requests. Requests are written only for the iteration that the
 * newest policy opens, so samplers are at most one iteration ahead of the trainer.
 *
 * <p>A problem is kept under a key that begins with the next iteration that it is due for. When a
 * policy opens that iteration, its range of keys is requested and deleted in the same transaction,
 * and each problem is kept for its next one. So the store holds a problem once however many
 * iterations there are, nothing is scanned twice, and a restart continues where it stopped.
 */
public final class ScheduleProcessor
    extends ContextualProcessor<String, Problem, String, RolloutRequest> {

  private static final String STAGE = Stages.SCHEDULE;

  /** Problem id to the last iteration requested for it, 0 before the first. */
  private static final String PROBLEMS = "schedule-problems";

  /** {@code iteration/problem id} to the problem that waits for a policy to open the iteration. */
  private static final String WAITING = "schedule-waiting";

  private final Requests requests;
  private final ScheduleSettings settings;
  private final Counters counters;
  private KeyValueStore<String, Integer> problems;
  private KeyValueStore<String, Problem> waiting;

  /** Iteration whose range is known to be empty; only saves work, so a restart may forget it. */
  private int drained = -1;

  private ScheduleProcessor(Requests requests, ScheduleSettings settings, Counters counters) {
    this.requests = requests;
    this.settings = settings;
    this.counters = counters;
  }

  /** Adds the stage with its topics and stores. */
  public static void addTo(
      Topology topology,
      TopologyNodes nodes,
      Requests requests,
      ScheduleSettings settings,
      Counters counters) {
    NewestPolicy.addTo(topology, nodes);
    nodes.read(topology, Topics.PROBLEMS);
    topology.addProcessor(
        STAGE,
        new Supplier(nodes, requests, settings, counters),
        TopologyNodes.in(Topics.PROBLEMS));
    nodes.write(topology, Topics.ROLLOUT_REQUESTS, STAGE);
  }

  private record Supplier(
      TopologyNodes nodes, Requests requests, ScheduleSettings settings, Counters counters)
      implements ProcessorSupplier<String, Problem, String, RolloutRequest> {
    @Override
    public ScheduleProcessor get() {
      return new ScheduleProcessor(requests, settings, counters);
    }

    @Override
    public Set<StoreBuilder<?>> stores() {
      return Set.of(nodes.store(PROBLEMS, Serdes.Integer()), nodes.<Problem>events(WAITING));
    }
  }

  @Override
  public void init(ProcessorContext<String, RolloutRequest> context) {
    super.init(context);
    problems = context.getStateStore(PROBLEMS);
    waiting = context.getStateStore(WAITING);
    context.schedule(settings.interval(), PunctuationType.WALL_CLOCK_TIME, this::requestDue);
  }

  @Override
  public void process(Record<String, Problem> record) {
    Problem problem = record.value();
    counters.consumed(Stage.SCHEDULE);
    if (problems.get(problem.getId()) != null) {
      counters.repeated(Stage.SCHEDULE);
      return;
    }
    problems.put(problem.getId(), 0);
    Optional<Policy> newest = NewestPolicy.in(context());
    int open = newest.map(Requests::openedBy).orElse(0);
    if (requests.isDue(problem.getId(), open)) {
      request(problem, newest.orElseThrow(), record.timestamp());
    }
    keepForNext(problem, open);
  }

  /** Keeps the problem for the iteration that it is due for next. */
  private void keepForNext(Problem problem, int after) {
    requests
        .next(problem.getId(), after)
        .ifPresent(iteration -> waiting.put(key(iteration, problem.getId()), problem));
  }

  private void requestDue(long now) {
    NewestPolicy.in(context())
        .filter(policy -> Requests.openedBy(policy) != drained)
        .ifPresent(policy -> requestDue(policy, now));
  }

  private void requestDue(Policy policy, long now) {
    int open = Requests.openedBy(policy);
    int count = 0;
    // Of iterations before the open one, which are over, only the problems are taken over.
    try (KeyValueIterator<String, Problem> due = waiting.range(key(0, ""), key(open + 1, ""))) {
      while (due.hasNext() && count < settings.batch()) {
        KeyValue<String, Problem> next = due.next();
        Problem problem = next.value;
        if (requests.isDue(problem.getId(), open) && problems.get(problem.getId()) < open) {
          request(problem, policy, now);
          count++;
        }
        waiting.delete(next.key);
        keepForNext(problem, open);
      }
      if (!due.hasNext()) {
        drained = open;
      }
    }
  }

  private void request(Problem problem, Policy policy, long time) {
    RolloutRequest request = requests.request(problem, policy);
    problems.put(problem.getId(), request.getIteration());
    context().forward(new Record<>(problem.getId(), request, time), out(Topics.ROLLOUT_REQUESTS));
    counters.requested();
  }

  /** Sorts by iteration. */
  private static String key(int iteration, String problemId) {
    return "%09d/%s".formatted(iteration, problemId);
  }
}
