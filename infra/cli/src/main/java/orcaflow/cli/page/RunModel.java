package orcaflow.cli.page;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import orcaflow.cli.audit.CallCosts;
import orcaflow.cli.audit.SolveRates;
import orcaflow.cli.audit.VerdictReasons;
import orcaflow.cli.change.ChangeLog;
import orcaflow.cli.lineage.ProblemIndex;
import orcaflow.cli.lineage.ProblemTrace;
import orcaflow.cli.lineage.StepTrace;
import orcaflow.cli.lineage.Tracer;
import orcaflow.cli.lineage.TrainingIndex;
import orcaflow.cli.lineage.UnknownId;
import orcaflow.cli.run.AccountingReader;
import orcaflow.cli.run.Funnel;
import orcaflow.cli.run.Position;
import orcaflow.cli.run.Removed;
import orcaflow.cli.run.RunAccounting;
import orcaflow.cli.run.RunLog;
import orcaflow.cli.run.TopicFollower;
import orcaflow.cli.run.Waits;
import orcaflow.events.Alarm;
import orcaflow.events.GradedRollout;
import orcaflow.events.ModelCall;
import orcaflow.events.Policy;
import orcaflow.events.PolicyRequest;
import orcaflow.events.RunLogEntry;
import orcaflow.events.SetAsideBatch;
import orcaflow.events.TrainingStep;
import orcaflow.events.VerdictDisagreement;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Topic;
import orcaflow.schemas.Topics;
import orcaflow.schemas.log.RecordPosition;
import orcaflow.schemas.recipe.Recipe;
import org.apache.avro.specific.SpecificRecord;

/**
 * What the page and {@code status} know of a run: its accounts and curves, which follow the topics.
 */
public final class RunModel implements AutoCloseable {

  private static final int SHOWN = 50;
  private static final long GLANCE_MILLIS = 50;

  private final Now.Title title;
  private final Recipe recipe;
  private final Curves curves = new Curves();
  private final Rates rates = new Rates();
  private final VerdictReasons reasons = new VerdictReasons();
  private final SolveRates solveRates = new SolveRates();
  private final CallCosts costs = new CallCosts();
  private final Newest<VerdictDisagreement> disagreements = new Newest<>(SHOWN);
  private final Newest<Alarm> alarms = new Newest<>(SHOWN);
  private final Newest<PolicyRequest> requests = new Newest<>(SHOWN);
  private final List<RunLogEntry> log = new CopyOnWriteArrayList<>();
  private final AtomicLong version = new AtomicLong();
  private final TrainingIndex training = new TrainingIndex();
  private final ProblemIndex problems;
  private final AccountingReader reader;
  private final TopicFollower<ModelCall> calls;
  private final Lazily<Tracer> tracer;
  private final Lazily<RecordSearch> records;
  private final Lazily<LetterBook> letters;

  private RunModel(Cluster cluster, Recipe recipe, boolean running, Optional<Instant> until) {
    this.recipe = recipe;
    this.title = new Now.Title(cluster.run(), recipe.name(), running, until);
    this.problems = new ProblemIndex(cluster);
    this.reader = AccountingReader.begin(cluster, new RunAccounting(recipe), until, new Noting());
    this.calls = TopicFollower.start(cluster, Topics.MODEL_CALLS, until, this::note);
    this.tracer = new Lazily<>(() -> new Tracer(cluster, training, problems));
    this.records = new Lazily<>(() -> new RecordSearch(cluster, until));
    this.letters = new Lazily<>(() -> new LetterBook(cluster, until));
  }

  /**
   * Begins to read a run. Its views can be asked for at once, and grow.
   *
   * @param running whether services of the run may be running
   * @param until the records before this time are read, and no others; empty for all, those that
   *     come later too
   */
  public static RunModel begin(
      Cluster cluster, Recipe recipe, boolean running, Optional<Instant> until) {
    return new RunModel(cluster, recipe, running, until);
  }

  private void note(ModelCall call) {
    costs.count(call);
    version.incrementAndGet();
  }

  private final class Noting implements AccountingReader.Onlooker {
    @Override
    public void saw(SpecificRecord event, RecordPosition position) {
      problems.add(event, position);
      if (event instanceof TrainingStep step) {
        training.add(step, position);
      } else if (event instanceof SetAsideBatch batch) {
        training.add(batch);
      } else if (event instanceof Policy policy) {
        training.add(policy);
      }
      note(event);
    }

    @Override
    public void counted() {
      version.incrementAndGet();
    }
  }

