package orcaflow.cli.terminal;

import java.nio.file.Path;

/** Logs of a run go into its folder; the terminal is for progress and results. */
public final class Logging {

  private static final String VERBOSE = "orcaflow.verbose";

  static {
    System.setProperty("orcaflow.pid", Long.toString(ProcessHandle.current().pid()));
  }

  private Logging() {}

  /** Whether the lines of the log are shown on the error output, too. As {@link #into}. */
  public static void verbose(boolean wanted) {
    System.setProperty(VERBOSE, wanted ? "INFO" : "OFF");
  }

  /** To be called before the first logger is made. */
  public static void into(Path dir) {
    System.setProperty("orcaflow.log", dir.resolve("orcaflow.log").toString());
    System.setProperty("org.jboss.logging.provider", "slf4j");
    System.setProperty(
        "vertx.logger-delegate-factory-class-name",
        "io.vertx.core.logging.SLF4JLogDelegateFactory");
  }
}
