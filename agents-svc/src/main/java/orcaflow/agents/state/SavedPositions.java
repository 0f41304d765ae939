package orcaflow.agents.state;

import java.util.Map;

/**
 * How far a reader is in a topic.
 *
 * @param topic with its run prefix
 * @param offsets of the next record, by partition
 * @param note what the reader keeps with it
 */
record SavedPositions(String topic, Map<Integer, Long> offsets, String note) {}