  private void note(SpecificRecord event) {
    if (event instanceof TrainingStep step) {
      curves.add(step);
    } else if (event instanceof GradedRollout group) {
      reasons.count(group);
      solveRates.count(group);
    } else if (event instanceof VerdictDisagreement disagreement) {
      disagreements.add(disagreement);
    } else if (event instanceof Alarm alarm) {
      alarms.add(alarm);
    } else if (event instanceof PolicyRequest request) {
      requests.add(request);
    } else if (event instanceof RunLogEntry entry) {
      log.add(entry);
    }
  }

  /** Waits until all that was there at the start is counted; calls may be unreadable. */
  public void awaitCaughtUp() throws InterruptedException {
    reader.awaitCaughtUp();
    while (!calls.caughtUp() && calls.failure().isEmpty()) {
      Thread.sleep(GLANCE_MILLIS);
    }
  }

  /** The same, but no longer than this. */
  void awaitCaughtUp(Duration most) throws InterruptedException {
    long deadline = System.nanoTime() + most.toNanos();
    while (share() < 1 && System.nanoTime() < deadline) {
      Thread.sleep(GLANCE_MILLIS);
    }
  }

  /** Which share of what was there at the start is counted, 0 to 1. */
  double share() {
    return Math.min(reader.share(), calls.caughtUp() || calls.failure().isPresent() ? 1 : 0.999);
  }

  /**
   * When the records are of.
   *
   * @param first ISO 8601; nothing without a record
   * @param last the newest one's
   */
  record Span(Optional<String> first, Optional<String> last) {}

  Span span() {
    return new Span(
        reader.firstTime().map(Instant::toString), reader.lastTime().map(Instant::toString));
  }

  /** Grows with each event. */
  long version() {
    return version.get();
  }

  /** Notes what is done, for the rates; to be called about once a second. */
  public void look() {
    rates.look(System.nanoTime(), reader.snapshot().work());
  }

  public Now now() {
    Instant time = title.time();
    double read = reader.share();
    List<String> attention = new ArrayList<>();
    reader.removed().stream().map(Removed::toString).forEach(attention::add);
    reader.unreadable().forEach(record -> attention.add(record.toString()));
    return Now.of(
        title,
        Position.of(recipe, reader.snapshot()),
        reader.snapshot(),
        rates.perSecond(),
        title.works() && read == 1 ? reader.standstills(time) : List.of(),
        attention,
        changes(),
        read == 1 ? OptionalDouble.empty() : OptionalDouble.of(read),
        time);
  }

  FunnelView funnel() {
    return FunnelView.of(reader.snapshot().funnel());
  }

  Curves.Columns curves(int from) {
    return curves.from(from);
  }

  /** The counts that all of this is made of. */
  public AccountingReader accounts() {
    return reader;
  }

  Scores scores() {
    return Scores.of(reader.snapshot());
  }

  Verdicts verdicts() {
    return Verdicts.of(reasons, disagreements);
  }

  List<SolveRates.Row> difficulty() {
    return solveRates.rows();
  }

  /** What people asked for, the newest first. */
  List<ChangeLog.Entry> changes() {
    List<ChangeLog.Entry> changes =
        new ArrayList<>(log.stream().flatMap(entry -> ChangeLog.read(entry).stream()).toList());
    Collections.reverse(changes);
    return changes.subList(0, Math.min(SHOWN, changes.size()));
  }

  /** The policies alone, without their differences, which take longer to work out. */
  public List<Scores.Row> policies() {
    return Scores.rows(reader.snapshot());
  }

  /** What the models cost so far. */
  public Money money() {
    Funnel counts = reader.snapshot().funnel();
    return Money.of(
        costs,
        calls,
        counts.demonstrations() + counts.labelledCompletions() + counts.preferencePairs(),
        Waits.in(new RunLog(log), title.time()));
  }

  Promotions promotions() {
    return Promotions.of(reader.snapshot(), alarms, requests);
  }

  DeadLetters letters() {
    return letters.get().now();
  }

  /** Ids of all steps, in the order they were taken. */
  List<String> stepIds() {
    return training.ids();
  }

  synchronized ProblemTrace problem(String id) throws UnknownId {
    return tracer.get().problem(id);
  }

  synchronized StepTrace step(String id) throws UnknownId {
    return tracer.get().step(id);
  }

  /**
   * The newest records of a topic.
   *
   * @param limit how many there are at most
   * @param where fields of the event, or of one of its completions, and their values
   */
  Records records(Topic<?> topic, int limit, Map<String, String> where) {
    return records.get().newest(topic, limit, where);
  }

  @Override
  public void close() {
    letters.close();
    records.close();
    tracer.close();
    calls.close();
    reader.close();
  }
}
