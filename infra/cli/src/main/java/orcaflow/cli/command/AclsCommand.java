package orcaflow.cli.command;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import orcaflow.stack.AccessRules;
import orcaflow.stack.AccessRules.Part;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.utils.SecurityUtils;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Access rules, written from the catalogue for the tools that set them. */
@Command(
    name = "acls",
    mixinStandardHelpOptions = true,
    description = {
      "Print what each part of a run may do on a cluster that denies by default.",
      "The users are RUN-agents, RUN-streams, RUN-trainer and RUN-operator."
    },
    footer = {"", "Example: ./orcaflow topics acls --run main --format strimzi"})
final class AclsCommand implements Callable<Integer> {

  private static final ObjectMapper YAML =
      new ObjectMapper(YAMLFactory.builder().enable(YAMLGenerator.Feature.MINIMIZE_QUOTES).build());

  /** For whom the rules are written. */
  enum Format {
    CLI,
    STRIMZI
  }

  @Spec private CommandSpec spec;

  @Option(
      names = "--run",
      defaultValue = "main",
      description = "Name of the run, the prefix of its topics (default: ${DEFAULT-VALUE}).")
  private String run;

  @Option(
      names = "--format",
      defaultValue = "CLI",
      description =
          "${COMPLETION-CANDIDATES}: commands of kafka-acls.sh, or KafkaUser resources (default:"
              + " ${DEFAULT-VALUE}).")
  private Format format;

  @Option(
      names = "--strimzi-cluster",
      defaultValue = "kafka",
      description = "Name of Strimzi's Kafka resource (default: ${DEFAULT-VALUE}).")
  private String strimziCluster;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    for (Part part : Part.values()) {
      String user = run + "-" + part.label();
      Map<ResourcePattern, List<AclOperation>> rules =
          AccessRules.of(part, "User:" + user, run).stream()
              .collect(
                  Collectors.groupingBy(
                      AclBinding::pattern,
                      LinkedHashMap::new,
                      Collectors.mapping(rule -> rule.entry().operation(), Collectors.toList())));
      out.print(format == Format.CLI ? commands(user, rules) : kafkaUser(user, rules));
    }
    out.flush();
    return 0;
  }

  /** One command for each resource; {@code $BOOTSTRAP} and {@code $ADMIN} are the person's. */
  private static String commands(String user, Map<ResourcePattern, List<AclOperation>> rules) {
    StringBuilder text = new StringBuilder("# %s%n".formatted(user));
    rules.forEach(
        (resource, operations) ->
            text.append(
                "kafka-acls.sh --bootstrap-server \"$BOOTSTRAP\" --command-config \"$ADMIN\" --add"
                    + " --allow-principal User:%s%s %s%s%n"
                        .formatted(
                            user,
                            operations.stream()
                                .map(o -> " --operation " + SecurityUtils.operationName(o))
                                .collect(Collectors.joining()),
                            option(resource),
                            resource.patternType() == PatternType.PREFIXED
                                ? " --resource-pattern-type prefixed"
                                : "")));
    return text.toString();
  }

  private static String option(ResourcePattern resource) {
    return switch (resource.resourceType()) {
      case TOPIC -> "--topic " + resource.name();
      case GROUP -> "--group " + resource.name();
      case TRANSACTIONAL_ID -> "--transactional-id " + resource.name();
      default -> "--cluster";
    };
  }

  private String kafkaUser(String user, Map<ResourcePattern, List<AclOperation>> rules)
      throws IOException {
    List<Map<String, Object>> acls = new ArrayList<>();
    rules.forEach(
        (resource, operations) ->
            acls.add(
                ordered(
                    "resource",
                    strimziResource(resource),
                    "operations",
                    operations.stream().map(SecurityUtils::operationName).toList(),
                    "host",
                    "*")));
    return YAML.writeValueAsString(
        ordered(
            "apiVersion",
            "kafka.strimzi.io/v1beta2",
            "kind",
            "KafkaUser",
            "metadata",
            ordered("name", user, "labels", Map.of("strimzi.io/cluster", strimziCluster)),
            "spec",
            ordered(
                "authentication",
                Map.of("type", "scram-sha-512"),
                "authorization",
                ordered("type", "simple", "acls", acls))));
  }

  private static Map<String, Object> strimziResource(ResourcePattern resource) {
    if (resource.resourceType() == ResourceType.CLUSTER) {
      return Map.of("type", "cluster");
    }
    return ordered(
        "type",
        switch (resource.resourceType()) {
          case TOPIC -> "topic";
          case GROUP -> "group";
          default -> "transactionalId";
        },
        "name",
        resource.name(),
        "patternType",
        resource.patternType() == PatternType.PREFIXED ? "prefix" : "literal");
  }

  private static Map<String, Object> ordered(Object... keysAndValues) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      map.put((String) keysAndValues[i], keysAndValues[i + 1]);
    }
    return map;
  }
}
