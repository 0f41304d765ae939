package orcaflow.trainer.train;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import orcaflow.events.Demonstration;
import orcaflow.events.LabelledCompletion;
import orcaflow.events.PreferencePair;
import orcaflow.schemas.Ids;
import orcaflow.schemas.StudentPrompt;
import orcaflow.schemas.recipe.Recipe.Step;
import orcaflow.trainer.log.StoredEvent;
import orcaflow.trainer.objective.KtoSettings;
import orcaflow.trainer.objective.LossSettings;
import orcaflow.trainer.objective.PreferenceExample;
import orcaflow.trainer.objective.UnpairedExample;
import orcaflow.trainer.tokenizer.Example;
import orcaflow.trainer.tokenizer.ExampleEncoder;
import org.apache.avro.specific.SpecificRecord;

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
  Lesson lesson(ExampleEncoder examples, int context, Step step);

  /** Rows of demonstrations; they belong to whichever iteration names their range. */
  record Demonstrations(Collection<StoredEvent<Demonstration>> rows) implements Rows {

    static Demonstrations of(List<StoredEvent<Demonstration>> read) {
      return new Demonstrations(sorted(read, Demonstration::getId, row -> true));
    }

    @Override
    public Stream<String> texts() {
      return rows.stream()
          .map(StoredEvent::event)
          .flatMap(r -> exchange(r.getQuestion(), r.getSolution()));
    }

    @Override
    public String hash() {
      return Rows.hash(rows, Demonstration::getId);
    }

    @Override
    public Lesson lesson(ExampleEncoder examples, int context, Step step) {
      return imitated(
          LengthFilter.in(
              context,
              rows,
              "demonstrations",
              row -> examples.example(row.getQuestion(), row.getSolution()),
              Example::length,
              Demonstrations::origin),
          step);
    }

    private static RowSource origin(StoredEvent<Demonstration> stored) {
      Demonstration row = stored.event();
      return new RowSource(
          row.getId(),
          row.getProblemId(),
          stored.place(),
          Optional.ofNullable(row.getLineage().getPolicyVersion()));
    }
  }

  /**
   * Rejection sampling: the desirable ones of an iteration's labelled completions, to imitate.
   * Equal answers to a problem count as often as they were given, as under KTO.
   */
  record RightAnswers(Collection<StoredEvent<LabelledCompletion>> rows) implements Rows {

    static RightAnswers of(List<StoredEvent<LabelledCompletion>> read, int iteration) {
      return new RightAnswers(
          sorted(
              read,
              LabelledCompletion::getId,
              row -> row.getIteration() == iteration && row.getDesirable()));
    }

    @Override
    public Stream<String> texts() {
      return answers(rows);
    }

    @Override
    public String hash() {
      return Rows.hash(rows, LabelledCompletion::getId);
    }

    @Override
    public Lesson lesson(ExampleEncoder examples, int context, Step step) {
      return imitated(
          LengthFilter.in(
              context,
              rows,
              "desirable labelled completions",
              row -> examples.example(row.getQuestion(), row.getCompletion()),
              Example::length,
              Rows::origin),
          step);
    }
  }

  /** Rows for KTO. */
  record Completions(Collection<StoredEvent<LabelledCompletion>> rows) implements Rows {

    static Completions of(List<StoredEvent<LabelledCompletion>> read, int iteration) {
      return new Completions(
          sorted(read, LabelledCompletion::getId, row -> row.getIteration() == iteration));
    }

    @Override
    public Stream<String> texts() {
      return answers(rows);
    }

    @Override
    public String hash() {
      return Rows.hash(rows, LabelledCompletion::getId);
    }

    @Override
    public Lesson lesson(ExampleEncoder examples, int context, Step step) {
      LengthFilter<UnpairedExample> fitting =
          LengthFilter.in(
              context,
              rows,
              "labelled completions",
              row ->
                  new UnpairedExample(
                      examples.example(row.getQuestion(), row.getCompletion()), row.getDesirable()),
              row -> row.example().length(),
              Rows::origin);
      List<UnpairedExample> usable = fitting.rows();
      String note = fitting.note();
      long desirable = usable.stream().filter(UnpairedExample::desirable).count();
      if (usable.isEmpty()) {
        return new Lesson.Nothing(note);
      }
      if (desirable == 0) {
        return new Lesson.Nothing(note + "; none is desirable: KTO could only unlearn");
      }
      if (fitting.origins().stream().map(RowSource::problem).distinct().count() < 2) {
        return new Lesson.Nothing(
            note + "; all are of one problem: KTO compares answers of different problems");
      }
      KtoSettings settings = LossSettings.kto(step, desirable, usable.size() - desirable);
      return new Lesson.Judged(
          usable,
          fitting.origins(),
          settings,
          "%s; %d desirable at weight %.4f, %d undesirable at weight %.4f%s"
              .formatted(
                  note,
                  desirable,
                  settings.desirableWeight(),
                  usable.size() - desirable,
                  settings.undesirableWeight(),
                  small(usable.size(), step)));
    }
  }

  /** Rows for DPO. */
  record Pairs(Collection<StoredEvent<PreferencePair>> rows) implements Rows {

    static Pairs of(List<StoredEvent<PreferencePair>> read, int iteration) {
      return new Pairs(sorted(read, PreferencePair::getId, row -> row.getIteration() == iteration));
    }

    @Override
    public Stream<String> texts() {
      return rows.stream()
          .map(StoredEvent::event)
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
    public Lesson lesson(ExampleEncoder examples, int context, Step step) {
      LengthFilter<PreferenceExample> fitting =
          LengthFilter.in(
              context,
              rows,
              "preference pairs",
              row ->
                  new PreferenceExample(
                      examples.example(row.getQuestion(), row.getChosen()),
                      examples.example(row.getQuestion(), row.getRejected())),
              pair -> Math.max(pair.chosen().length(), pair.rejected().length()),
              Pairs::origin);
      return fitting.rows().isEmpty()
          ? new Lesson.Nothing(fitting.note())
          : new Lesson.Preferred(
              fitting.rows(),
              fitting.origins(),
              LossSettings.dpo(step),
              fitting.note() + small(fitting.rows().size(), step));
    }

    private static RowSource origin(StoredEvent<PreferencePair> stored) {
      PreferencePair row = stored.event();
      return new RowSource(
          row.getId(), row.getProblemId(), stored.place(), Optional.of(row.getPolicyVersion()));
    }
  }

  private static Lesson imitated(LengthFilter<Example> fitting, Step step) {
    return fitting.rows().isEmpty()
        ? new Lesson.Nothing(fitting.note())
        : new Lesson.Demonstrated(
            fitting.rows(), fitting.origins(), fitting.note() + small(fitting.rows().size(), step));
  }

  /** The group's policy is the writer's, unless a teacher wrote the answer. */
  private static RowSource origin(StoredEvent<LabelledCompletion> stored) {
    LabelledCompletion row = stored.event();
    return new RowSource(
        row.getId(),
        row.getProblemId(),
        stored.place(),
        Optional.of(row.getPolicyVersion()).filter(p -> !row.getOrigin().equals("teacher")));
  }

  private static Stream<String> answers(Collection<StoredEvent<LabelledCompletion>> rows) {
    return rows.stream()
        .map(StoredEvent::event)
        .flatMap(r -> exchange(r.getQuestion(), r.getCompletion()));
  }

  private static <T extends SpecificRecord> Collection<StoredEvent<T>> sorted(
      List<StoredEvent<T>> read, Function<T, String> id, Predicate<T> belongs) {
    TreeMap<String, StoredEvent<T>> rows = new TreeMap<>();
    read.stream()
        .filter(row -> belongs.test(row.event()))
        .forEach(row -> rows.merge(id.apply(row.event()), row, Rows::earlier));
    return rows.values();
  }

  private static <T extends SpecificRecord> StoredEvent<T> earlier(
      StoredEvent<T> one, StoredEvent<T> other) {
    return one.place().compareTo(other.place()) <= 0 ? one : other;
  }

  private static <T extends SpecificRecord> String hash(
      Collection<StoredEvent<T>> rows, Function<T, String> id) {
    return Ids.hash(rows.stream().map(row -> id.apply(row.event())).toArray(String[]::new));
  }

  private static Stream<String> exchange(String question, String answer) {
    return Stream.of(StudentPrompt.prompt(question) + answer);
  }

  private static String small(int usable, Step step) {
    return usable >= step.batch()
        ? ""
        : "; batches of %d instead of %d".formatted(usable, step.batch());
  }
}
