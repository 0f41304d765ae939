package orcaflow.cli.dataset;

import java.util.function.Consumer;
import orcaflow.schemas.Topic;
import org.apache.avro.specific.SpecificRecord;

/** The events of a version. */
@FunctionalInterface
public interface Source {

  /** Gives every event of the topic, in an order that is the same each time. */
  <T extends SpecificRecord> void each(Topic<T> topic, Consumer<T> reader);
}
