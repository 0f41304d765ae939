package orcaflow.trainer.train;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import orcaflow.schemas.Ids;
import orcaflow.schemas.recipe.Recipe;
import orcaflow.trainer.log.StoredEvent;
import orcaflow.trainer.objective.Objective;
import orcaflow.trainer.objective.RowSource;
import orcaflow.trainer.objective.SourcedRow;
import org.apache.avro.specific.SpecificRecord;

/**
 * The rows of an iteration as they were read, each id once and in the order of ids, so that nothing
 * depends on partitions or on the order of arrival.
 *
 * @param rows that it learns from
 * @param stale rows that were left out because of the age of their policy
 */
record Rows<R extends SpecificRecord>(RowFormat<R> format, List<SourcedRow<R>> rows, int stale) {

  /** Which rows an iteration learns from, by the iteration that a row was made for. */
  interface Belongs {

    /** Whether it learns from rows that were made for that iteration. */
    boolean takes(int iteration);

    /** Those of that iteration of a recipe. */
    static Belongs in(Recipe recipe, int number) {
      return recipe.takesLateRollouts(number) ? upTo(number) : only(number);
    }

    /** Its own rows. */
    static Belongs only(int number) {
      return iteration -> iteration == number;
    }

    /** Its own rows and those that came too late for an iteration before it. */
    static Belongs upTo(int number) {
      return iteration -> iteration <= number;
    }
  }

  /** Those of the events read that belong to the iteration and to the objective's data. */
  static <R extends SpecificRecord> Rows<R> of(
      Objective<R, ?> objective, List<StoredEvent<R>> read, Belongs belongs) {
    return of(objective, read, belongs, policy -> true);
  }

  /**
   * The same without those of policies that are too old. What is left out is not counted as the
   * answer of which equal ones are dropped.
   *
   * @param isYoung whether the rows of a policy are taken; asked without a version for a row that
   *     no policy wrote
   */
  static <R extends SpecificRecord> Rows<R> of(
      Objective<R, ?> objective,
      List<StoredEvent<R>> read,
      Belongs belongs,
      Predicate<Optional<String>> isYoung) {
    RowFormat<R> format = RowFormat.of(objective.topic());
    TreeMap<String, StoredEvent<R>> byId = new TreeMap<>();
    read.stream()
        .filter(row -> format.belongs(row.event(), belongs))
        .filter(row -> objective.takes(row.event()))
        .forEach(row -> byId.merge(format.id().apply(row.event()), row, Rows::earlier));
    List<StoredEvent<R>> young =
        byId.values().stream()
            .filter(row -> isYoung.test(format.policy().apply(row.event())))
            .toList();
    Set<Object> counted = new HashSet<>();
    return new Rows<>(
        format,
        young.stream()
            .filter(row -> objective.countedOnce(row.event()).map(counted::add).orElse(true))
            .map(row -> sourced(format, row))
            .toList(),
        byId.size() - young.size());
  }

  /** Texts of which a fresh student's vocabulary is made. */
  Stream<String> texts() {
    return rows.stream().flatMap(row -> format.texts().apply(row.event()));
  }

  /** Names exactly these rows. */
  String hash() {
    return Ids.hash(rows.stream().map(row -> row.source().row()).toArray(String[]::new));
  }

  private static <R extends SpecificRecord> SourcedRow<R> sourced(
      RowFormat<R> format, StoredEvent<R> stored) {
    R row = stored.event();
    return new SourcedRow<>(
        row,
        new RowSource(
            format.id().apply(row),
            format.problem().apply(row),
            stored.place(),
            format.policy().apply(row)));
  }

  private static <R extends SpecificRecord> StoredEvent<R> earlier(
      StoredEvent<R> one, StoredEvent<R> other) {
    return one.place().compareTo(other.place()) <= 0 ? one : other;
  }
}
