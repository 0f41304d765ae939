package orcaflow.trainer.log;

import orcaflow.schemas.log.RecordPosition;
import org.apache.avro.specific.SpecificRecord;

/** An event and where it was read. */
public record StoredEvent<T extends SpecificRecord>(T event, RecordPosition place) {}
