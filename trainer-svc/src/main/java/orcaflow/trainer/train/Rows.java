package orcaflow.trainer.train;

import java.util.List;
import java.util.stream.Stream;
import orcaflow.schemas.Ids;
import orcaflow.schemas.recipe.Recipe;
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

  /** Texts of which a fresh student's vocabulary is made. */
  Stream<String> texts() {
    return rows.stream().flatMap(row -> format.texts().apply(row.event()));
  }

  /** Names exactly these rows. */
  String hash() {
    return Ids.hash(rows.stream().map(row -> row.source().row()).toArray(String[]::new));
  }
}
