package orcaflow.streams.admit;

import static orcaflow.streams.TopologyNodes.out;

import java.util.Optional;
import java.util.Set;
import orcaflow.events.AdmissionRequest;
import orcaflow.events.Problem;
import orcaflow.events.ProblemCandidate;
import orcaflow.events.RejectedCandidate;
import orcaflow.schemas.Ids;
import orcaflow.schemas.Stages;
import orcaflow.schemas.Topics;
import orcaflow.streams.Counters;
import orcaflow.streams.Counters.Stage;
import orcaflow.streams.TopologyNodes;
import orcaflow.streams.admit.Decision.Admitted;
import orcaflow.streams.admit.Decision.Rejected;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;

/**
 * problem-candidates to problems and rejected-candidates. Each candidate id becomes exactly one of
 * them, so that candidates = problems + rejections holds exactly. A candidate that comes again is
 * ignored. Equal questions share their key, so the decision needs the stores of one partition only.
 * If near-duplicates are rejected, {@link CompareProcessor} decides about the candidates that pass.
 */
public final class AdmitProcessor
    extends ContextualProcessor<String, ProblemCandidate, String, SpecificRecord> {

  private static final String STAGE = Stages.ADMIT;

  /** {@code problem id/candidate id} to the decision about the candidate. */
  private static final String CANDIDATES = "admit-candidates";

  /** Problem id to the candidate id that holds it. */
  private static final String HOLDERS = "admit-holders";

  /** Problem id to the number of rejections under it: the ordinal of the next. */
  private static final String REJECTIONS = "admit-rejections";

  private final Admission admission;
  private final boolean compares;
  private final Counters counters;
  private KeyValueStore<String, String> candidates;
  private KeyValueStore<String, String> holders;
  private KeyValueStore<String, Integer> rejections;

  private AdmitProcessor(Admission admission, boolean compares, Counters counters) {
    this.admission = admission;
    this.compares = compares;
    this.counters = counters;
  }

  /** Adds the stage with its topics and stores. */
  public static void addTo(
      Topology topology,
      TopologyNodes nodes,
      Admission admission,
      NearDuplicates nearDuplicates,
      Counters counters) {
    nodes.read(topology, Topics.PROBLEM_CANDIDATES);
    topology.addProcessor(
        STAGE,
        nodes.seen(STAGE, new Supplier(nodes, admission, nearDuplicates.on(), counters)),
        TopologyNodes.in(Topics.PROBLEM_CANDIDATES));
    nodes.write(topology, Topics.REJECTED_CANDIDATES, STAGE);
    if (nearDuplicates.on()) {
      nodes.write(topology, Topics.ADMISSION_REQUESTS, STAGE);
      CompareProcessor.addTo(topology, nodes, nearDuplicates, counters);
    } else {
      nodes.write(topology, Topics.PROBLEMS, STAGE);
    }
  }

  private record Supplier(
      TopologyNodes nodes, Admission admission, boolean compares, Counters counters)
      implements ProcessorSupplier<String, ProblemCandidate, String, SpecificRecord> {
    @Override
    public AdmitProcessor get() {
      return new AdmitProcessor(admission, compares, counters);
    }

    @Override
    public Set<StoreBuilder<?>> stores() {
      return Set.of(
          nodes.store(CANDIDATES, Serdes.String()),
          nodes.store(HOLDERS, Serdes.String()),
          nodes.store(REJECTIONS, Serdes.Integer()));
    }
  }

  @Override
  public void init(ProcessorContext<String, SpecificRecord> context) {
    super.init(context);
    candidates = context.getStateStore(CANDIDATES);
    holders = context.getStateStore(HOLDERS);
    rejections = context.getStateStore(REJECTIONS);
  }

  @Override
  public void process(Record<String, ProblemCandidate> record) {
    ProblemCandidate candidate = record.value();
    counters.consumed(Stage.ADMIT);
    String place = candidate.getProblemId() + "/" + candidate.getId();
    if (candidates.get(place) != null) {
      counters.repeated(Stage.ADMIT);
      return;
    }
    Optional<String> holder = Optional.ofNullable(holders.get(candidate.getProblemId()));
    Decision decision = admission.decide(candidate, holder);
    candidates.put(place, decision.label());
    if (decision instanceof Rejected rejected) {
      reject(candidate, rejected, record.timestamp());
      counters.decided(decision.label());
    } else if (decision instanceof Admitted) {
      holders.put(candidate.getProblemId(), candidate.getId());
      pass(problem(candidate), record.timestamp());
    }
  }

  /** Passes a problem that is not rejected for its own sake. */
  private void pass(Problem problem, long time) {
    if (compares) {
      AdmissionRequest request = new AdmissionRequest(problem.getId(), problem);
      context()
          .forward(new Record<>(problem.getId(), request, time), out(Topics.ADMISSION_REQUESTS));
    } else {
      context().forward(new Record<>(problem.getId(), problem, time), out(Topics.PROBLEMS));
      counters.decided(new Admitted().label());
    }
  }

  private static Problem problem(ProblemCandidate candidate) {
    return Problem.newBuilder()
        .setId(candidate.getProblemId())
        .setCandidateId(candidate.getId())
        .setQuestion(candidate.getQuestion())
        .setExpectedAnswer(candidate.getExpectedAnswer())
        .setSolution(candidate.getSolution())
        .setSource(candidate.getSource())
        .setLineage(candidate.getLineage())
        .build();
  }

  private void reject(ProblemCandidate candidate, Rejected rejected, long time) {
    String problemId = candidate.getProblemId();
    int ordinal = Optional.ofNullable(rejections.get(problemId)).orElse(0);
    rejections.put(problemId, ordinal + 1);
    RejectedCandidate rejection =
        rejected
            .evidence()
            .in(RejectedCandidate.newBuilder())
            .setId(Ids.rejection(problemId, ordinal))
            .setCandidateId(candidate.getId())
            .setProblemId(problemId)
            .setQuestion(candidate.getQuestion())
            .setReason(rejected.reason().label())
            .setLineage(candidate.getLineage())
            .build();
    context().forward(new Record<>(problemId, rejection, time), out(Topics.REJECTED_CANDIDATES));
  }
}
