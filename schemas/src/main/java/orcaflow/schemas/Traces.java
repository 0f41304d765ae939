package orcaflow.schemas;

import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import orcaflow.events.Alarm;
import orcaflow.events.Evaluation;
import orcaflow.events.Iteration;
import orcaflow.events.LabelledCompletion;
import orcaflow.events.Lineage;
import orcaflow.events.ModelCall;
import orcaflow.events.Policy;
import orcaflow.events.PreferencePair;
import orcaflow.events.SentCall;
import orcaflow.events.SetAsideBatch;
import orcaflow.events.TrainingStep;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.header.Headers;

/**
 * To which trace an event belongs: a rule over the event itself, so that joins, stores, timers and
 * replays lose nothing, and no header has to be carried through them.
 *
 * <p>All that comes of one seed is one trace, and the trace id is the id of the seed: candidate,
 * problem, solution, requests, rollouts, graded groups, rows, and the candidates that agents make
 * of it. All that the trainer writes of one iteration is one trace, and so are the calls of one
 * request to a model. Any other event is a trace by itself, unless its writer has joined it to one
 * with {@link #join}.
 */
public final class Traces {

  /** Topic to the trace id that an event of a run names. */
  private static final Map<String, BiFunction<SpecificRecord, String, String>> TRACES =
      new HashMap<>();

  static {
    seed(Topics.PROBLEM_CANDIDATES, event -> event.getLineage());
    seed(Topics.PROBLEMS, event -> event.getLineage());
    seed(Topics.REJECTED_CANDIDATES, event -> event.getLineage());
    seed(Topics.ADMISSION_REQUESTS, event -> event.getProblem().getLineage());
    seed(Topics.TEACHER_SOLUTIONS, event -> event.getLineage());
    seed(Topics.ROLLOUT_REQUESTS, event -> event.getLineage());
    seed(Topics.STUDENT_ROLLOUTS, event -> event.getLineage());
    seed(Topics.GRADED_ROLLOUTS, event -> event.getLineage());
    seed(Topics.SOLVE_RATES, event -> event.getLineage());
    seed(Topics.VERDICT_REQUESTS, event -> event.getLineage());
    seed(Topics.VERDICTS, event -> event.getLineage());
    seed(Topics.VERDICT_DISAGREEMENTS, event -> event.getLineage());
    seed(Topics.OPEN_GROUPS, event -> event.getGroup().getLineage());
    seed(Topics.DEMONSTRATIONS, event -> event.getLineage());
    // The lineage of a row with a borrowed answer is that of the answer.
    id(Topics.LABELLED_COMPLETIONS, LabelledCompletion::getSeed);
    id(Topics.PREFERENCE_PAIRS, PreferencePair::getSeed);
    iteration(Topics.ITERATIONS, Iteration::getName);
    iteration(Topics.TRAINING_STEPS, TrainingStep::getIteration);
    iteration(Topics.SET_ASIDE_BATCHES, SetAsideBatch::getIteration);
    iteration(Topics.POLICIES, Policy::getName);
    iteration(Topics.EVALUATIONS, Evaluation::getName);
    iteration(Topics.ALARMS, Alarm::getIteration);
    id(
        Topics.MODEL_CALLS,
        (ModelCall call) -> call.getRequest() == null ? call.getId() : call.getRequest());
    id(Topics.SENT_CALLS, SentCall::getRequest);
  }

  private static final Map<String, Optional<Traces>> BY_TOPIC = new ConcurrentHashMap<>();

  private final String run;
  private final Topic<SpecificRecord> topic;
  private final Optional<BiFunction<SpecificRecord, String, String>> trace;
  private final long salt;
  private final CloudEventHeaders cloudEvents;

  private Traces(String run, Topic<SpecificRecord> topic) {
    this.run = run;
    this.topic = topic;
    this.trace = Optional.ofNullable(TRACES.get(topic.name()));
    this.cloudEvents = new CloudEventHeaders(topic, run);
    this.salt = bits(Ids.hash("span", topic.in(run)));
  }

  /**
   * The rule for a topic.
   *
   * @param topic with run prefix
   * @return empty where the catalogue does not have it, as with the changelog of a store
   */
  public static Optional<Traces> of(String topic) {
    return BY_TOPIC.computeIfAbsent(topic, Traces::find);
  }

