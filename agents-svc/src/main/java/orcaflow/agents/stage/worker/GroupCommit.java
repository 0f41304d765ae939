package orcaflow.agents.stage.worker;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import orcaflow.schemas.log.Fencing;
import orcaflow.service.MetricsBinding;
import orcaflow.service.MonitoringServer;

/**
 * The outcome writer of a worker, shared by its lanes. Whoever stores while another's transaction
 * is under way waits for its end; then one of those that wait stores for all of them in one
 * transaction.
 *
 * <p>After a failure the writer is closed, and opened again when a lane connects again. Once
 * another process has fenced it, it stays closed: a new writer would fence that process in turn.
 */
final class GroupCommit implements AutoCloseable {

  /** What a lane waits to have stored. */
  private static final class Part {
    private final List<? extends WorkBatch.Finished<?>> settled;
    private final LockLease lease;
    private boolean stored;
    private Optional<RuntimeException> failure = Optional.empty();

    Part(List<? extends WorkBatch.Finished<?>> settled, LockLease lease) {
      this.settled = settled;
      this.lease = lease;
    }
  }

  private final Supplier<OutcomeWriter> open;
  private final MonitoringServer monitoring;
  private final Object transaction = new Object();
  private final List<Part> waiting = new ArrayList<>();
  private Optional<OutcomeWriter> writer = Optional.empty();
  private Optional<MetricsBinding> metrics = Optional.empty();
  private Optional<RuntimeException> fenced = Optional.empty();

  /**
   * @param open opens a writer, which fences the predecessor with the same id
   */
  GroupCommit(Supplier<OutcomeWriter> open, MonitoringServer monitoring) {
    this.open = open;
    this.monitoring = monitoring;
  }

  /** Opens the writer unless it is open. */
  void open() {
    synchronized (transaction) {
      writer();
    }
  }

  /**
   * Stores all or none; together with what other lanes wait to have stored.
   *
   * @param lease of all these inputs
   * @throws RuntimeException as {@link OutcomeWriter#store} does, also where another lane's inputs
   *     in the same transaction are the cause
   */
  void store(List<? extends WorkBatch.Finished<?>> settled, LockLease lease) {
    Part mine = new Part(settled, lease);
    synchronized (waiting) {
      waiting.add(mine);
    }
    synchronized (transaction) {
      if (!mine.stored && mine.failure.isEmpty()) {
        storeAll(takeWaiting());
      }
    }
    if (mine.failure.isPresent()) {
      throw mine.failure.get();
    }
  }

  private List<Part> takeWaiting() {
    synchronized (waiting) {
      List<Part> taken = List.copyOf(waiting);
      waiting.clear();
      return taken;
    }
  }

  private void storeAll(List<Part> parts) {
    List<WorkBatch.Finished<?>> settled = new ArrayList<>();
    parts.forEach(part -> settled.addAll(part.settled));
    LockLease earliest = parts.stream().map(part -> part.lease).reduce(LockLease::orEarlier).get();
    try {
      writer().store(settled, earliest);
      parts.forEach(part -> part.stored = true);
    } catch (RuntimeException failure) {
      noteFenced(failure);
      closeWriter();
      parts.forEach(part -> part.failure = Optional.of(failure));
    }
  }

  private OutcomeWriter writer() {
    if (fenced.isPresent()) {
      throw fenced.get();
    }
    if (writer.isEmpty()) {
      try {
        OutcomeWriter opened = open.get();
        writer = Optional.of(opened);
        metrics = Optional.of(opened.bindMetrics(monitoring));
      } catch (RuntimeException failure) {
        noteFenced(failure);
        throw failure;
      }
    }
    return writer.get();
  }

  private void noteFenced(RuntimeException failure) {
    if (fenced.isEmpty() && Fencing.isReasonOf(failure)) {
      fenced = Optional.of(failure);
    }
  }

  private void closeWriter() {
    metrics.ifPresent(MetricsBinding::close);
    metrics = Optional.empty();
    writer.ifPresent(OutcomeWriter::close);
    writer = Optional.empty();
  }

  @Override
  public void close() {
    synchronized (transaction) {
      closeWriter();
    }
  }
}
