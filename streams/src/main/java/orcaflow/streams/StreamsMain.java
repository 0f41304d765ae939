package orcaflow.streams;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import orcaflow.service.Service;
import orcaflow.service.ServiceMain;

/** The streams service as a process of its own: {@code StreamsMain --config streams.yaml}. */
public final class StreamsMain {

  private StreamsMain() {}

  public static void main(String[] arguments) {
    command().main(arguments);
  }

  static ServiceMain command() {
    return new ServiceMain(
        "streams",
        "the stages admit, schedule, grade, pair and close of one run",
        StreamsFile.defaultText(),
        List.of(),
        StreamsMain::start);
  }

  private static Service start(
      Path path, Map<String, String> options, Map<String, String> environment) {
    StreamsFile file = StreamsFile.read(path, environment);
    return StreamsService.start(
        file.cluster(), file.streams(), file.readRecipe(environment), file.benchmarks());
  }
}
