package orcaflow.agents.seed;

import java.util.Optional;
import java.util.Set;
import orcaflow.agents.seed.form.Forms;
import orcaflow.schemas.Ids;

/** The rows of others but for some problems. Bad rows stay. */
record WithoutHeldOut(SeedRows rows, Forms forms, Set<String> problems) implements SeedRows {

  @Override
  public Optional<Line> next() {
    Optional<Line> row = rows.next();
    while (row.isPresent() && isHeldOut(row.get())) {
      row = rows.next();
    }
    return row;
  }

  private boolean isHeldOut(Line row) {
    return SeedRow.of(row, forms) instanceof SeedRow.Good good
        && problems.contains(Ids.problem(good.question()));
  }

  @Override
  public void close() {
    rows.close();
  }
}
