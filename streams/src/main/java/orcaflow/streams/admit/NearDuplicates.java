package orcaflow.streams.admit;

import com.fasterxml.jackson.annotation.JsonProperty;
import orcaflow.schemas.alike.Shingles;

/**
 * When a problem is too similar to one that was admitted before.
 *
 * @param among which problems it is compared with
 * @param similarity the Jaccard overlap of the sets of runs of words from which on it is rejected
 * @param words number of words in a run
 * @param maskNumbers whether problems that differ in numbers only are equal
 */
public record NearDuplicates(Among among, double similarity, int words, boolean maskNumbers) {

  /** Only equal questions are duplicates. */
  public static final NearDuplicates OFF = new NearDuplicates(Among.NONE, 0.7, 3, false);

  /** Which problems a new one is compared with. */
  public enum Among {
    /** None: only equal questions are duplicates. */
    @JsonProperty("none")
    NONE,
    /**
     * Its ancestors: its parent, the parent's parent and so on. They were admitted before it was
     * written, so the order of arrival does not matter.
     */
    @JsonProperty("ancestors")
    ANCESTORS,
    /** All problems admitted before it came: of two similar problems, the first one stays. */
    @JsonProperty("everything")
    EVERYTHING
  }

  public NearDuplicates {
    if (among == null) {
      throw new IllegalArgumentException(
          "admit.nearDuplicates.among is missing: use none, ancestors or everything");
    }
    if (!(similarity > 0 && similarity <= 1)) {
      throw new IllegalArgumentException(
          "admit.nearDuplicates.similarity is %s: use more than 0 and at most 1"
              .formatted(similarity));
    }
    if (words < 1 || words > 20) {
      throw new IllegalArgumentException(
          "admit.nearDuplicates.words is %d: use 1 to 20".formatted(words));
    }
  }

  /** Whether anything is compared at all. */
  public boolean on() {
    return among != Among.NONE;
  }

  Shingles shingles() {
    return new Shingles(words, maskNumbers);
  }
}
