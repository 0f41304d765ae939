package orcaflow.agents.seed;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import orcaflow.schemas.Ids;

/**
 * A usable row as a problem.
 *
 * @param id of the problem; equal questions share it
 * @param answer the row's, or that of its solution
 */
public record SeedProblem(String id, String question, Optional<String> answer) {

  /**
   * The usable rows of an input, in their order.
   *
   * @throws Seeding.BadSeedFile if a file cannot be read, with file and line
   */
  public static List<SeedProblem> of(SeedInput input) {
    List<SeedProblem> problems = new ArrayList<>();
    try (SeedRows rows = input.rows()) {
      for (Optional<SeedRows.Line> row = rows.next(); row.isPresent(); row = rows.next()) {
        if (SeedRow.of(row.get(), input.forms()) instanceof SeedRow.Good good) {
          problems.add(
              new SeedProblem(
                  Ids.problem(good.question()), good.question(), good.expectedAnswer()));
        }
      }
    }
    return problems;
  }
}
