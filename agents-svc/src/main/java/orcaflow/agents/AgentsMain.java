package orcaflow.agents;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import orcaflow.schemas.ConfigFile;
import orcaflow.service.GracefulShutdown;

/**
 * The agents as a process of their own: {@code AgentsMain --config agents.yaml}. SIGTERM drains.
 */
public final class AgentsMain {

  private static final int BAD_USAGE = 2;
  private static final int FAILED = 1;

  private AgentsMain() {}

  public static void main(String[] args) throws InterruptedException {
    quieten();
    if (args.length == 1 && args[0].equals("--print-config")) {
      System.out.print(AgentsConfig.defaultFile());
      return;
    }
    if (args.length != 2 || !args[0].equals("--config")) {
      System.err.println(
          "usage: agents --config FILE   (agents --print-config shows one with every setting)");
      System.exit(BAD_USAGE);
    }
    start(Path.of(args[1]));
    new CountDownLatch(1).await();
  }

  /** Logging as {@code agents-logback.xml} has it, unless the user names another file. */
  private static void quieten() {
    if (System.getProperty("logback.configurationFile") == null) {
      System.setProperty("logback.configurationFile", "agents-logback.xml");
    }
  }

  private static void start(Path file) {
    try {
      AgentsConfig.Setup setup = AgentsConfig.read(file, System.getenv());
      AgentsService service =
          AgentsService.start(setup.cluster(), setup.agents(), setup.expansion());
      GracefulShutdown.beginsWith("agents", service::close);
      System.out.printf(
          "agents: run '%s', stages %s, metrics and health on port %d%n",
          setup.cluster().run(), service.counts().keySet(), service.observePort());
    } catch (ConfigFile.BadConfig | IllegalArgumentException e) {
      System.err.println("agents: " + e.getMessage());
      System.exit(BAD_USAGE);
    } catch (RuntimeException e) {
      System.err.println("agents: cannot start: " + e.getMessage());
      System.exit(FAILED);
    }
  }
}
