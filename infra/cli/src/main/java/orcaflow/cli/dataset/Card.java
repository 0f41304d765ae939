package orcaflow.cli.dataset;

import static orcaflow.cli.dataset.Markdown.code;
import static orcaflow.cli.dataset.Markdown.codes;
import static orcaflow.cli.dataset.Markdown.format;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import orcaflow.cli.contamination.ContaminationReport;
import orcaflow.cli.dataset.Manifest.Slice;
import orcaflow.schemas.Topics;

/**
 * The dataset card: how a version was made, what is in it and what it took, all of it counted from
 * the topics.
 */
final class Card {

  private static final int SHORT = 12;

  private final Manifest manifest;
  private final DatasetStatistics census;
  private final Markdown text = new Markdown();

  private Card(Manifest manifest, DatasetStatistics census) {
    this.manifest = manifest;
    this.census = census;
  }

  /** Markdown under the header that a hub reads. */
  static String of(
      Manifest manifest,
      DatasetStatistics census,
      List<Contamination.Found> found,
      List<Export.File> files) {
    Card card = new Card(manifest, census);
    card.made();
    card.funnel();
    card.labels();
    card.difficulty();
    card.contamination(found);
    card.cost();
    card.files(files);
    List<Export.File> loadable = files.stream().filter(file -> file.rows() > 0).toList();
    return (loadable.isEmpty() ? "" : CardHeader.of(card.title(), loadable)) + card.text;
  }

  private String title() {
    return "orcaflow %s %s".formatted(manifest.run(), manifest.version().substring(0, SHORT));
  }

  private void made() {
    text.heading(1, title());
    text.line("Word problems, a teacher's solutions and a student's graded answers, made with");
    text.line("orcaflow after Orca-Math (arXiv 2402.14830).");
    text.heading(2, "How it was made");
    text.table("", "");
    text.row("version", code(manifest.version()));
    text.row("run", code(manifest.run()));
    text.row("recipe", codes(manifest.recipes()));
    text.row(
        "labelling",
        codes(
            manifest.topics().stream()
                .map(Slice::labelling)
                .flatMap(List::stream)
                .distinct()
                .sorted()
                .toList()));
    text.line("");
    text.line("The version is the SHA-256 of `manifest.json`, which lists the records it was cut");
    text.line("from.");
  }

  private void funnel() {
    long admitted = DatasetStatistics.sum(census.problemsByAgent());
    long rejected = DatasetStatistics.sum(census.rejectedByReason());
    text.heading(2, "Funnel");
    text.table("", "count");
    text.row("candidates decided about", admitted + rejected);
    census.rejectedByReason().forEach((reason, n) -> text.row("rejected: " + reason, n));
    text.row("problems admitted", admitted);
    census.problemsByAgent().forEach((agent, n) -> text.row("of these from " + agent, n));
    text.row("teacher solutions", DatasetStatistics.sum(census.solutionsByStatus()));
    census.solutionsByStatus().forEach((status, n) -> text.row("of these " + status, n));
    text.row("student answers graded", DatasetStatistics.sum(census.rolloutsByVerdict()));
    census.rolloutsByVerdict().forEach((verdict, n) -> text.row("of these " + verdict, n));
  }

  private void labels() {
    text.heading(2, "Labels");
    text.table("labelling", "rows", "origin", "desirable", "undesirable");
    census.demonstrations().forEach((id, n) -> text.row(code(id), "demonstrations", "", n, ""));
    census
        .labels()
        .forEach(
            (key, split) ->
                text.row(
                    code(key.labelling()),
                    "labelled completions",
                    key.origin(),
                    split.desirable(),
                    split.undesirable()));
    census.pairs().forEach((id, n) -> text.row(code(id), "preference pairs", "", n, n));
  }

