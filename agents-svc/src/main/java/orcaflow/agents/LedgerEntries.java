package orcaflow.agents;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import orcaflow.agents.model.Ledger;
import orcaflow.events.ModelCall;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Serdes;
import orcaflow.schemas.Stages;
import orcaflow.schemas.log.RegistryOutage;
import orcaflow.schemas.log.UnreadableRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Deserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the records of {@code model-calls} add to the ledger. The numbers stand in headers, so that
 * nobody decodes the answers to add up what they cost; records of earlier builds have none and are
 * decoded. What this process stores is in its ledger already; the sums of all records so far are
 * what a later start begins with.
 */
final class LedgerEntries {

  private static final Logger LOG = LoggerFactory.getLogger(LedgerEntries.class);

  private static final String PROCESS = "orcaflow.process";
  private static final String COST = "orcaflow.cost";
  private static final String TOKENS = "orcaflow.tokens";
  private static final String ENDPOINT = "orcaflow.endpoint";
  private static final String STAGE = "orcaflow.stage";
  private static final String CALL = "orcaflow.call";

  private final String process = UUID.randomUUID().toString();
  private final Deserializer<ModelCall> deserializer;
  private final String topic;
  private final Ledger ledger;
  private final Ledger read = new Ledger();
  private final Consumer<String> settled;

  /**
   * @param settled receives the id of each call that a record settles
   */
  LedgerEntries(Cluster cluster, String topic, Ledger ledger, Consumer<String> settled) {
    this.deserializer = Serdes.deserializer(cluster);
    this.topic = topic;
    this.ledger = ledger;
    this.settled = settled;
  }

  /** Begins with the sums of what an earlier process has read. */
  void begin(Ledger.Sums earlier) {
    read.add(earlier);
    ledger.add(earlier);
  }

  /** The sums of all records so far, with those that an earlier process has read. */
  Ledger.Sums read() {
    return read.sums();
  }

  /** Adds the headers to a record. */
  ProducerRecord<byte[], byte[]> stamp(ProducerRecord<byte[], byte[]> call, ModelCall event) {
    add(call.headers(), PROCESS, process);
    add(call.headers(), COST, Double.toString(event.getCost()));
    add(
        call.headers(),
        TOKENS,
        Long.toString(event.getPromptTokens() + event.getCompletionTokens()));
    add(call.headers(), ENDPOINT, event.getEndpoint());
    add(call.headers(), STAGE, event.getStage());
    if (event.getCall() != null) {
      add(call.headers(), CALL, event.getCall());
    }
    return call;
  }

  /**
   * Adds a record of another process, or of an earlier one, to the ledger.
   *
   * @return false if the record is no call; it is said in the log and left out
   * @throws SerializationException if the registry cannot be asked
   */
  boolean add(ConsumerRecord<String, byte[]> call) {
    value(call.headers(), CALL).ifPresent(settled);
    Optional<String> writer = value(call.headers(), PROCESS);
    if (writer.isPresent() && value(call.headers(), COST).isPresent()) {
      String endpoint = value(call.headers(), ENDPOINT).orElse("");
      String stage = value(call.headers(), STAGE).orElse("");
      double cost = Double.parseDouble(value(call.headers(), COST).get());
      long tokens = Long.parseLong(value(call.headers(), TOKENS).orElse("0"));
      add(read, endpoint, stage, cost, tokens);
      if (!writer.get().equals(process)) {
        add(ledger, endpoint, stage, cost, tokens);
      }
      return true;
    }
    Optional<ModelCall> event = event(call);
    event.ifPresent(
        earlier -> {
          add(read, earlier);
          add(ledger, earlier);
        });
    return event.isPresent();
  }

  private Optional<ModelCall> event(ConsumerRecord<String, byte[]> call) {
    try {
      return Optional.ofNullable(deserializer.deserialize(topic, call.value()));
    } catch (SerializationException failure) {
      if (RegistryOutage.isReasonOf(failure)) {
        throw failure;
      }
      LOG.warn("{}", UnreadableRecord.of(call, failure.getMessage()));
      return Optional.empty();
    }
  }

  /** Adds a call to the ledger. */
  void add(ModelCall event) {
    add(ledger, event);
  }

  private static void add(Ledger to, ModelCall event) {
    add(
        to,
        event.getEndpoint(),
        event.getStage(),
        event.getCost(),
        event.getPromptTokens() + event.getCompletionTokens());
  }

  /** The run's own student costs nothing, and its tokens are in no budget. */
  private static void add(Ledger to, String endpoint, String stage, double cost, long tokens) {
    if (!stage.equals(Stages.SAMPLE) || cost > 0) {
      to.add(endpoint, stage, cost, tokens);
    }
  }

  private static void add(Headers headers, String name, String value) {
    headers.add(name, value.getBytes(StandardCharsets.UTF_8));
  }

  private static Optional<String> value(Headers headers, String name) {
    Header header = headers.lastHeader(name);
    return header == null || header.value() == null
        ? Optional.empty()
        : Optional.of(new String(header.value(), StandardCharsets.UTF_8));
  }
}
