package orcaflow.streams.admit;

import static orcaflow.streams.TopologyNodes.out;

import java.util.Optional;
import java.util.Set;
import orcaflow.events.AdmissionRequest;
import orcaflow.events.Problem;
import orcaflow.events.RejectedCandidate;
import orcaflow.schemas.Ids;
import orcaflow.schemas.Topics;
import orcaflow.streams.Counters;
import orcaflow.streams.TopologyNodes;
import orcaflow.streams.admit.Decision.Admitted;
import orcaflow.streams.admit.Decision.Rejected;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;

/**
 * The second half of admit, if near-duplicates are rejected: admission-requests to problems and
 * rejected-candidates. Near-duplicates have different keys and so different partitions. Therefore
 * all requests pass through one partition and are decided in its order. {@link AdmitProcessor}
 * writes one request for a problem id, in its transaction, so none comes twice.
 *
 * <p>The store holds the admitted problems. The index in {@link Resemblance} is made from it
 * whenever the task begins.
 */
final class CompareProcessor
    extends ContextualProcessor<String, AdmissionRequest, String, SpecificRecord> {

  private static final String STAGE = "admit-compare";
  private static final String REJECTIONS = "near-duplicates-out";

  /** Problem id to problem, as admitted. */
  private static final String PROBLEMS = "admit-problems";

  private final NearDuplicates settings;
  private final Counters counters;
  private KeyValueStore<String, Problem> problems;
  private Optional<Resemblance> resemblance = Optional.empty();

  private CompareProcessor(NearDuplicates settings, Counters counters) {
    this.settings = settings;
    this.counters = counters;
  }

  static void addTo(
      Topology topology, TopologyNodes nodes, NearDuplicates settings, Counters counters) {
    nodes.read(topology, Topics.ADMISSION_REQUESTS);
    topology.addProcessor(
        STAGE,
        nodes.seen(STAGE, new Supplier(nodes, settings, counters)),
        TopologyNodes.in(Topics.ADMISSION_REQUESTS));
    nodes.write(topology, Topics.PROBLEMS, STAGE);
    nodes.writeAs(REJECTIONS, topology, Topics.REJECTED_CANDIDATES, STAGE);
  }

  private record Supplier(TopologyNodes nodes, NearDuplicates settings, Counters counters)
      implements ProcessorSupplier<String, AdmissionRequest, String, SpecificRecord> {
    @Override
    public CompareProcessor get() {
      return new CompareProcessor(settings, counters);
    }

    @Override
    public Set<StoreBuilder<?>> stores() {
      return Set.of(nodes.<Problem>events(PROBLEMS));
    }
  }

  @Override
  public void init(ProcessorContext<String, SpecificRecord> context) {
    super.init(context);
    problems = context.getStateStore(PROBLEMS);
    resemblance = Optional.empty();
  }

  /** The admitted problems, read from the store once, at the first request of the task. */
  private Resemblance restored() {
    Resemblance restored = new Resemblance(settings, id -> Optional.ofNullable(problems.get(id)));
    try (KeyValueIterator<String, Problem> all = problems.all()) {
      while (all.hasNext()) {
        KeyValue<String, Problem> entry = all.next();
        restored.admitted(entry.value);
      }
    }
    return restored;
  }

  @Override
  public void process(Record<String, AdmissionRequest> record) {
    Problem problem = record.value().getProblem();
    Resemblance before = resemblance.orElseGet(this::restored);
    resemblance = Optional.of(before);
    Decision decision = before.decide(problem);
    if (decision instanceof Rejected rejected) {
      write(rejection(problem, rejected), record, REJECTIONS);
    } else if (decision instanceof Admitted) {
      problems.put(problem.getId(), problem);
      before.admitted(problem);
      write(problem, record, out(Topics.PROBLEMS));
    }
    counters.decided(decision.label());
  }

  /**
   * Without the headers of the request: that it was redriven does not make its problem a repeat.
   */
  private void write(SpecificRecord event, Record<String, AdmissionRequest> request, String node) {
    context().forward(new Record<>(request.key(), event, request.timestamp()), node);
  }

  private static RejectedCandidate rejection(Problem problem, Rejected rejected) {
    return rejected
        .evidence()
        .in(RejectedCandidate.newBuilder())
        .setId(Ids.nearDuplicate(problem.getId()))
        .setCandidateId(problem.getCandidateId())
        .setProblemId(problem.getId())
        .setQuestion(problem.getQuestion())
        .setReason(rejected.reason().label())
        .setLineage(problem.getLineage())
        .build();
  }
}
