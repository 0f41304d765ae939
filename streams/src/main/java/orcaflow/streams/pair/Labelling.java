package orcaflow.streams.pair;

import static orcaflow.schemas.ConfigFile.require;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import orcaflow.schemas.ConfigFile;
import orcaflow.schemas.Ids;
import orcaflow.schemas.recipe.LabellingSource;
import orcaflow.streams.close.ClosedSet;

/**
 * Which rows are made of a graded group, as named data. Every row carries the name of its labelling
 * and the hash of the values.
 *
 * <p>{@link Pairing} applies a labelling to one group, {@link ClosedSet} to a whole set of groups.
 *
 * @param name name of the labelling and of its file
 * @param positives whose right answers are desirable or chosen
 * @param syntheticNegatives where wrong answers come from if all rollouts are right
 * @param kto how responses become labelled completions
 * @param pairing how chosen and rejected answers are combined
 * @param cap most pairs of a group
 * @param flagTeacher whether a group gives no rows if it has at least four rollouts and all of them
 *     agree on one wrong answer, which casts doubt on the reference
 * @param demonstrations whose right answers become demonstrations; the teacher's if left out
 * @param solved what becomes of a group whose rollouts are all right; it gives rows if left out
 */
public record Labelling(
    String name,
    Positives positives,
    SyntheticNegatives syntheticNegatives,
    Kto kto,
    Pairs pairing,
    int cap,
    boolean flagTeacher,
    Demonstrations demonstrations,
    Solved solved) {

  /** Labellings that come with orcaflow, each in a file of that name. */
  public static final List<String> SHIPPED =
      List.of(
          "rollouts",
          "paper",
          "paper-capped",
          "paper-no-synthetic",
          "teacher-only",
          "one-to-one",
          "teacher-reliable",
          "rejection-sampling",
          "expert-iteration",
          "unsolved",
          "rollouts-else-teacher");

  /** Largest cap; hardly any group has a full cross larger than this. */
  private static final int MOST_PAIRS = 1000;

  /** Whose answers are positives. */
  public enum Positives {
    @JsonProperty("teacher+student")
    TEACHER_AND_STUDENT,
    @JsonProperty("teacher-only")
    TEACHER_ONLY,
    @JsonProperty("student-only")
    STUDENT_ONLY,
    /** The right rollouts or, where there is none, the teacher's solution. */
    @JsonProperty("student-else-teacher")
    STUDENT_ELSE_TEACHER;

    boolean student() {
      return this != TEACHER_ONLY;
    }

    /**
     * Whether the teacher's solution is one.
     *
     * @param solved whether a rollout of the group is right
     */
    boolean teacher(boolean solved) {
      return this == TEACHER_AND_STUDENT
          || this == TEACHER_ONLY
          || this == STUDENT_ELSE_TEACHER && !solved;
    }
  }

  /** Negatives that the student did not write on this problem. */
  public enum SyntheticNegatives {
    @JsonProperty("none")
    NONE,
    /** As many wrong rollouts of other problems as the group has right ones, if all are right. */
    @JsonProperty("borrow")
    BORROW
  }

  /** How responses become labelled completions. */
  public enum Kto {
    @JsonProperty("each-response-once")
    EACH_RESPONSE_ONCE,
    /** Of equal responses to a problem the first. */
    @JsonProperty("each-distinct-response-once")
    EACH_DISTINCT_RESPONSE_ONCE,
    @JsonProperty("none")
    NONE
  }

  /** Whose right answers are demonstrations. */
  public enum Demonstrations {
    @JsonProperty("teacher")
    TEACHER,
    /** The right rollouts too: rejection sampling. */
    @JsonProperty("teacher+student")
    TEACHER_AND_STUDENT
  }

  /** What becomes of a group whose rollouts are all right. */
  public enum Solved {
    @JsonProperty("keep")
    KEEP,
    /** It gives no rows: the student has nothing to learn from it. */
    @JsonProperty("skip")
    SKIP
  }

  /** How positives and negatives become pairs. */
  public enum Pairs {
    /** The i-th positive with the i-th negative. */
    @JsonProperty("one-to-one")
    ONE_TO_ONE,
    /** Every positive with every negative. */
    @JsonProperty("full-cross")
    FULL_CROSS
  }

  public Labelling {
    require(name != null && name.matches("[a-z0-9-]{1,40}"), "name", name, "a-z, 0-9 and '-'");
    require(
        positives != null,
        "positives",
        null,
        "teacher+student, teacher-only, student-only or student-else-teacher");
    require(syntheticNegatives != null, "syntheticNegatives", null, "none or borrow");
    require(kto != null, "kto", null, "each-response-once, each-distinct-response-once or none");
    require(pairing != null, "pairing", null, "one-to-one or full-cross");
    require(cap >= 0 && cap <= MOST_PAIRS, "cap", cap, "0 to " + MOST_PAIRS);
    demonstrations = demonstrations == null ? Demonstrations.TEACHER : demonstrations;
    solved = solved == null ? Solved.KEEP : solved;
  }

  /**
   * The shipped labelling of that name.
   *
   * @throws IllegalArgumentException naming the shipped labellings
   */
  public static Labelling named(String name) {
    return parse(name, text(name));
  }

  /**
   * A shipped labelling, or the one in the file that was read.
   *
   * @throws IllegalArgumentException naming the shipped labellings, if it is neither
   * @throws ConfigFile.BadConfig naming the file, the key and the value
   */
  public static Labelling of(LabellingSource source) {
    if (source.text().isEmpty()) {
      return named(source.name());
    }
    Labelling own = parse(source.name(), source.text().get());
    if (SHIPPED.contains(own.name) && !named(own.name).id().equals(own.id())) {
      throw new ConfigFile.BadConfig(
          "%s: name is '%s': a shipped labelling with other values has that name, give another"
              .formatted(source.name(), own.name));
    }
    return own;
  }

  /**
   * The commented text of a shipped one.
   *
   * @throws IllegalArgumentException naming the shipped labellings
   */
  public static String text(String name) {
    if (!SHIPPED.contains(name)) {
      throw new IllegalArgumentException(
          "labelling is '%s': use one of %s, or a YAML file"
              .formatted(name, String.join(", ", SHIPPED)));
    }
    return ConfigFile.resource(Labelling.class, "/labelling/" + name + ".yaml");
  }

  private static Labelling parse(String name, String text) {
    return ConfigFile.parse(name, text, Labelling.class, "", Map.of());
  }

  /** Whether wrong answers of other problems are borrowed. */
  public boolean borrows() {
    return syntheticNegatives == SyntheticNegatives.BORROW;
  }

  /** Whether a group gives no rows if all its rollouts are right. */
  public boolean skipsSolved() {
    return solved == Solved.SKIP;
  }

  /** {@code name@hash}; labellings with the same values and other names have the same hash. */
  public String id() {
    String values =
        "positives=%s syntheticNegatives=%s kto=%s pairing=%s cap=%d flagTeacher=%s"
            .formatted(positives, syntheticNegatives, kto, pairing, cap, flagTeacher);
    if (demonstrations != Demonstrations.TEACHER) {
      values += " demonstrations=" + demonstrations;
    }
    if (skipsSolved()) {
      values += " solved=" + solved;
    }
    return Ids.named(name, Ids.contentHash(values));
  }
}
