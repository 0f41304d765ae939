package orcaflow.trainer.log;

import org.apache.avro.specific.SpecificRecord;

/** An event and where it was read. */
public record StoredEvent<T extends SpecificRecord>(T event, RecordPosition place) {}
