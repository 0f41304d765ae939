package orcaflow.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Programs of others, in Python, under {@code infra/bench/peers}. */
final class Peers {

  private final Path home;
  private final Path logs;

  /**
   * @param home has the scripts, {@code setup}, and what that makes
   * @param logs folder for what peers write to standard error
   */
  Peers(Path home, Path logs) {
    this.home = home;
    this.logs = logs;
  }

  /**
   * Starts {@code peers/NAME.py}, which speaks as {@link Partner} says.
   *
   * @throws CannotMeasure if the peers are not installed and cannot be
   */
  Partner start(String name, List<String> arguments) throws CannotMeasure {
    return start(name, script(name), python().toString(), arguments);
  }

  /**
   * Starts {@code peers/NAME.py} with the system's Python, without installing anything.
   *
   * @throws CannotMeasure if there is no Python
   */
  Partner startPlain(String name, List<String> arguments) throws CannotMeasure {
    return start(name, script(name), "python3", arguments);
  }

  private Path script(String name) throws CannotMeasure {
    Path script = home.resolve(name + ".py");
    if (!Files.isRegularFile(script)) {
      throw new CannotMeasure("there is no peer " + script);
    }
    return script;
  }

  private Partner start(String name, Path script, String python, List<String> arguments)
      throws CannotMeasure {
    List<String> command = new ArrayList<>(List.of(python, "-u", script.toString()));
    command.addAll(arguments);
    return Partner.start("the peer " + name, command, logs.resolve(name + ".log"));
  }

  /** The interpreter beside the installed packages; installs them once. */
  Path python() throws CannotMeasure {
    Path setup = home.resolve("setup");
    Path log = logs.resolve("setup.log");
    try {
      Process process =
          new ProcessBuilder(setup.toString())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      if (process.waitFor() != 0) {
        throw new CannotMeasure(
            "the peers cannot be installed, so nothing was measured; see " + log);
      }
    } catch (IOException e) {
      throw new CannotMeasure(
          "the peers cannot be installed, so nothing was measured: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CannotMeasure("interrupted while the peers were installed", e);
    }
    return home.resolve(".venv/bin/python");
  }
}
