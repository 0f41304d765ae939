package orcaflow.cli.dataset;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.List;
import orcaflow.schemas.Ids;
import orcaflow.schemas.Topic;
import orcaflow.schemas.Topics;

/**
 * What a dataset version is: which records of which topics. Nothing in it tells when or where it
 * was cut, so that the same records give the same version.
 *
 * @param format of this manifest, {@value #FORMAT}
 * @param run whose topics they are
 * @param recipes name@hash of the recipes of the run, sorted
 * @param topics one slice a topic, in flow order
 */
public record Manifest(int format, String run, List<String> recipes, List<Slice> topics) {

  static final int FORMAT = 1;

  /** The topics of a version, in flow order. */
  static final List<Topic<?>> TOPICS =
      List.of(
          Topics.MODEL_CALLS,
          Topics.PROBLEMS,
          Topics.REJECTED_CANDIDATES,
          Topics.TEACHER_SOLUTIONS,
          Topics.GRADED_ROLLOUTS,
          Topics.DEMONSTRATIONS,
          Topics.LABELLED_COMPLETIONS,
          Topics.PREFERENCE_PAIRS);

  private static final JsonMapper CANONICAL =
      JsonMapper.builder()
          .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
          .disable(MapperFeature.SORT_CREATOR_PROPERTIES_FIRST)
          .build();

  public Manifest {
    if (format != FORMAT) {
      throw new IllegalArgumentException(
          "format is %d: this program reads format %d".formatted(format, FORMAT));
    }
    recipes = recipes.stream().sorted().toList();
    topics = List.copyOf(topics);
  }

  /**
   * Committed records of one topic.
   *
   * @param topic without the run prefix
   * @param ranges one a partition, in order of partitions
   * @param records read under read_committed
   * @param digest SHA-256 over the records' bytes in order: differs for a topic that was created
   *     again
   * @param schemas registry ids of the schemas the records were written with, sorted
   * @param labelling policies the rows were made under, name@hash, sorted
   */
  public record Slice(
      String topic,
      List<Range> ranges,
      long records,
      String digest,
      List<Integer> schemas,
      List<String> labelling) {
    public Slice {
      ranges = List.copyOf(ranges);
      schemas = schemas.stream().sorted().toList();
      labelling = labelling.stream().sorted().toList();
    }
  }

  /**
   * A half-open stretch of one partition.
   *
   * @param from first offset
   * @param to offset after the last committed record, equal to {@code from} where there is none
   */
  public record Range(int partition, long from, long to) {}

  /** Canonical JSON: keys sorted, no white space. Its SHA-256 is {@link #version()}. */
  public String canonical() {
    try {
      return CANONICAL.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a manifest is always JSON", e);
    }
  }

  /** The version's name, 64 hex digits. */
  public String version() {
    return Ids.contentHash(canonical());
  }

  /** All records of all topics. */
  public long records() {
    return topics.stream().mapToLong(Slice::records).sum();
  }

  /** The topics this version was cut from: {@link #TOPICS}, or fewer if it is an older one. */
  List<Topic<?>> kinds() {
    return TOPICS.stream().filter(this::holds).toList();
  }

  boolean holds(Topic<?> topic) {
    return topics.stream().anyMatch(slice -> slice.topic().equals(topic.name()));
  }

  /** The slice of a topic that it {@link #holds}. */
  Slice slice(Topic<?> topic) {
    return topics.stream()
        .filter(slice -> slice.topic().equals(topic.name()))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("the version has no " + topic.name()));
  }
}
