package orcaflow.agents;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import orcaflow.agents.model.Amount;
import orcaflow.agents.model.Budget;
import orcaflow.events.RunLogEntry;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Topics;
import orcaflow.schemas.log.TopicReader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a budget up to date with what other processes write: the budgets of the run log, and the
 * calls of other agents.
 */
final class BudgetFeed implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(BudgetFeed.class);
  private static final Duration INTERVAL = Duration.ofSeconds(1);

  private final Budget budget;
  private final ModelCallLog calls;
  private final TopicReader<String, RunLogEntry> log;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread = new Thread(this::follow, "budget-feed");

  /** Reads the run log to its end before it returns. */
  BudgetFeed(Cluster cluster, Budget budget, ModelCallLog calls) {
    this.budget = budget;
    this.calls = calls;
    this.log = TopicReader.events(cluster);
    log.startAtBeginning(log.partitions(Topics.RUN_LOG.in(cluster.run())));
    readLog();
    thread.start();
  }

  private void follow() {
    try {
      while (!closed.await(INTERVAL.toMillis(), TimeUnit.MILLISECONDS)) {
        try {
          readLog();
          calls.follow();
        } catch (RuntimeException failure) {
          LOG.warn("the budget cannot be brought up to date at present: {}", failure.toString());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void readLog() {
    log.readTo(
        log.logEnds(),
        TopicReader.Receiver.skipping(
            LOG,
            entry -> {
              if (entry.value().getKind().equals(Budget.LOG_KIND)) {
                set(entry.value());
              }
            }));
  }

  private void set(RunLogEntry entry) {
    try {
      budget.limit(entry.getName(), Amount.parse(entry.getText()));
    } catch (IllegalArgumentException e) {
      LOG.warn("an entry of the run log is left out: {}", e.getMessage());
    }
  }

  @Override
  public void close() {
    closed.countDown();
    try {
      thread.join(Duration.ofSeconds(10).toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    log.close();
  }
}
