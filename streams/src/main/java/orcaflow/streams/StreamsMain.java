package orcaflow.streams;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import orcaflow.schemas.ConfigFile.BadConfig;
import orcaflow.service.GracefulShutdown;
import orcaflow.streams.admit.Benchmarks.BadBenchmark;
import org.apache.kafka.common.KafkaException;

/** The service as its own process: reads its file, starts, runs until it is told to stop. */
public final class StreamsMain {

  private static final String USAGE =
      """
      streams: the stages admit, schedule, grade and pair of one run

        --config FILE      start with the settings in FILE; ORCAFLOW_... overrides them
        --print-config     print a file with every setting and its default
        --help             print this
      """;

  private static final String DEFAULTS = "/orcaflow-streams.yaml";
  private static final int BAD_INPUT = 2;
  private static final int FAILED = 1;

  private StreamsMain() {}

  public static void main(String[] arguments) throws InterruptedException {
    chooseLogging();
    System.exit(run(arguments, System.getenv(), System.out, System.err));
  }

  /** Logging as {@code streams-logback.xml} has it, unless the user names another file. */
  private static void chooseLogging() {
    if (System.getProperty("logback.configurationFile") == null) {
      System.setProperty("logback.configurationFile", "streams-logback.xml");
    }
  }

  /** Exit code: 0 when stopped from outside, 1 when it gave up, 2 when it could not start. */
  static int run(
      String[] arguments, Map<String, String> environment, PrintStream out, PrintStream err)
      throws InterruptedException {
    if (arguments.length == 1 && arguments[0].equals("--help")) {
      out.print(USAGE);
      return 0;
    }
    if (arguments.length == 1 && arguments[0].equals("--print-config")) {
      out.print(defaults());
      return 0;
    }
    if (arguments.length != 2 || !arguments[0].equals("--config")) {
      err.print(USAGE);
      return BAD_INPUT;
    }
    try {
      return serve(Path.of(arguments[1]), environment, err);
    } catch (BadConfig | BadBenchmark | IllegalArgumentException | IllegalStateException e) {
      err.println(e.getMessage());
      return BAD_INPUT;
    } catch (KafkaException e) {
      err.println("streams cannot start: " + StreamsService.sentence(e));
      return BAD_INPUT;
    }
  }

  /** The commented file that lists every setting. */
  static String defaults() {
    try (InputStream text = StreamsMain.class.getResourceAsStream(DEFAULTS)) {
      return new String(text.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException(DEFAULTS + " cannot be read from our own jar", e);
    }
  }

  private static int serve(Path path, Map<String, String> environment, PrintStream err)
      throws InterruptedException {
    StreamsFile file = StreamsFile.read(path, environment);
    StreamsService service =
        StreamsService.start(
            file.cluster(), file.streams(), file.readRecipe(environment), file.benchmarks());
    GracefulShutdown.beginsWith("streams", service::close);
    service.awaitEnd();
    Optional<String> failure = service.failure();
    failure.ifPresent(err::println);
    return failure.isPresent() ? FAILED : 0;
  }
}
