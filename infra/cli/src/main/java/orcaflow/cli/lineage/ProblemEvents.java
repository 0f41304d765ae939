package orcaflow.cli.lineage;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.BiConsumer;
import orcaflow.schemas.Topic;
import orcaflow.schemas.log.RecordPosition;
import org.apache.avro.specific.SpecificRecord;

/** The events of a problem in a run, each once, topic by topic. */
interface ProblemEvents {

  <T extends SpecificRecord> void each(Topic<T> topic, BiConsumer<T, RecordPosition> taker);

  /** Looks through a topic for them whenever it is asked for. */
  static ProblemEvents scanned(CommittedEvents events, String run, String problem) {
    return new ProblemEvents() {
      @Override
      public <T extends SpecificRecord> void each(
          Topic<T> topic, BiConsumer<T, RecordPosition> taker) {
        events.each(topic, run, problem::equals, taker);
      }
    };
  }

  /** Reads those at places that are known, all at once. */
  static ProblemEvents at(List<RecordPosition> places, CommittedEvents events) {
    record Found(SpecificRecord event, RecordPosition place) {}

    List<Found> found = new ArrayList<>();
    events.at(places, (event, place) -> found.add(new Found(event, place)));
    found.sort(Comparator.comparing(Found::place));
    return new ProblemEvents() {
      @Override
      public <T extends SpecificRecord> void each(
          Topic<T> topic, BiConsumer<T, RecordPosition> taker) {
        found.stream()
            .filter(one -> topic.type().isInstance(one.event()))
            .forEach(one -> taker.accept(topic.type().cast(one.event()), one.place()));
      }
    };
  }
}
