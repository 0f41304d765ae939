package orcaflow.bench.loop;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import orcaflow.bench.CannotMeasure;

/**
 * The times from new policies to the first request that each began to answer, as the policy server
 * exports them: a Prometheus summary.
 *
 * @param count number of policies
 */
record SwitchTimes(long count, double medianMillis, double p99Millis, double maxMillis) {

  private static final double MILLIS = 1000;

  /** Asks the process for its metrics. */
  static SwitchTimes at(URI metrics) throws IOException, InterruptedException, CannotMeasure {
    HttpRequest request = HttpRequest.newBuilder(metrics).build();
    return parse(HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body());
  }

  /**
   * @param text Prometheus' exposition format
   * @throws CannotMeasure if a number is not there
   */
  static SwitchTimes parse(String text) throws CannotMeasure {
    return new SwitchTimes(
        (long) number(text, "_seconds_count\\S*"),
        MILLIS * number(text, "_seconds\\{[^}]*quantile=\"0.5\"[^}]*}"),
        MILLIS * number(text, "_seconds\\{[^}]*quantile=\"0.99\"[^}]*}"),
        MILLIS * number(text, "_seconds_max\\S*"));
  }

  private static double number(String text, String sample) throws CannotMeasure {
    Matcher line =
        Pattern.compile("^orcaflow_policy_switch" + sample + " (\\S+)$", Pattern.MULTILINE)
            .matcher(text);
    if (!line.find()) {
      throw new CannotMeasure("the metrics have no orcaflow_policy_switch" + sample);
    }
    return Double.parseDouble(line.group(1));
  }
}
