package orcaflow.trainer.train;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import orcaflow.events.Demonstration;
import orcaflow.events.LabelledCompletion;
import orcaflow.events.PreferencePair;
import orcaflow.schemas.StudentPrompt;
import orcaflow.schemas.Topic;
import orcaflow.schemas.Topics;
import org.apache.avro.specific.SpecificRecord;

/**
 * How the rows of one topic are read.
 *
 * @param id of a row
 * @param problem the id of its problem
 * @param policy version of the policy that wrote it; none for a teacher's
 * @param texts what the student reads and writes, for the vocabulary of a fresh one
 * @param iteration the number of the iteration that a row was made for; none where whichever
 *     iteration names its range may learn from it
 */
record RowFormat<R extends SpecificRecord>(
    Topic<R> topic,
    Function<R, String> id,
    Function<R, String> problem,
    Function<R, Optional<String>> policy,
    Function<R, Stream<String>> texts,
    Function<R, Optional<Integer>> iteration) {

  private static final RowFormat<Demonstration> DEMONSTRATIONS =
      new RowFormat<>(
          Topics.DEMONSTRATIONS,
          Demonstration::getId,
          Demonstration::getProblemId,
          row -> Optional.ofNullable(row.getLineage().getPolicyVersion()),
          row -> Stream.of(exchange(row.getQuestion(), row.getSolution())),
          row -> Optional.empty());

  /** The policy of a group is the writer of its answers, unless a teacher wrote one. */
  private static final RowFormat<LabelledCompletion> LABELLED_COMPLETIONS =
      new RowFormat<>(
          Topics.LABELLED_COMPLETIONS,
          LabelledCompletion::getId,
          LabelledCompletion::getProblemId,
          row ->
              Optional.of(row.getPolicyVersion()).filter(p -> !row.getOrigin().equals("teacher")),
          row -> Stream.of(exchange(row.getQuestion(), row.getCompletion())),
          row -> Optional.of(row.getIteration()));

  private static final RowFormat<PreferencePair> PREFERENCE_PAIRS =
      new RowFormat<>(
          Topics.PREFERENCE_PAIRS,
          PreferencePair::getId,
          PreferencePair::getProblemId,
          row -> Optional.of(row.getPolicyVersion()),
          row -> Stream.of(exchange(row.getQuestion(), row.getChosen()), row.getRejected()),
          row -> Optional.of(row.getIteration()));

  private static final List<RowFormat<?>> ALL =
      List.of(DEMONSTRATIONS, LABELLED_COMPLETIONS, PREFERENCE_PAIRS);

  /**
   * The format of a topic's rows.
   *
   * @throws IllegalArgumentException for a topic that holds no rows of training data
   */
  @SuppressWarnings("unchecked")
  static <R extends SpecificRecord> RowFormat<R> of(Topic<R> topic) {
    return (RowFormat<R>)
        ALL.stream()
            .filter(format -> format.topic.equals(topic))
            .findFirst()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "topic %s holds no rows of training data".formatted(topic.name())));
  }

  /** Whether an iteration learns from the row. */
  boolean belongs(R row, Rows.Belongs belongs) {
    return iteration.apply(row).map(belongs::takes).orElse(true);
  }

  private static String exchange(String question, String answer) {
    return StudentPrompt.prompt(question) + answer;
  }
}
