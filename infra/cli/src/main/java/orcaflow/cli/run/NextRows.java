package orcaflow.cli.run;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import orcaflow.service.Metric;

/**
 * The rows that open the next iteration, where the trainer opens it by itself. The trainer alone
 * knows which rows count, so it is asked: its metrics say it.
 *
 * @param there rows so far
 * @param wanted rows that open it
 */
public record NextRows(long there, long wanted) {

  private static final Duration LIMIT = Duration.ofSeconds(2);

  /**
   * What the trainer of a run in a folder waits for.
   *
   * @return empty where nothing runs there, its trainer opens nothing, or does not answer
   */
  public static Optional<NextRows> in(Path dir, String run)
      throws IOException, InterruptedException {
    Optional<String> address =
        Endpoints.read(dir)
            .filter(each -> each.alive() && each.run().equals(run))
            .flatMap(Endpoints::trainerMetrics);
    if (address.isEmpty()) {
      return Optional.empty();
    }
    HttpRequest request = HttpRequest.newBuilder(URI.create(address.get())).timeout(LIMIT).build();
    try {
      HttpClient client = HttpClient.newBuilder().connectTimeout(LIMIT).build();
      return read(client.send(request, HttpResponse.BodyHandlers.ofString()).body());
    } catch (IOException e) {
      // It ends or is busy: what else the command says does not depend on it.
      return Optional.empty();
    }
  }

  /** What a text in the form of Prometheus says of it. */
  static Optional<NextRows> read(String metrics) {
    OptionalDouble there = value(metrics, Metric.TRAIN_ROWS_NEW);
    OptionalDouble wanted = value(metrics, Metric.TRAIN_ROWS_WANTED);
    return there.isPresent() && wanted.orElse(0) > 0
        ? Optional.of(new NextRows((long) there.getAsDouble(), (long) wanted.getAsDouble()))
        : Optional.empty();
  }

  private static OptionalDouble value(String metrics, Metric metric) {
    String start = metric.family();
    return metrics
        .lines()
        .filter(line -> line.matches(start + "(\\{.*})? .*"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .findFirst();
  }

  /** In a few words. */
  public String text(String iteration) {
    return "%,d of %,d rows until %s opens".formatted(Math.min(there, wanted), wanted, iteration);
  }
}
