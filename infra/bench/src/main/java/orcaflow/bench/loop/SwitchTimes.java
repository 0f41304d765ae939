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
 * Times of new policies, as the policy server exports them: a Prometheus summary.
 *
 * @param count number of policies
 */
record SwitchTimes(long count, double medianMillis, double p99Millis, double maxMillis) {

  private static final double MILLIS = 1000;

  /**
   * Asks the process for its metrics.
   *
   * @return a text in Prometheus' exposition format
   */
  static String exposed(URI metrics) throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(metrics).build();
    return HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body();
  }

  /**
   * @param text Prometheus' exposition format
   * @param summary name of the summary, without its unit
   * @throws CannotMeasure if a number is not there
   */
  static SwitchTimes parse(String text, String summary) throws CannotMeasure {
    return new SwitchTimes(
        (long) number(text, summary + "_seconds_count\\S*"),
        MILLIS * number(text, summary + "_seconds\\{[^}]*quantile=\"0.5\"[^}]*}"),
        MILLIS * number(text, summary + "_seconds\\{[^}]*quantile=\"0.99\"[^}]*}"),
        MILLIS * number(text, summary + "_seconds_max\\S*"));
  }

  private static double number(String text, String sample) throws CannotMeasure {
    Matcher line = Pattern.compile("^" + sample + " (\\S+)$", Pattern.MULTILINE).matcher(text);
    if (!line.find()) {
      throw new CannotMeasure("the metrics have no " + sample);
    }
    return Double.parseDouble(line.group(1));
  }
}
