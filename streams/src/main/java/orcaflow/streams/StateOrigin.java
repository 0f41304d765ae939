package orcaflow.streams;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.log.AdminAnswer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;

/**
 * Of which topics the stores in a state folder are. Kafka Streams takes the stores that it finds
 * for its own: those of another cluster, or of topics that were made again, hold that everything
 * was done already, and what comes is left out as repeated. The id of a topic (KIP-516) tells one
 * from another of the same name. The ids stand in a file beside the folder of the stores.
 */
final class StateOrigin {

  private static final String CHANGELOG = "-changelog";

  private final Path file;
  private final Map<String, String> now;

  private StateOrigin(Path file, Map<String, String> now) {
    this.file = file;
    this.now = now;
  }

  /**
   * Asks the brokers for the topics as they are.
   *
   * @param inputs topics that the stores are made from, beside their changelogs
   */
  static StateOrigin of(Cluster cluster, Path stateDir, Collection<String> inputs) {
    String application = EngineSettings.applicationId(cluster);
    try (Admin admin = Admin.create(cluster.clientSettings())) {
      List<String> topics =
          AdminAnswer.of(admin.listTopics().names()).stream()
              .filter(
                  topic ->
                      inputs.contains(topic)
                          || topic.startsWith(application + "-") && topic.endsWith(CHANGELOG))
              .toList();
      Map<String, String> ids = new TreeMap<>();
      for (TopicDescription topic :
          AdminAnswer.of(admin.describeTopics(topics).allTopicNames()).values()) {
        ids.put(topic.name(), topic.topicId().toString());
      }
      return new StateOrigin(stateDir.resolve(application + ".origin"), ids);
    }
  }

  /** Why the stores are those of other topics; nothing where they are not, or are not known. */
  Optional<String> differs() {
    Properties before = read();
    return before.stringPropertyNames().stream()
        .sorted()
        .filter(topic -> !before.getProperty(topic).equals(now.get(topic)))
        .map(
            topic ->
                now.containsKey(topic)
                    ? "the topic %s is another one than before".formatted(topic)
                    : "the topic %s is not there any more".formatted(topic))
        .findFirst();
  }

  /** Stores the ids, for the next start. */
  void save() {
    Properties ids = new Properties();
    ids.putAll(now);
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      try (Writer out = Files.newBufferedWriter(file, StandardCharsets.UTF_8)) {
        ids.store(out, "Ids of the topics that the stores in this folder are of");
      }
    } catch (IOException e) {
      throw new UncheckedIOException("%s cannot be written".formatted(file), e);
    }
  }

  private Properties read() {
    Properties ids = new Properties();
    if (Files.exists(file)) {
      try (Reader in = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
        ids.load(in);
      } catch (IOException e) {
        throw new UncheckedIOException("%s cannot be read".formatted(file), e);
      }
    }
    return ids;
  }
}
