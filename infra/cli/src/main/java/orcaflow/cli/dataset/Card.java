package orcaflow.cli.dataset;

import java.util.List;
import java.util.Map;
import orcaflow.cli.dataset.Manifest.Slice;

/**
 * The dataset card: how a version was made and what is in it, all of it counted from the topics.
 */
final class Card {

  private static final int SHORT = 12;

  private final Manifest manifest;
  private final Tally tally;
  private final StringBuilder text = new StringBuilder();

  private Card(Manifest manifest, Tally tally) {
    this.manifest = manifest;
    this.tally = tally;
  }

  /** Markdown, without the header that a hub reads. */
  static String of(Manifest manifest, Tally tally, List<Export.File> files) {
    Card card = new Card(manifest, tally);
    card.made();
    card.funnel();
    card.labels();
    card.difficulty();
    card.files(files);
    return card.text.toString();
  }

  /**
   * The YAML header by which the {@code datasets} library finds the files; columns are typed here
   * because one that begins with nulls would be guessed wrong. The first file is the default.
   */
  static String header(Manifest manifest, List<Export.File> files) {
    StringBuilder yaml = new StringBuilder("---\n");
    yaml.append("pretty_name: '%s'\n".formatted(title(manifest)));
    yaml.append("configs:\n");
    for (Export.File file : files) {
      yaml.append("- config_name: %s\n".formatted(file.config()));
      if (file == files.get(0)) {
        yaml.append("  default: true\n");
      }
      yaml.append("  data_files:\n  - split: train\n    path: %s\n".formatted(file.path()));
    }
    yaml.append("dataset_info:\n");
    for (Export.File file : files) {
      yaml.append("- config_name: %s\n  features:\n".formatted(file.config()));
      for (Column<?> column : file.table().columns()) {
        yaml.append("  - name: %s\n    dtype: %s\n".formatted(column.name(), column.type()));
      }
    }
    return yaml.append("---\n\n").toString();
  }

  private static String title(Manifest manifest) {
    return "orcaflow %s %s".formatted(manifest.run(), manifest.version().substring(0, SHORT));
  }

  private void made() {
    line("# " + title(manifest));
    line("");
    line("Word problems, a teacher's solutions and a student's graded answers, made with orcaflow");
    line("after Orca-Math (arXiv 2402.14830).");
    line("");
    line("## How it was made");
    line("");
    table("", "");
    row("version", code(manifest.version()));
    row("run", code(manifest.run()));
    row("recipe", codes(manifest.recipes()));
    row(
        "labelling",
        codes(
            manifest.topics().stream()
                .map(Slice::labelling)
                .flatMap(List::stream)
                .distinct()
                .sorted()
                .toList()));
    line("");
    line("The version is the SHA-256 of `manifest.json`, which lists the records it was cut from.");
    line("");
  }

  private void funnel() {
    long admitted = Tally.sum(tally.problemsByAgent());
    long rejected = Tally.sum(tally.rejectedByReason());
    line("## Funnel");
    line("");
    table("", "count");
    row("candidates decided about", admitted + rejected);
    tally.rejectedByReason().forEach((reason, n) -> row("rejected: " + reason, n));
    row("problems admitted", admitted);
    tally.problemsByAgent().forEach((agent, n) -> row("of these from " + agent, n));
    row("teacher solutions", Tally.sum(tally.solutionsByStatus()));
    tally.solutionsByStatus().forEach((status, n) -> row("of these " + status, n));
    row("student answers graded", Tally.sum(tally.rolloutsByVerdict()));
    tally.rolloutsByVerdict().forEach((verdict, n) -> row("of these " + verdict, n));
    line("");
  }

  private void labels() {
    line("## Labels");
    line("");
    table("labelling", "rows", "origin", "desirable", "undesirable");
    tally.demonstrations().forEach((id, n) -> row(code(id), "demonstrations", "", n, ""));
    tally
        .labels()
        .forEach(
            (key, split) ->
                row(
                    code(key.labelling()),
                    "labelled completions",
                    key.origin(),
                    split.desirable(),
                    split.undesirable()));
    tally.pairs().forEach((id, n) -> row(code(id), "preference pairs", "", n, n));
    line("");
  }

  private void difficulty() {
    line("## Difficulty");
    line("");
    line("Groups of student answers by how many of the group match; 0 is hardest.");
    line("");
    table("right", "groups");
    for (Map.Entry<Integer, Long> row : tally.groupsBySolved().entrySet()) {
      row(row.getKey(), row.getValue());
    }
    line("");
  }

  private void files(List<Export.File> files) {
    line("## Files");
    line("");
    table("file", "rows", "a row is");
    for (Export.File file : files) {
      row(code(file.path()), file.rows(), file.table().doc());
    }
    line("");
    line("`answer` is the final answer known beforehand, else the teacher's (`answer_origin`).");
    line("`difficulty` is the solve rate: `solved` / `rollouts` over all graded answers to the");
    line("problem, an undecided one counting as not solved; null if it was never sampled.");
    line("`seed`, `agent`, `round` and `parent` say where the problem came from.");
  }

  private void table(String... heads) {
    row((Object[]) heads);
    line("|" + " --- |".repeat(heads.length));
  }

  private void row(Object... cells) {
    StringBuilder row = new StringBuilder("|");
    for (Object cell : cells) {
      row.append(' ').append(cell.toString().replace("|", "\\|").replaceAll("\\R", " "));
      row.append(" |");
    }
    line(row.toString());
  }

  private void line(String line) {
    text.append(line).append('\n');
  }

  private static String codes(List<String> values) {
    return values.isEmpty()
        ? "not recorded"
        : String.join(", ", values.stream().map(Card::code).toList());
  }

  private static String code(String value) {
    return "`" + value.replace('`', '\'') + "`";
  }
}
