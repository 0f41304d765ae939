package orcaflow.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.util.List;
import java.util.stream.StreamSupport;
import orcaflow.cli.Printed;
import orcaflow.schemas.Topics;
import org.junit.jupiter.api.Test;

class AclsCommandTest {

  @Test
  void commandsNameUserOperationsAndResource() {
    Printed printed = Printed.of(List.of("topics", "acls", "--run", "exp"));
    assertThat(printed.status()).as(printed.text()).isZero();
    assertThat(printed.text().lines())
        .contains(
            "# exp-agents",
            "kafka-acls.sh --bootstrap-server \"$BOOTSTRAP\" --command-config \"$ADMIN\" --add"
                + " --allow-principal User:exp-agents --operation Read --operation Describe"
                + " --topic exp.problems",
            "kafka-acls.sh --bootstrap-server \"$BOOTSTRAP\" --command-config \"$ADMIN\" --add"
                + " --allow-principal User:exp-streams --operation Write --operation Describe"
                + " --transactional-id exp.streams- --resource-pattern-type prefixed")
        .doesNotHaveDuplicates()
        .noneMatch(line -> line.contains("null"));
    assertThat(printed.text().lines().filter(line -> line.startsWith("#")))
        .containsExactly("# exp-agents", "# exp-streams", "# exp-trainer", "# exp-operator");
  }

  @Test
  void strimziUsersHaveOneRuleForEachResource() throws Exception {
    Printed printed =
        Printed.of(List.of("topics", "acls", "--format", "strimzi", "--strimzi-cluster", "big"));
    assertThat(printed.status()).as(printed.text()).isZero();
    List<JsonNode> users;
    try (MappingIterator<JsonNode> documents =
        new YAMLMapper().readerFor(JsonNode.class).readValues(printed.text())) {
      users = documents.readAll();
    }
    assertThat(users).hasSize(4);
    assertThat(users)
        .allSatisfy(
            user -> {
              assertThat(user.at("/kind").asText()).isEqualTo("KafkaUser");
              assertThat(user.at("/metadata/labels").path("strimzi.io/cluster").asText())
                  .isEqualTo("big");
            });
    JsonNode agents = users.get(0);
    assertThat(agents.at("/metadata/name").asText()).isEqualTo("main-agents");
    assertThat(
            StreamSupport.stream(agents.at("/spec/authorization/acls").spliterator(), false)
                .filter(acl -> acl.at("/resource/name").asText().equals("main.problems")))
        .singleElement()
        .satisfies(
            acl -> {
              assertThat(acl.at("/operations").toString()).isEqualTo("[\"Read\",\"Describe\"]");
              assertThat(acl.at("/resource/patternType").asText()).isEqualTo("literal");
            });
    assertThat(printed.text()).contains(Topics.PROBLEMS.deadLettersIn("main"));
  }
}
