package orcaflow.agents.seed;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import orcaflow.agents.seed.form.Forms;

/**
 * What is in an input, counted before anything is done with it. {@code rows = usable + bad}.
 *
 * @param kinds of its files
 * @param forms usable rows by their form
 * @param worked usable rows with a solution and an answer, stated in it or beside it
 * @param answered usable rows with an answer alone
 * @param open usable rows without an answer: a teacher has to find it
 * @param firstBad the first ones of the bad rows, each a sentence with file and line
 */
public record SeedSurvey(
    List<String> kinds,
    long rows,
    long usable,
    Map<String, Long> forms,
    long worked,
    long answered,
    long open,
    long bad,
    List<String> firstBad) {

  private static final int SHOWN = 5;

  public SeedSurvey {
    kinds = List.copyOf(kinds);
    firstBad = List.copyOf(firstBad);
  }

  /**
   * Reads an input once.
   *
   * @param limit most rows to read; empty for all
   * @throws Seeding.BadSeedFile if a file cannot be read, with file and line
   */
  public static SeedSurvey of(SeedInput input, OptionalLong limit) {
    Counting counting = new Counting(input);
    try (SeedRows rows = input.rows()) {
      Optional<SeedRows.Line> row = rows.next();
      while (row.isPresent() && counting.rows < limit.orElse(Long.MAX_VALUE)) {
        counting.count(row.get());
        row = rows.next();
      }
    }
    return counting.survey();
  }

  private static final class Counting {
    private final SeedInput input;
    private final Forms known;
    private final Map<String, Long> forms = new LinkedHashMap<>();
    private final List<String> firstBad = new ArrayList<>();
    private long rows;
    private long worked;
    private long answered;
    private long open;
    private long bad;

    private Counting(SeedInput input) {
      this.input = input;
      this.known = input.forms();
    }

    private void count(SeedRows.Line line) {
      rows++;
      SeedRow row = SeedRow.of(line, known);
      if (row instanceof SeedRow.Good good) {
        count(good);
      } else {
        bad++;
        if (firstBad.size() < SHOWN) {
          firstBad.add(
              SeedCandidates.sentence(input.path().toString(), line, ((SeedRow.Bad) row).defect()));
        }
      }
    }

    private void count(SeedRow.Good row) {
      forms.merge(row.form(), 1L, Long::sum);
      if (row.expectedAnswer().isEmpty()) {
        open++;
      } else if (row.solution().isPresent()) {
        worked++;
      } else {
        answered++;
      }
    }

    private SeedSurvey survey() {
      return new SeedSurvey(
          input.kinds(), rows, rows - bad, forms, worked, answered, open, bad, firstBad);
    }
  }
}
