package orcaflow.cli.run;

import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import orcaflow.agents.model.Amount;
import orcaflow.agents.model.Budget;
import orcaflow.events.RunLogEntry;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.RunLogEntries;
import orcaflow.schemas.Serdes;
import orcaflow.schemas.Topics;
import orcaflow.schemas.log.ClientSettings;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

/** The budgets in a run's log; the newest of each scope counts. */
public final class BudgetLog {

  private BudgetLog() {}

  /** The budgets by scope. */
  public static Map<String, Amount> of(Cluster cluster) {
    Map<String, Amount> budgets = new TreeMap<>();
    RunLog.of(cluster).entries().stream()
        .filter(entry -> entry.getKind().equals(Budget.LOG_KIND))
        .forEach(entry -> budgets.put(entry.getName(), Amount.parse(entry.getText())));
    return budgets;
  }

  /** Writes a budget; whoever runs the stages reads it within a second. */
  public static void write(Cluster cluster, String scope, Amount amount)
      throws InterruptedException, ExecutionException {
    RunLogEntry entry =
        RunLogEntries.dated(Budget.LOG_KIND, scope, amount.toString(), Instant.now());
    try (KafkaProducer<String, RunLogEntry> producer =
        new KafkaProducer<>(
            ClientSettings.producer(cluster), new StringSerializer(), Serdes.serializer(cluster))) {
      producer
          .send(new ProducerRecord<>(Topics.RUN_LOG.in(cluster.run()), Budget.LOG_KIND, entry))
          .get();
    }
  }
}
