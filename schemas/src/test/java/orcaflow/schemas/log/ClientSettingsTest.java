package orcaflow.schemas.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import orcaflow.schemas.Cluster;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.junit.jupiter.api.Test;

class ClientSettingsTest {

  private static final String RETRY = ProducerConfig.RETRY_BACKOFF_MS_CONFIG;

  @Test
  void aTransactionThatIsRefusedAsConcurrentIsTriedAgainSoon() {
    assertThat(ClientSettings.transactionalProducer(cluster(Map.of()), "one"))
        .containsEntry(RETRY, 10);
    assertThat(ClientSettings.producer(cluster(Map.of()))).doesNotContainKey(RETRY);
  }

  @Test
  void theClustersSettingOfRetriesIsKept() {
    assertThat(ClientSettings.transactionalProducer(cluster(Map.of(RETRY, "250")), "one"))
        .containsEntry(RETRY, 250);
  }

  private static Cluster cluster(Map<String, String> kafka) {
    return new Cluster("127.0.0.1:9092", "http://127.0.0.1:8081", "main", kafka);
  }
}
