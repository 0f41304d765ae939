package orcaflow.cli.make;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import orcaflow.agents.model.Budget;
import orcaflow.agents.model.Ledger;
import orcaflow.agents.model.ModelFailure.Unavailable.Remedy;
import orcaflow.agents.seed.SeedFeed;
import orcaflow.cli.run.AccountingReader;
import orcaflow.cli.run.BudgetLog;
import orcaflow.cli.run.Iterations;
import orcaflow.cli.run.RunAccounting;
import orcaflow.cli.run.RunControl;
import orcaflow.cli.run.RunSnapshot;
import orcaflow.cli.run.Services;
import orcaflow.cli.terminal.Progress;
import orcaflow.events.ModelCall;
import orcaflow.service.AtomicFile;

/**
 * The course of a making: lets seeds in by portions, follows what becomes of them, and ends when
 * enough are accepted, when the money is spent, or when the number is out of reach.
 */
public final class Make {

  private static final long GLANCE_MILLIS = 200;
  private static final double MICRO = 1e6;

  private final MakePlan plan;
  private final Services services;
  private final AccountingReader accounting;
  private final Iterations iterations;
  private final SeedFeed feed;
  private final ProblemBook book;
  private final LowWater lowWater;
  private final MoneyEnd money;
  private final Progress progress;
  private long fed;
  private int settled;
  private Optional<String> warned = Optional.empty();

  private Make(
      MakePlan plan,
      Services services,
      AccountingReader accounting,
      Iterations iterations,
      SeedFeed feed,
      ProblemBook book,
      MoneyEnd money,
      Progress progress) {
    this.plan = plan;
    this.services = services;
    this.accounting = accounting;
    this.iterations = iterations;
    this.feed = feed;
    this.book = book;
    this.lowWater = new LowWater(plan.wanted(), book::of);
    this.money = money;
    this.progress = progress;
  }

  /** Starts or continues a making, and writes what is accepted. */
  public static MakeReport execute(MakePlan plan, Progress progress)
      throws IOException, InterruptedException, ExecutionException {
    ProblemBook book = new ProblemBook(plan.condition(), plan.blocks(), plan.seeds());
    InFlight calls = new InFlight();
    List<ModelCall> asked = Services.preflight(plan.run());
    plan.notes().forEach(progress::say);
    progress.say("starting broker, registry and services in " + plan.run().dir());
    try (Services services = Services.start(plan.run(), Services.Use.production(calls));
        AccountingReader accounting =
            AccountingReader.start(
                services.cluster(),
                new RunAccounting(plan.run().recipe()),
                (event, position) -> book.count(event));
        RunControl control = new RunControl(services.cluster());
        SeedFeed feed = services.feed(plan.run().seeds())) {
      services.book(asked);
      control.log(plan.run().entries(), accounting.snapshot());
      if (plan.run().spending().budget().isPresent()) {
        BudgetLog.write(services.cluster(), Budget.RUN, plan.atMost().orElseThrow());
      }
      MoneyEnd money = new MoneyEnd(calls::now, book::events);
      Iterations iterations = Iterations.of(plan.run(), services, accounting, control, progress);
      Make make = new Make(plan, services, accounting, iterations, feed, book, money, progress);
      return make.run();
    }
  }

  private MakeReport run() throws IOException, InterruptedException, ExecutionException {
    letIn(feed.known());
    Optional<Ending> end = unreachable(lowWater.advance(0));
    if (end.isEmpty()) {
      end = teach();
    }
    while (end.isEmpty()) {
      services.check();
      end = glance();
      if (end.isEmpty()) {
        Thread.sleep(GLANCE_MILLIS);
      }
    }
    return write(end.get(), lowWater.advance(settled));
  }

  /** How it ends. */
  private record Ending(String outcome, String why) {}

  /** A fresh student learns from the first portion what the recipe puts before the rollouts. */
  private Optional<Ending> teach() throws InterruptedException, ExecutionException {
    if (plan.lessons() == 0) {
      return Optional.empty();
    }
    if (fed == 0) {
      letIn(plan.blocks().next(0, plan.seeds()));
    }
    iterations.await(
        now -> now.productionClosed() || isMoneyOver(), () -> show(lowWater.advance(settled)));
    for (int number = 1; number <= plan.lessons(); number++) {
      if (isMoneyOver()) {
        return Optional.of(broke());
      }
      if (!iterations.opened(number)) {
        iterations.open(number);
      }
      progress.say(Iterations.trained(iterations.awaitPolicy(number)));
    }
    return Optional.empty();
  }

