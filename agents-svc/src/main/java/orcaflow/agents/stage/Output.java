package orcaflow.agents.stage;

import orcaflow.schemas.Topic;
import org.apache.avro.specific.SpecificRecord;

/** An event and the topic that it is written to. */
public record Output<T extends SpecificRecord>(Topic<T> topic, T event) {

  public String key() {
    return topic.keyOf().apply(event);
  }
}
