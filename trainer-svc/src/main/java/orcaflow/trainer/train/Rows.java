package orcaflow.trainer.train;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import orcaflow.events.Demonstration;
import orcaflow.events.LabelledCompletion;
import orcaflow.events.PreferencePair;
import orcaflow.schemas.Ids;
import orcaflow.schemas.Recipe.Step;
import orcaflow.schemas.StudentPrompt;
import orcaflow.trainer.student.DpoSettings;
import orcaflow.trainer.student.Example;
import orcaflow.trainer.student.Examples;
import orcaflow.trainer.student.KtoSettings;
import orcaflow.trainer.student.Labelled;
import orcaflow.trainer.student.Pair;

/**
 * The rows of an iteration as they were read, each id once and in the order of ids, so that nothing
 * depends on partitions or arrival.
 */
sealed interface Rows {

  /** Texts of which a fresh student's vocabulary is made. */
  Stream<String> texts();

  /** Names exactly these rows. */
  String hash();

  /**
   * Rows in token ids; those longer than {@code context} are counted and left out.
   *
   * @param context tokens of prompt and answer together
   */
  Lesson lesson(Examples examples, int context, Step step);

  /** Rows of demonstrations; they belong to whichever iteration names their range. */
  record Demonstrations(Collection<Demonstration> rows) implements Rows {

    static Demonstrations of(List<Demonstration> read) {
      return new Demonstrations(sorted(read, Demonstration::getId, row -> true));
    }

    @Override
    public Stream<String> texts() {
      return rows.stream().flatMap(r -> exchange(r.getQuestion(), r.getSolution()));
    }

    @Override
    public String hash() {
      return Rows.hash(rows, Demonstration::getId);
    }

    @Override
    public Lesson lesson(Examples examples, int context, Step step) {
      List<Example> usable =
          rows.stream()
              .map(r -> examples.example(r.getQuestion(), r.getSolution()))
              .filter(e -> e.length() <= context)
              .toList();
      String note = counted(usable.size(), rows.size(), context, "demonstrations");
      return usable.isEmpty()
          ? new Lesson.Nothing(note)
          : new Lesson.Demonstrated(usable, note + small(usable.size(), step));
    }
  }

  /** Rows for KTO. */
  record Completions(Collection<LabelledCompletion> rows) implements Rows {

    static Completions of(List<LabelledCompletion> read, int iteration) {
      return new Completions(
          sorted(read, LabelledCompletion::getId, row -> row.getIteration() == iteration));
    }

    @Override
    public Stream<String> texts() {
      return rows.stream().flatMap(r -> exchange(r.getQuestion(), r.getCompletion()));
    }

    @Override
    public String hash() {
      return Rows.hash(rows, LabelledCompletion::getId);
    }

    @Override
    public Lesson lesson(Examples examples, int context, Step step) {
      List<Labelled> usable = new ArrayList<>();
      List<String> problems = new ArrayList<>();
      for (LabelledCompletion row : rows) {
        Example example = examples.example(row.getQuestion(), row.getCompletion());
        if (example.length() <= context) {
          usable.add(new Labelled(example, row.getDesirable()));
          problems.add(row.getProblemId());
        }
      }
      String note = counted(usable.size(), rows.size(), context, "labelled completions");
      long desirable = usable.stream().filter(Labelled::desirable).count();
      if (usable.isEmpty()) {
        return new Lesson.Nothing(note);
      }
      if (desirable == 0) {
        return new Lesson.Nothing(note + "; none is desirable: KTO could only unlearn");
      }
      if (problems.stream().distinct().count() < 2) {
        return new Lesson.Nothing(
            note + "; all are of one problem: KTO compares answers of different problems");
      }
      KtoWeights weights =
          KtoWeights.of(step.weightRatio().orElse(1.0), desirable, usable.size() - desirable);
      return new Lesson.Judged(
          usable,
          problems,
          new KtoSettings(step.beta().orElseThrow(), weights.desirable(), weights.undesirable()),
          "%s; %d desirable at weight %.4f, %d undesirable at weight %.4f%s"
              .formatted(
                  note,
                  desirable,
                  weights.desirable(),
                  usable.size() - desirable,
                  weights.undesirable(),
                  small(usable.size(), step)));
    }
  }

  /** Rows for DPO. */
  record Pairs(Collection<PreferencePair> rows) implements Rows {

    static Pairs of(List<PreferencePair> read, int iteration) {
      return new Pairs(sorted(read, PreferencePair::getId, row -> row.getIteration() == iteration));
    }

    @Override
    public Stream<String> texts() {
      return rows.stream()
          .flatMap(
              r ->
                  Stream.concat(
                      exchange(r.getQuestion(), r.getChosen()), Stream.of(r.getRejected())));
    }

    @Override
    public String hash() {
      return Rows.hash(rows, PreferencePair::getId);
    }

    @Override
    public Lesson lesson(Examples examples, int context, Step step) {
      List<Pair> usable =
          rows.stream()
              .map(
                  r ->
                      new Pair(
                          examples.example(r.getQuestion(), r.getChosen()),
                          examples.example(r.getQuestion(), r.getRejected())))
              .filter(p -> p.chosen().length() <= context && p.rejected().length() <= context)
              .toList();
      String note = counted(usable.size(), rows.size(), context, "preference pairs");
      return usable.isEmpty()
          ? new Lesson.Nothing(note)
          : new Lesson.Preferred(
              usable,
              new DpoSettings(step.beta().orElseThrow()),
              note + small(usable.size(), step));
    }
  }

  private static <T> Collection<T> sorted(
      List<T> read, Function<T, String> id, Predicate<T> belongs) {
    TreeMap<String, T> rows = new TreeMap<>();
    read.stream().filter(belongs).forEach(row -> rows.putIfAbsent(id.apply(row), row));
    return rows.values();
  }

  private static <T> String hash(Collection<T> rows, Function<T, String> id) {
    return Ids.hash(rows.stream().map(id).toArray(String[]::new));
  }

  private static Stream<String> exchange(String question, String answer) {
    return Stream.of(StudentPrompt.prompt(question) + answer);
  }

  private static String counted(int usable, int all, int context, String kind) {
    return usable == all
        ? "%d %s".formatted(all, kind)
        : "%d of %d %s; %d left out as longer than %d tokens"
            .formatted(usable, all, kind, all - usable, context);
  }

  private static String small(int usable, Step step) {
    return usable >= step.batch()
        ? ""
        : "; batches of %d instead of %d".formatted(usable, step.batch());
  }
}