  private void difficulty() {
    text.heading(2, "Difficulty");
    text.line("Groups of student answers by how many of the group match; 0 is hardest.");
    text.line("");
    text.table("right", "groups");
    census.groupsBySolved().forEach((solved, groups) -> text.row(solved, groups));
    text.line("");
    text.line("The training rows made from them.");
    text.line("");
    text.table("labelling", "right", "desirable", "undesirable", "preference pairs");
    census
        .rowsByClass()
        .forEach(
            (key, rows) ->
                text.row(
                    code(key.labelling()),
                    key.correct(),
                    rows.labels().desirable(),
                    rows.labels().undesirable(),
                    rows.pairs()));
  }

  private void contamination(List<Contamination.Found> found) {
    text.heading(2, "Contamination");
    if (found.isEmpty()) {
      text.line("Not checked: no benchmark was given to the export.");
      return;
    }
    text.line("The ten nearest problems of each benchmark question by TF-IDF cosine, and of those");
    text.line("the pairs whose sets of n-grams overlap (Jaccard) by more than half.");
    for (Contamination.Found one : found) {
      ContaminationReport report = one.report();
      text.heading(3, code(one.benchmark().file()));
      text.table("", "");
      text.row("SHA-256 of the file", code(one.benchmark().hash()));
      text.row("questions", report.questions());
      text.row("problems compared with", report.problems());
      text.row("pairs compared", report.pairs());
      text.line("");
      text.table("overlap", "pairs", "questions");
      report.levels().forEach(at -> text.row("n = " + at.n(), at.pairs(), at.questions()));
      text.row("at every n", report.everyLevelPairs(), report.everyLevelQuestions());
      text.row("exact copies", report.exactPairs(), report.exactQuestions());
    }
  }

  private void cost() {
    text.heading(2, "Cost");
    if (!manifest.holds(Topics.MODEL_CALLS)) {
      text.line("Not recorded: the version was cut without the calls of models.");
      return;
    }
    text.line("Calls of models, each paid once however often its answer was used. Tokens are as");
    text.line("the endpoint reports them; seconds are summed over calls that ran side by side.");
    text.line("");
    text.table(
        "endpoint",
        "model",
        "asked by",
        "calls",
        "answered",
        "tokens in",
        "tokens out",
        "seconds",
        "price");
    census
        .cost()
        .accounts()
        .forEach(
            (who, sum) -> bill(code(who.endpoint()), code(who.model()), code(who.stage()), sum));
    bill("all", "", "", census.cost().total());
  }

  private void bill(String endpoint, String model, String stage, Cost.Sum sum) {
    text.row(
        endpoint,
        model,
        stage,
        sum.calls(),
        sum.answered(),
        sum.promptTokens(),
        sum.completionTokens(),
        format("%.1f", sum.millis() / 1000.0),
        sum.money().signum() == 0 ? "none set" : price(sum.money()));
  }

  private static String price(BigDecimal money) {
    return money.setScale(6, RoundingMode.HALF_UP).stripTrailingZeros().toPlainString();
  }

  private void files(List<Export.File> files) {
    text.heading(2, "Files");
    text.table("file", "configuration", "rows", "a row is");
    for (Export.File file : files) {
      text.row(code(file.path()), file.table().config(), file.rows(), file.table().doc());
    }
    text.line("");
    text.line("In Python: `datasets.load_dataset(folder, configuration)`. `prompt` with");
    text.line(
        "`completion`, with `completion` and `label`, or with `chosen` and `rejected` is what");
    text.line("trainers of SFT, KTO and DPO read; the other columns tell where a row comes from.");
    text.line("");
    text.line(
        "`answer` is the final answer known beforehand, else the teacher's (`answer_origin`).");
    text.line(
        "`difficulty` is the solve rate: `solved` / `rollouts` over all graded answers to the");
    text.line("problem, an undecided one counting as not solved; null if it was never sampled.");
    text.line("`seed`, `agent`, `round` and `parent` say where the problem came from.");
  }
}
