package orcaflow.streams;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Topic;
import orcaflow.schemas.Topics;
import org.junit.jupiter.api.Test;

class TopicCheckTest {

  private static final Cluster CLUSTER = new Cluster("h:1", "mock://x", "r");
  private static final List<Topic<?>> TOPICS =
      List.of(Topics.PROBLEMS, Topics.VERDICTS, Topics.POLICIES);

  @Test
  void topicsOfTheFlowHaveOneNumberOfPartitionsAndLogsOne() {
    assertThatCode(() -> check(Map.of("r.problems", 4, "r.verdicts", 4, "r.policies", 1)))
        .doesNotThrowAnyException();
  }

  @Test
  void namesWhatIsMissing() {
    assertThatThrownBy(() -> check(Map.of("r.problems", 4)))
        .hasMessage(
            "h:1 has no topic r.verdicts, r.policies: create the topics of the catalogue for run"
                + " 'r' first");
  }

  @Test
  void namesTheCountsThatDiffer() {
    assertThatThrownBy(() -> check(Map.of("r.problems", 4, "r.verdicts", 3, "r.policies", 1)))
        .hasMessage(
            "the topics of run 'r' must have one number of partitions, but have"
                + " {r.problems=4, r.verdicts=3}");
  }

  private static void check(Map<String, Integer> partitions) {
    TopicCheck.check(CLUSTER, TOPICS, partitions);
  }
}