  private Optional<Ending> glance() {
    RunSnapshot now = accounting.snapshot();
    boolean closed = now.productionClosed();
    settle(closed);
    LowWater.Level level = lowWater.advance(settled);
    show(level);
    if (level.accepted().size() >= plan.wanted()) {
      return Optional.of(new Ending(MakeReport.EXACT, "exactly as many as were asked for"));
    }
    Optional<Ending> unreachable = unreachable(level);
    if (unreachable.isPresent()) {
      return unreachable;
    }
    if (isMoneyOver()) {
      return Optional.of(broke());
    }
    warn(level);
    feed(level, closed);
    return Optional.empty();
  }

  /**
   * All problems of a seed are known once it is admitted or not; with expansion, once all rests.
   */
  private void settle(boolean closed) {
    if (closed) {
      settled = (int) fed;
    }
    while (!plan.expands() && settled < fed && book.isAdmissionOver(settled)) {
      settled++;
    }
  }

  private void feed(LowWater.Level level, boolean closed) {
    boolean mayFeed = fed < plan.seeds() && (closed || !plan.expands());
    long inHand = level.open() + fed - settled;
    if (mayFeed
        && FeedRule.feeds(
            plan.wanted() - level.accepted().size() - level.taken(),
            level.decided(),
            level.accepted().size(),
            inHand)) {
      letIn(plan.blocks().next(fed, plan.seeds()));
    }
  }

  private void letIn(long seeds) {
    accounting.seeded(fed + seeds);
    book.seeded(feed.next(seeds));
    fed += seeds;
  }

  private Optional<Ending> unreachable(LowWater.Level level) {
    return reach(level).impossible().map(why -> new Ending(MakeReport.OUT_OF_REACH, why));
  }

  private void warn(LowWater.Level level) {
    Optional<String> unlikely = reach(level).unlikely();
    if (unlikely.isPresent() && warned.isEmpty()) {
      progress.say("warning: " + unlikely.get());
    }
    warned = unlikely;
  }

  private Reach reach(LowWater.Level level) {
    return new Reach(
        plan.wanted(),
        level.accepted().size(),
        level.decided(),
        level.open() + level.taken() + (fed - settled) * plan.mostPerSeed(),
        plan.seeds() - fed,
        plan.mostPerSeed(),
        level.seeds() == 0 ? 1 : (double) level.decided() / level.seeds(),
        affordable());
  }

  /** Problems that the rest of the money pays at the price so far. */
  private OptionalDouble affordable() {
    long solved = accounting.snapshot().production().solved();
    if (plan.atMost().isEmpty() || solved == 0) {
      return OptionalDouble.empty();
    }
    double each = used() / solved;
    return each == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(Math.max(0, plan.atMost().get().value() - used()) / each);
  }

  private double used() {
    Ledger.Spent spent = services.spent();
    return plan.atMost().orElseThrow().inTokens() ? spent.tokens() : spent.money();
  }

  private boolean isMoneyOver() {
    return money.isOver(
        services.waiting().stream().anyMatch(each -> each.remedy() == Remedy.BUDGET));
  }

  private Ending broke() {
    return new Ending(
        MakeReport.OUT_OF_MONEY,
        "%s is spent; the same command with more continues from here"
            .formatted(plan.atMost().map(Object::toString).orElse("the budget of the run")));
  }

  private void show(LowWater.Level level) {
    RunSnapshot now = accounting.snapshot();
    List<String> details = new ArrayList<>();
    details.add("accepted, %,d decided".formatted(level.decided()));
    details.add(
        "%,d problems of %,d seeds, %,d solved"
            .formatted(now.production().admitted(), fed, now.production().solved()));
    if (plan.condition().needsRollouts()) {
      details.add("%,d with rollouts".formatted(now.sampling(plan.lessons() + 1).graded()));
    }
    progress.show(
        "make",
        level.accepted().size(),
        OptionalLong.of(plan.wanted()),
        String.join("; ", details));
  }

  private MakeReport write(Ending end, LowWater.Level level) throws IOException {
    AtomicFile.write(plan.out(), MakeReport.lines(level.accepted()));
    Ledger.Spent spent = services.spent();
    return new MakeReport(
        plan.condition().text(),
        plan.wanted(),
        level.accepted().size(),
        end.outcome(),
        end.why(),
        level.decided(),
        fed,
        accounting.snapshot().production().admitted(),
        Math.round(spent.money() * MICRO) / MICRO,
        spent.tokens(),
        plan.out().toString());
  }
}
