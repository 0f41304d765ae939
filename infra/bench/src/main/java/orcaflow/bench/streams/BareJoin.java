package orcaflow.bench.streams;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.stream.IntStream;
import orcaflow.bench.Answering;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KTable;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * What grade and pair are compared with: five tables of plain strings (a solution and four
 * rollouts) joined by key, and a pair of each right with each wrong one. At least once, no schemas,
 * no ids, no lineage, no verdicts with reasons, nothing put aside: the least that Kafka Streams can
 * do for the same pairs.
 */
final class BareJoin {

  /** The last line of a text, which both sides compare. */
  private static final String MARK = "#### ";

  /** Stands between texts that travel together. */
  private static final String BREAK = "\u0000";

  private BareJoin() {}

  /** Started with {@code {"bootstrap", "run", "dir", "commitMillis"}}. */
  public static void main(String[] arguments) throws Exception {
    List<KafkaStreams> running = new ArrayList<>();
    Answering.questions(
        question -> {
          KafkaStreams streams = new KafkaStreams(topology(run(question)), settings(question));
          running.add(streams);
          streams.start();
          return "started";
        });
    running.forEach(KafkaStreams::close);
  }

  private static String run(JsonNode question) {
    return question.get("run").asText();
  }

  /** Names of the topics it reads: the solutions' and those of the rollouts by index. */
  static List<String> inputs(String run) {
    return IntStream.rangeClosed(0, Material.SAMPLES).mapToObj(i -> run + ".in-" + i).toList();
  }

  static String output(String run) {
    return run + ".pairs";
  }

  private static Topology topology(String run) {
    StreamsBuilder builder = new StreamsBuilder();
    List<KTable<String, String>> tables =
        inputs(run).stream().map(topic -> table(builder, topic)).toList();
    KTable<String, String> joined = tables.get(0);
    for (KTable<String, String> table : tables.subList(1, tables.size())) {
      joined = joined.join(table, (all, one) -> all + BREAK + one);
    }
    joined
        .toStream()
        .flatMapValues(BareJoin::pairs)
        .to(output(run), Produced.with(Serdes.String(), Serdes.String()));
    return builder.build();
  }

  private static KTable<String, String> table(StreamsBuilder builder, String topic) {
    return builder.table(
        topic,
        Consumed.with(Serdes.String(), Serdes.String()),
        Materialized.<String, String, KeyValueStore<Bytes, byte[]>>as(
            topic.substring(topic.indexOf('.') + 1)));
  }

  private static List<String> pairs(String joined) {
    String[] texts = joined.split(BREAK);
    String answer = answer(texts[0]);
    List<String> right = new ArrayList<>(List.of(texts[0]));
    List<String> wrong = new ArrayList<>();
    for (int i = 1; i < texts.length; i++) {
      (answer(texts[i]).equals(answer) ? right : wrong).add(texts[i]);
    }
    List<String> pairs = new ArrayList<>();
    right.forEach(chosen -> wrong.forEach(rejected -> pairs.add(chosen + BREAK + rejected)));
    return pairs;
  }

  private static String answer(String text) {
    return text.substring(text.lastIndexOf(MARK) + MARK.length());
  }

  private static Properties settings(JsonNode question) {
    Properties settings = new Properties();
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, run(question) + ".bare");
    settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, question.get("bootstrap").asText());
    settings.put(StreamsConfig.STATE_DIR_CONFIG, question.get("dir").asText());
    settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.AT_LEAST_ONCE);
    // With its cache on, a join of tables gives some results several times.
    settings.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0);
    settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, question.get("commitMillis").asInt());
    return settings;
  }
}
