package orcaflow.trainer;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.ConfigFile;
import orcaflow.schemas.Recipe;
import orcaflow.schemas.observe.OrderlyStop;

/**
 * The trainer as a process of its own: {@code --config FILE}, and {@code --device} where it is not
 * the one in the file. Ends with 143 when told to (SIGTERM), with 1 when a part failed, with 2 when
 * it cannot begin.
 */
public final class TrainerMain {

  private static final String USAGE =
      "usage: trainer --config FILE [--device cuda:0]"
          + "   (trainer --print-config shows one with every setting)";

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
    boolean device = arguments.length == 4 && arguments[2].equals("--device");
    if (arguments.length != 2 && !device || !arguments[0].equals("--config")) {
      end(2, USAGE);
    }
    TrainerService service =
        begin(Path.of(arguments[1]), device ? Optional.of(arguments[3]) : Optional.empty());
    System.out.println("trainer: metrics and health on port " + service.observatory().port());
    try {
      service.ended().join();
    } catch (CompletionException failed) {
      end(1, failed.getCause().getMessage());
    }
  }

  private static TrainerService begin(Path config, Optional<String> device) {
    try {
      Settings settings = ConfigFile.read(config, Settings.class, "ORCAFLOW", System.getenv());
      Path told = Path.of(settings.recipe);
      Recipe recipe =
          ConfigFile.read(told, Recipe.class, "ORCAFLOW_RECIPE", System.getenv()).readFrom(told);
      TrainerConfig trainer = device.map(settings.trainer::on).orElse(settings.trainer);
      TrainerService service = TrainerService.start(settings.cluster, trainer, recipe);
      OrderlyStop.beginsWith("trainer", service::close);
      if (settings.trainer.server().enabled()) {
        System.out.println("trainer: policies on " + service.policyServerUrl());
      }
      return service;
    } catch (ConfigFile.BadConfig | IllegalArgumentException | IllegalStateException e) {
      end(2, e.getMessage());
      throw e;
    }
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
