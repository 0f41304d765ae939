package orcaflow.cli.dataset;

/** A version's records are no longer in the topics as they were when it was cut. */
public final class RecordsGone extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private RecordsGone(String message) {
    super(message);
  }

  /** Retention or a deletion took the start of the range. */
  static RecordsGone before(String topic, Manifest.Range range, long beginning) {
    return new RecordsGone(
        "%s partition %d: the version holds offsets %d to %d, and %d to %d are no longer there"
            .formatted(
                topic,
                range.partition(),
                range.from(),
                range.to(),
                range.from(),
                Math.min(beginning, range.to())));
  }

  /** The topic ends before the range does: it was created again. */
  static RecordsGone after(String topic, Manifest.Range range, long end) {
    return new RecordsGone(
        "%s partition %d: the version holds offsets %d to %d, and %d to %d are not there"
            .formatted(
                topic,
                range.partition(),
                range.from(),
                range.to(),
                Math.max(end, range.from()),
                range.to()));
  }

  /** The offsets are there, but other records are at them. */
  static RecordsGone replaced(String topic, long cut, long found) {
    return new RecordsGone(
        "%s: the records are not those that were cut (%d then, %d now): was the topic made again?"
            .formatted(topic, cut, found));
  }
}
