package orcaflow.cli.command;

import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import orcaflow.agents.seed.SeedInput;
import orcaflow.agents.seed.SeedSurvey;
import orcaflow.cli.terminal.Printable;

/** Looks at the seeds before anything is started with them. */
final class SeedRowsCheck {

  private SeedRowsCheck() {}

  /**
   * Says what the seeds are and which rows are bad.
   *
   * @throws Failure.BadInput if no row can be used
   */
  static SeedSurvey require(SeedInput seeds, OptionalLong limit, Consumer<String> say)
      throws Failure.BadInput {
    SeedSurvey survey = SeedSurvey.of(seeds, limit);
    say.accept(sentence(seeds, survey));
    bad(survey, say);
    if (survey.usable() == 0) {
      throw new Failure.BadInput(
          survey.rows() == 0
              ? "%s: there are no rows in it".formatted(seeds.path())
              : "%s: none of its %,d rows can be used, so nothing is started; the first: %s"
                  .formatted(
                      seeds.path(), survey.rows(), Printable.text(survey.firstBad().get(0))));
    }
    return survey;
  }

  /** A line for each of the first bad rows. */
  private static void bad(SeedSurvey survey, Consumer<String> say) {
    survey.firstBad().forEach(row -> say.accept("  bad row " + Printable.text(row)));
    long more = survey.bad() - survey.firstBad().size();
    if (more > 0) {
      say.accept("  and %,d bad rows more (see rejected-candidates)".formatted(more));
    }
  }

  /** The input in a line. */
  static String sentence(SeedInput seeds, SeedSurvey survey) {
    String forms =
        survey.forms().entrySet().stream()
            .map(form -> "%,d %s".formatted(form.getValue(), form.getKey()))
            .collect(Collectors.joining(", "));
    return "%s (%s): %,d rows, %,d usable%s, %,d bad"
        .formatted(
            seeds.path().getFileName(),
            String.join("; ", survey.kinds()),
            survey.rows(),
            survey.usable(),
            forms.isEmpty() ? "" : " (" + forms + ")",
            survey.bad());
  }
}
