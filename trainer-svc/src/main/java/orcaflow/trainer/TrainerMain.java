package orcaflow.trainer;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.ConfigFile;
import orcaflow.schemas.recipe.Recipe;
import orcaflow.service.GracefulShutdown;

/**
 * The trainer as a process of its own: {@code --config FILE}, with {@code --device} and {@code
 * --precision} where they are not those of the file. Ends with 143 when told to (SIGTERM), with 1
 * when a part failed, with 2 when it cannot begin.
 */
public final class TrainerMain {

  private static final String USAGE =
      "usage: trainer --config FILE [--device cuda:0] [--precision bfloat16]"
          + "   (trainer --print-config shows one with every setting)";

  private static final String CONFIG = "--config";
  private static final String DEVICE = "--device";
  private static final String PRECISION = "--precision";
  private static final Set<String> OPTIONS = Set.of(CONFIG, DEVICE, PRECISION);

  private TrainerMain() {}

  /**
   * The whole config file.
   *
   * @param recipe path of the recipe
   */
  public record Settings(Cluster cluster, String recipe, TrainerConfig trainer) {
    public Settings {
      if (cluster == null || recipe == null || trainer == null) {
        throw new IllegalArgumentException("cluster, recipe and trainer are all needed");
      }
    }
  }

  public static void main(String[] arguments) {
    quieten();
    if (arguments.length == 1 && arguments[0].equals("--print-config")) {
      System.out.print(TrainerConfig.defaultFile());
      return;
    }
    Map<String, String> options = options(arguments);
    if (!options.containsKey(CONFIG) || !OPTIONS.containsAll(options.keySet())) {
      end(2, USAGE);
    }
    TrainerService service = begin(options);
    System.out.println("trainer: metrics and health on port " + service.observatory().port());
    try {
      service.ended().join();
    } catch (CompletionException failed) {
      end(1, failed.getCause().getMessage());
    }
  }

  /** Options and their values; none at all if an option has no value or is given twice. */
  static Map<String, String> options(String... arguments) {
    Map<String, String> options = new HashMap<>();
    for (int i = 0; i + 1 < arguments.length; i += 2) {
      options.put(arguments[i], arguments[i + 1]);
    }
    return 2 * options.size() == arguments.length ? options : Map.of();
  }

  private static TrainerService begin(Map<String, String> options) {
    CompletableFuture<TrainerService> started = new CompletableFuture<>();
    try {
      // Before the start, so that a signal in the middle of it finds somebody who waits: a JVM that
      // ends while a thread is inside torch may crash.
      GracefulShutdown.beginsWith("trainer", () -> close(started));
      Settings settings =
          ConfigFile.read(
              Path.of(options.get(CONFIG)), Settings.class, "ORCAFLOW", System.getenv());
      Path told = Path.of(settings.recipe);
      Recipe recipe =
          ConfigFile.read(told, Recipe.class, "ORCAFLOW_RECIPE", System.getenv()).readFrom(told);
      TrainerConfig trainer =
          settings
              .trainer
              .on(options.getOrDefault(DEVICE, settings.trainer.device()))
              .in(options.getOrDefault(PRECISION, settings.trainer.precision()));
      TrainerService service = TrainerService.start(settings.cluster, trainer, recipe);
      started.complete(service);
      if (settings.trainer.server().enabled()) {
        System.out.println("trainer: policies on " + service.policyServerUrl());
      }
      return service;
    } catch (ConfigFile.BadConfig | IllegalArgumentException | IllegalStateException e) {
      started.completeExceptionally(e);
      end(2, e.getMessage());
      throw e;
    } finally {
      started.cancel(false);
    }
  }

  /** Closes the service once it has started, if it does. */
  private static void close(CompletableFuture<TrainerService> started) {
    Optional<TrainerService> service =
        started.thenApply(Optional::of).exceptionally(failed -> Optional.empty()).join();
    service.ifPresent(TrainerService::close);
  }

  /** Logging as {@code trainer-logback.xml} has it, unless the user names another file. */
  private static void quieten() {
    if (System.getProperty("logback.configurationFile") == null) {
      System.setProperty("logback.configurationFile", "trainer-logback.xml");
    }
  }

  private static void end(int status, String message) {
    System.err.println("trainer: " + message);
    System.exit(status);
  }
}
