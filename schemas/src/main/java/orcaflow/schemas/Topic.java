package orcaflow.schemas;

import java.util.function.Function;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;

/**
 * One row of the catalogue: a topic and its event. Records stay for ever.
 *
 * @param name plural kebab-case noun, without the run prefix
 * @param type event class generated from Avro
 * @param keyOf record key of an event; the problem id on every topic of the flow
 * @param idOf id under which a consumer meets the same event again
 * @param spread whether the topic has as many partitions as the run, or one
 */
public record Topic<T extends SpecificRecord>(
    String name,
    Class<T> type,
    Function<T, String> keyOf,
    Function<T, String> idOf,
    Spread spread) {

  /** Partition count, chosen by run for the topics of the flow so that joins are local. */
  public enum Spread {
    RUN,
    ONE
  }

  /** Name within a run: {@code <run>.<name>}. */
  public String in(String run) {
    return run + "." + name;
  }

  /** Name of the topic that takes what this one's readers could not process. */
  public String deadLettersIn(String run) {
    return in(run) + ".dlq";
  }

  /** The Avro schema of the event. */
  public Schema schema() {
    return SpecificData.get().getSchema(type);
  }

  /** Partitions of this topic in a run that has {@code partitions} of them. */
  public int partitions(int partitions) {
    return spread == Spread.ONE ? 1 : partitions;
  }
}
