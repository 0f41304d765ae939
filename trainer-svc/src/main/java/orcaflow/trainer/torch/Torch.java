package orcaflow.trainer.torch;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * The one place where the PyTorch engine is started: offline unless a property says otherwise, one
 * thread per operation, and a fixed number of threads on which whole forward and backward passes
 * run side by side. How many there are changes no result, only the time.
 */
public final class Torch {

  /** System property: number of computing threads; one per processor unless given. */
  static final String THREADS = "orcaflow.torch.threads";

  /** DJL's property; nothing is downloaded unless it is false. */
  private static final String OFFLINE = "ai.djl.offline";

  static {
    if (System.getProperty(OFFLINE) == null) {
      System.setProperty(OFFLINE, "true");
    }
    System.setProperty("OPT_OUT_TRACKING", "true");
    System.setProperty("ai.djl.pytorch.num_threads", "1");
    System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
  }

  private static final int WIDTH =
      Integer.getInteger(THREADS, Runtime.getRuntime().availableProcessors());

  private static final ExecutorService WORKERS =
      Executors.newFixedThreadPool(
          WIDTH,
          work -> {
            Thread thread = new Thread(work, "torch");
            thread.setDaemon(true);
            return thread;
          });

  private Torch() {}

  /** Touches this class, so that its settings hold before any other part of DJL starts. */
  public static void offline() {}

  /** The number of passes that run side by side. */
  public static int threads() {
    return WIDTH;
  }

  /** Where arrays live. */
  public static Device device() {
    return TorchDevice.current();
  }

  /** A manager for native arrays; closing it frees them. */
  public static NDManager manager() {
    return Engine.getEngine("PyTorch").newBaseManager(device());
  }

  /**
   * Runs tasks on the computing threads and waits for all of them, also when one fails or the
   * caller is interrupted: none may still use arrays that the caller then closes.
   *
   * @return their results, in the order of the tasks
   */
  public static <T> List<T> all(List<Callable<T>> tasks) {
    List<Future<T>> futures = new ArrayList<>();
    tasks.forEach(task -> futures.add(WORKERS.submit(task)));
    List<T> results = new ArrayList<>();
    List<Throwable> failures = new ArrayList<>();
    boolean interrupted = false;
    for (Future<T> future : futures) {
      boolean waiting = true;
      while (waiting) {
        try {
          results.add(future.get());
          waiting = false;
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (ExecutionException e) {
          failures.add(e.getCause());
          waiting = false;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (!failures.isEmpty()) {
      throw new IllegalStateException("torch could not compute", failures.get(0));
    }
    return results;
  }
}
