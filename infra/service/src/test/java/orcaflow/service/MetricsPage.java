package orcaflow.service;

import java.util.stream.Collectors;

/** Writes {@code docs/metrics.md} from the catalogue. */
final class MetricsPage {

  private MetricsPage() {}

  static String text() {
    StringBuilder page = new StringBuilder();
    page.append("# Metrics\n\n")
        .append(
            "Written from the catalogue `orcaflow.service.Metric`; `MetricsPageTest` says how.\n")
        .append(
            "Do not edit by hand. [monitoring.md](monitoring.md) shows how to collect and draw\n")
        .append("them, and the alerts.\n\n")
        .append(
            "Each service shows them at `/metrics` in Prometheus text, with the label `service`\n")
        .append(
            "beside those named here. Values of labels are closed sets: stages, reasons, roles of\n")
        .append(
            "endpoints; never ids. Counters that end in `_total` begin at 0 with each start of a\n")
        .append(
            "service, and repeat what an aborted transaction had counted: the accounts of a run\n")
        .append(
            "are made from its topics (`status`), never from them. Beside them are the metrics of\n")
        .append("the JVM (`jvm_*`, `process_*`) and of Kafka's clients (`kafka_*`).\n\n")
        .append("| metric | type | labels | what it is |\n|---|---|---|---|\n");
    for (Metric metric : Metric.values()) {
      page.append(
          "| `%s` | %s | %s | %s |\n"
              .formatted(
                  metric.family(),
                  metric.kind().type(),
                  metric.labels().stream()
                      .map(label -> "`" + label + "`")
                      .collect(Collectors.joining(", ")),
                  metric.help()));
    }
    return page.toString();
  }
}
