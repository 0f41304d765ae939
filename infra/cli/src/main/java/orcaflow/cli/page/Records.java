package orcaflow.cli.page;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;

/**
 * The newest records of a topic, the newest first.
 *
 * @param looked of how many of the newest records these are
 * @param records as {@code tail} prints them
 */
record Records(String topic, Map<String, String> where, long looked, List<JsonNode> records) {}
