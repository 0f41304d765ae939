package orcaflow.trainer.log;

import org.apache.avro.specific.SpecificRecord;

/** An event and where it was read. */
public record Stored<T extends SpecificRecord>(T event, Place place) {}