  /** The rule for a topic of a run. */
  public static Traces of(Topic<?> topic, String run) {
    return of(topic.in(run)).orElseThrow();
  }

  /** The trace that an event names, or begins, and the span that writes it. */
  public TraceParent parent(SpecificRecord event) {
    String id = topic.idOf().apply(event);
    return new TraceParent(traceId(event, id, Optional.empty()), spanId(id));
  }

  /**
   * Sets the header of an event that is written with these headers.
   *
   * @param asCloudEvent whether it gets the headers of a CloudEvent, too
   */
  void mark(SpecificRecord event, Headers headers, boolean asCloudEvent) {
    Optional<TraceParent> given = trace.isPresent() ? Optional.empty() : TraceParent.in(headers);
    String id = topic.idOf().apply(event);
    TraceParent.set(headers, traceId(event, id, given), spanId(id));
    if (asCloudEvent) {
      cloudEvents.set(event, headers);
    }
  }

  /**
   * The trace of an event.
   *
   * @param given what the writer has joined the event to; holds only where the event names nothing
   */
  private String traceId(SpecificRecord event, String id, Optional<TraceParent> given) {
    return trace.isPresent()
        ? trace.get().apply(event, run)
        : given.map(TraceParent::traceId).orElseGet(() -> traceId(id));
  }

  /** Joins an event that names no seed and no iteration, such as an outcome, to another's trace. */
  public static Headers join(Headers headers, TraceParent other) {
    other.set(headers);
    return headers;
  }

  /** Joins an event that names no seed to the trace of one. */
  public static Headers join(Headers headers, Lineage lineage) {
    String traceId = traceId(lineage.getSeed());
    return join(headers, new TraceParent(traceId, Ids.hash("joined", traceId).substring(0, 16)));
  }

  /** The span that writes the event with this id to the topic. */
  public String spanId(String id) {
    long own = Ids.isHash(id) ? bits(id) : bits(Ids.hash("event", id));
    long span = own ^ salt;
    return HexFormat.of().toHexDigits(span == 0 ? salt : span);
  }

  /**
   * The trace of a record of the topic, and the span that wrote it: what its header says, if that
   * is of the trace that the event names.
   */
  public TraceParent source(SpecificRecord event, Headers headers) {
    TraceParent named = parent(event);
    return TraceParent.in(headers).filter(it -> it.traceId().equals(named.traceId())).orElse(named);
  }

  /** The span in which a stage works on an event of the topic. */
  public TraceParent work(String stage, SpecificRecord event) {
    TraceParent written = parent(event);
    return new TraceParent(
        written.traceId(), Ids.hash("work", stage, written.spanId()).substring(0, 16));
  }

  /** An id of ours has the form of a trace id; of any other the hash has. */
  private static String traceId(String id) {
    return TraceParent.isId(id, 32) ? id : Ids.hash("trace", id);
  }

  private static long bits(String hash) {
    return Long.parseUnsignedLong(hash, 0, 16, 16);
  }

  @SuppressWarnings("unchecked") // the rule is asked about events of the topic only
  private static Optional<Traces> find(String name) {
    int dot = name.lastIndexOf('.');
    return Topics.all().stream()
        .filter(topic -> dot >= 0 && name.endsWith("." + topic.name()))
        .findFirst()
        .map(topic -> new Traces(name.substring(0, dot), (Topic<SpecificRecord>) topic));
  }

  private static <T extends SpecificRecord> void seed(
      Topic<T> topic, Function<T, Lineage> lineage) {
    id(topic, lineage.andThen(Lineage::getSeed));
  }

  private static <T extends SpecificRecord> void id(Topic<T> topic, Function<T, String> id) {
    TRACES.put(topic.name(), (event, run) -> traceId(id.apply(topic.type().cast(event))));
  }

  /** Names of iterations are the same in every run: {@code M1}. */
  private static <T extends SpecificRecord> void iteration(
      Topic<T> topic, Function<T, String> name) {
    TRACES.put(
        topic.name(),
        (event, run) -> Ids.hash("iteration", run, name.apply(topic.type().cast(event))));
  }
}
