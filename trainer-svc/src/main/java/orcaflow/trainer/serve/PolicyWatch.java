package orcaflow.trainer.serve;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import orcaflow.events.Policy;
import orcaflow.schemas.Topics;
import orcaflow.trainer.log.KafkaAccess;
import orcaflow.trainer.log.TopicFollower;
import orcaflow.trainer.model.PolicyFolders;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows {@code policies} on a thread of its own and puts the newest into the cache. Of several
 * that come at once, as at a start, only the last is loaded.
 */
final class PolicyWatch implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(PolicyWatch.class);
  private static final Duration WAIT = Duration.ofMillis(200);

  private final KafkaAccess kafka;
  private final PolicyFolders folders;
  private final PolicyCache cache;
  private final Consumer<Throwable> failed;
  private final Thread thread = new Thread(this::follow, "policy-watch");
  private final ConcurrentLinkedQueue<CompletableFuture<Void>> asking =
      new ConcurrentLinkedQueue<>();
  private volatile boolean closed;

  PolicyWatch(
      KafkaAccess kafka, PolicyFolders folders, PolicyCache cache, Consumer<Throwable> failed) {
    this.kafka = kafka;
    this.folders = folders;
    this.failed = failed;
    this.cache = cache;
  }

  void start() {
    thread.start();
  }

  boolean alive() {
    return thread.isAlive();
  }

  /**
   * Whether a version is known. A client may have read of a policy a moment earlier, so the topic
   * is read to its end before the result is false.
   */
  CompletableFuture<Boolean> knows(String version) {
    if (cache.knows(version)) {
      return CompletableFuture.completedFuture(true);
    }
    CompletableFuture<Void> read = new CompletableFuture<>();
    asking.add(read);
    if (closed || !alive()) {
      read.complete(null);
    }
    return read.thenApply(done -> cache.knows(version));
  }

  @Override
  public void close() {
    closed = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void follow() {
    try (TopicFollower<Policy> policies =
        new TopicFollower<>(kafka, "policy-server", Topics.POLICIES)) {
      while (!closed) {
        List<CompletableFuture<Void>> asked = new ArrayList<>();
        for (CompletableFuture<Void> one; (one = asking.poll()) != null; ) {
          asked.add(one);
        }
        cacheNewest(asked.isEmpty() ? policies.poll(WAIT) : policies.pollToEnd());
        asked.forEach(one -> one.complete(null));
      }
    } catch (RuntimeException e) {
      failed.accept(e);
    } finally {
      asking.forEach(one -> one.complete(null));
    }
  }

  private void cacheNewest(List<Policy> published) {
    List<Policy> policies = published.stream().map(folders::found).toList();
    policies.forEach(cache::note);
    policies.stream()
        .reduce((a, b) -> b.getIteration() >= a.getIteration() ? b : a)
        .ifPresent(
            newest -> {
              cache.add(newest);
              LOG.info("serving {}", newest.getVersion());
            });
  }
}
