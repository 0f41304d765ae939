package orcaflow.streams;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import orcaflow.events.Policy;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Serdes;
import orcaflow.schemas.Topic;
import orcaflow.schemas.Topics;
import orcaflow.schemas.recipe.Recipe;
import orcaflow.service.Spans;
import orcaflow.streams.admit.AdmitSettings;
import orcaflow.streams.admit.Benchmarks;
import orcaflow.streams.grade.Judge;
import orcaflow.streams.pair.Labelling;
import orcaflow.streams.pair.Pairing;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.test.TestRecord;

/** The whole topology in Kafka's test driver: rows in, rows out. */
public final class FlowDriver implements AutoCloseable {

  /** One record on its way in. */
  public record Input(Topic<?> topic, SpecificRecord event) {}

  private static final Cluster CLUSTER =
      new Cluster("nowhere:1", "mock://" + UUID.randomUUID(), "test");

  private final MeterRegistry meters = new SimpleMeterRegistry();
  private final TopologyTestDriver driver;
  private final Map<String, List<TestRecord<String, SpecificRecord>>> written = new HashMap<>();
  private final Map<String, TestInputTopic<String, SpecificRecord>> inputs = new HashMap<>();
  private Instant time = Instant.parse("2026-01-01T00:00:00Z");

  public FlowDriver(Recipe recipe, Judge judge, Path stateDir, List<Path> benchmarks) {
    this(recipe, judge, stateDir, Benchmarks.read(benchmarks), Labelling.named("rollouts"));
  }

  public FlowDriver(
      Recipe recipe, Judge judge, Path stateDir, Benchmarks benchmarks, Labelling labelling) {
    this(recipe, judged(StreamsConfig.embedded(stateDir), judge), benchmarks, labelling);
  }

  public FlowDriver(Recipe recipe, StreamsConfig config, Labelling labelling) {
    this(recipe, config, Benchmarks.read(List.of()), labelling);
  }

  /** Other rules of admission than those of the embedded default. */
  public FlowDriver(AdmitSettings admit, Path stateDir) {
    this(
        Events.recipe(1),
        admitting(StreamsConfig.embedded(stateDir), admit),
        Labelling.named("rollouts"));
  }

  private FlowDriver(
      Recipe recipe, StreamsConfig config, Benchmarks benchmarks, Labelling labelling) {
    this(recipe, config, benchmarks, labelling, 1);
  }

  /** The first of several partitions. */
  public FlowDriver(Recipe recipe, Path stateDir, int partitions) {
    this(
        recipe,
        StreamsConfig.embedded(stateDir),
        Benchmarks.read(List.of()),
        Labelling.named("rollouts"),
        partitions);
  }

  private FlowDriver(
      Recipe recipe,
      StreamsConfig config,
      Benchmarks benchmarks,
      Labelling labelling,
      int partitions) {
    this(recipe, config, benchmarks, labelling, partitions, StageSpans.NONE);
  }

  /** With spans of what the stages do. */
  FlowDriver(Recipe recipe, Path stateDir, Spans spans) {
    this(
        recipe,
        StreamsConfig.embedded(stateDir),
        Benchmarks.read(List.of()),
        Labelling.named("rollouts"),
        1,
        new StageSpans(spans, CLUSTER.run()));
  }

  private FlowDriver(
      Recipe recipe,
      StreamsConfig config,
      Benchmarks benchmarks,
      Labelling labelling,
      int partitions,
      StageSpans spans) {
    Flow rules = Flow.of(config, recipe, benchmarks);
    Flow flow =
        new Flow(
            rules.admission(), rules.requests(), rules.grading(), new Pairing(labelling), config);
    Properties settings = EngineSettings.of(CLUSTER, config.engine());
    driver =
        new TopologyTestDriver(
            flow.topology(
                new TopologyNodes(CLUSTER, Stores::inMemoryKeyValueStore, spans),
                new Counters(meters),
                partitions),
            settings,
            time);
  }

  private static StreamsConfig admitting(StreamsConfig config, AdmitSettings admit) {
    return new StreamsConfig(
        config.observe(), config.engine(), admit, config.schedule(), config.grade(), config.pair());
  }

  private static StreamsConfig judged(StreamsConfig config, Judge judge) {
    return new StreamsConfig(
        config.observe(),
        config.engine(),
        config.admit(),
        config.schedule(),
        new StreamsConfig.Grade(
            judge, config.grade().graceSeconds(), config.grade().secondChecker()),
        config.pair());
  }

  public static Input input(SpecificRecord event) {
    Topic<?> topic =
        Topics.all().stream()
            .filter(candidate -> candidate.type() == event.getClass())
            .findFirst()
            .orElseThrow();
    return new Input(topic, event);
  }

