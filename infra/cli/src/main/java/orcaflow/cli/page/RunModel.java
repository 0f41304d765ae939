package orcaflow.cli.page;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import orcaflow.cli.audit.CallCosts;
import orcaflow.cli.audit.SolveRates;
import orcaflow.cli.audit.VerdictReasons;
import orcaflow.cli.run.AccountingReader;
import orcaflow.cli.run.Funnel;
import orcaflow.cli.run.Removed;
import orcaflow.cli.run.RunAccounting;
import orcaflow.cli.run.RunLog;
import orcaflow.cli.run.TopicFollower;
import orcaflow.cli.run.Waits;
import orcaflow.events.Alarm;
import orcaflow.events.GradedRollout;
import orcaflow.events.ModelCall;
import orcaflow.events.PolicyRequest;
import orcaflow.events.RunLogEntry;
import orcaflow.events.TrainingStep;
import orcaflow.events.VerdictDisagreement;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Topics;
import orcaflow.schemas.recipe.Recipe;

/** What the page knows of a run: its accounts and curves, which follow the topics. */
final class RunModel implements AutoCloseable {

  private static final int SHOWN = 50;
  private static final long GLANCE_MILLIS = 50;

  private final Now.Title title;
  private final Cluster cluster;
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
  private final AccountingReader reader;
  private final TopicFollower<ModelCall> calls;

  private RunModel(Cluster cluster, Recipe recipe, boolean running) throws InterruptedException {
    this.cluster = cluster;
    this.title = new Now.Title(cluster.run(), recipe.name(), running);
    this.reader = AccountingReader.start(cluster, new RunAccounting(recipe), this::note);
    this.calls = TopicFollower.start(cluster, Topics.MODEL_CALLS, this::note);
  }

  /**
   * Reads a run; returns when all that was there at the start is counted.
   *
   * @param running whether services of the run may be running
   */
  static RunModel start(Cluster cluster, Recipe recipe, boolean running)
      throws InterruptedException {
    return new RunModel(cluster, recipe, running);
  }

  private void note(ModelCall call) {
    costs.count(call);
    version.incrementAndGet();
  }

  private void note(Object event) {
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
    version.incrementAndGet();
  }

  Cluster cluster() {
    return cluster;
  }

  /** Waits until all calls that were there at the start are counted, or cannot be. */
  void awaitCalls() throws InterruptedException {
    while (!calls.caughtUp() && calls.failure().isEmpty()) {
      Thread.sleep(GLANCE_MILLIS);
    }
  }

  /** Grows with each event. */
  long version() {
    return version.get();
  }

  /** Notes what is done, for the rates; to be called about once a second. */
  void look() {
    rates.look(System.nanoTime(), reader.snapshot().work());
  }

  Now now() {
    Instant time = Instant.now();
    List<String> attention = new ArrayList<>();
    reader.removed().stream().map(Removed::toString).forEach(attention::add);
    reader.unreadable().forEach(record -> attention.add(record.toString()));
    return Now.of(
        title,
        reader.snapshot(),
        rates.perSecond(),
        title.running() ? reader.standstills(time) : List.of(),
        attention,
        time);
  }

  FunnelView funnel() {
    return FunnelView.of(reader.snapshot().funnel());
  }

  Curves.Columns curves(int from) {
    return curves.from(from);
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

  Money money() {
    Funnel counts = reader.snapshot().funnel();
    return Money.of(
        costs,
        calls,
        counts.demonstrations() + counts.labelledCompletions() + counts.preferencePairs(),
        Waits.in(new RunLog(log), Instant.now()));
  }

  Promotions promotions() {
    return Promotions.of(reader.snapshot(), alarms, requests);
  }

  @Override
  public void close() {
    calls.close();
    reader.close();
  }
}
