package orcaflow.agents;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import orcaflow.schemas.ConfigFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The agents as a process of their own: {@code AgentsMain --config agents.yaml}. SIGTERM drains.
 */
public final class AgentsMain {

  private static final Logger LOG = LoggerFactory.getLogger(AgentsMain.class);
  private static final int BAD_USAGE = 2;
  private static final int FAILED = 1;

  private AgentsMain() {}

  public static void main(String[] args) throws InterruptedException {
    if (args.length != 2 || !args[0].equals("--config")) {
      System.err.println("usage: AgentsMain --config FILE");
      System.exit(BAD_USAGE);
    }
    AgentsService service = start(Path.of(args[1]));
    CountDownLatch closed = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  service.close();
                  closed.countDown();
                },
                "drain"));
    closed.await();
  }

  private static AgentsService start(Path file) {
    try {
      AgentsConfig.Setup setup = AgentsConfig.read(file, System.getenv());
      AgentsService service =
          AgentsService.start(setup.cluster(), setup.agents(), setup.expansion());
      LOG.info(
          "agents of run '{}' started: {}; metrics and health on port {}",
          setup.cluster().run(),
          service.counts().keySet(),
          service.observePort());
      return service;
    } catch (ConfigFile.BadConfig | IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.exit(BAD_USAGE);
    } catch (RuntimeException e) {
      LOG.error("the agents could not start", e);
      System.exit(FAILED);
    }
    throw new IllegalStateException("not reached");
  }
}