  /** Pipes the events, a second apart, and lets the punctuators run after each. */
  public FlowDriver pipe(SpecificRecord... events) {
    for (SpecificRecord event : events) {
      pipe(input(event));
    }
    return this;
  }

  /** Pipes an event without advancing the clock. */
  public void pipeAtOnce(SpecificRecord event) {
    pipe(input(event).topic(), event);
  }

  public void pipe(Input input) {
    pipe(input.topic(), input.event());
    tick();
  }

  /** Pipes an event with headers of others. */
  public <T extends SpecificRecord> void pipe(Topic<T> topic, T event, Headers headers) {
    input(topic).pipeInput(new TestRecord<>(topic.keyOf().apply(event), event, headers, time));
    tick();
  }

  private <T extends SpecificRecord> void pipe(Topic<T> topic, SpecificRecord event) {
    T typed = topic.type().cast(event);
    inputs
        .computeIfAbsent(topic.name(), name -> input(topic))
        .pipeInput(topic.keyOf().apply(typed), typed, time);
  }

  private <T extends SpecificRecord> TestInputTopic<String, SpecificRecord> input(Topic<T> topic) {
    return driver.createInputTopic(
        topic.in(CLUSTER.run()),
        new StringSerializer(),
        Serdes.<SpecificRecord>serializer(CLUSTER));
  }

  /** A record that is not an event. */
  void pipeRaw(Topic<?> topic, String key, byte[] value) {
    driver
        .createInputTopic(
            topic.in(CLUSTER.run()), new StringSerializer(), new ByteArraySerializer())
        .pipeInput(key, value);
  }

  public void tick() {
    pass(Duration.ofSeconds(1));
  }

  /** Advances the clock. */
  public void pass(Duration duration) {
    time = time.plus(duration);
    driver.advanceWallClockTime(duration);
  }

  /** Closes an iteration over the open groups that are there, as the controller of a run does. */
  public void close(int iteration) {
    pipe(Events.closing(iteration, out(Topics.OPEN_GROUPS)));
    for (int i = 0; i < 5; i++) {
      tick();
    }
  }

  /** The events of the topic as text, by id; fails if an id is there twice. */
  public <T extends SpecificRecord> Map<String, String> contents(Topic<T> topic) {
    ids(topic);
    Map<String, String> contents = new TreeMap<>();
    out(topic).forEach(event -> contents.put(topic.idOf().apply(event), event.toString()));
    return contents;
  }

  /** Everything written to the topic so far. */
  public <T extends SpecificRecord> List<T> out(Topic<T> topic) {
    return records(topic).stream().map(record -> topic.type().cast(record.value())).toList();
  }

  /** The same with their headers. */
  public List<TestRecord<String, SpecificRecord>> records(Topic<?> topic) {
    List<TestRecord<String, SpecificRecord>> records =
        written.computeIfAbsent(topic.name(), name -> new ArrayList<>());
    records.addAll(
        driver
            .createOutputTopic(
                topic.in(CLUSTER.run()),
                new StringDeserializer(),
                Serdes.<SpecificRecord>deserializer(CLUSTER))
            .readRecordsToList());
    return records;
  }

  /** Ids written to the topic; fails if one is there twice. */
  public <T extends SpecificRecord> Set<String> ids(Topic<T> topic) {
    List<String> ids = out(topic).stream().map(topic.idOf()).toList();
    Set<String> set = new TreeSet<>(ids);
    if (set.size() != ids.size()) {
      throw new AssertionError(topic.name() + " holds an id twice: " + ids);
    }
    return set;
  }

  /** Ids of all events that the stages write, by topic. */
  public Map<String, Set<String>> allIds() {
    return Flow.TOPICS.stream()
        .filter(topic -> !topic.type().equals(Policy.class))
        .collect(Collectors.toMap(Topic::name, this::ids));
  }

  public double count(String meter, String... tags) {
    return meters.get(meter).tags(tags).counter().count();
  }

  /** Number of entries in a store. */
  public long entries(String store) {
    try (KeyValueIterator<String, Object> all =
        driver.<String, Object>getKeyValueStore(store).all()) {
      long entries = 0;
      for (; all.hasNext(); all.next()) {
        entries++;
      }
      return entries;
    }
  }

  /** Copies the stores to a new driver, as a restart does from changelogs. */
  public void handStoresTo(FlowDriver next) {
    for (Map.Entry<String, StateStore> store : driver.getAllStateStores().entrySet()) {
      KeyValueStore<String, Object> target = next.driver.getKeyValueStore(store.getKey());
      try (KeyValueIterator<String, Object> all =
          driver.<String, Object>getKeyValueStore(store.getKey()).all()) {
        while (all.hasNext()) {
          KeyValue<String, Object> entry = all.next();
          target.put(entry.key, entry.value);
        }
      }
    }
  }

  @Override
  public void close() {
    driver.close();
  }
}
