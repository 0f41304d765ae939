package orcaflow.cli.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import orcaflow.cli.Printed;
import orcaflow.cli.run.CommittedTopic;
import orcaflow.events.GradedRollout;
import orcaflow.events.VerdictValue;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Topics;
import orcaflow.schemas.recipe.RecipeFile;
import orcaflow.stack.SharedStack;
import orcaflow.testing.Await;
import orcaflow.testing.Browser;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/** The page in a real browser, of a run whose texts try to be anything but text. */
class PageBrowserIT {

  private static final List<String> VIEWS =
      List.of(
          "/now",
          "/funnel",
          "/curves",
          "/scores",
          "/policies",
          "/verdicts",
          "/difficulty",
          "/money",
          "/letters",
          "/curves?with=page-browser-other",
          "/compare",
          "/compare/page-browser-other",
          "/ask",
          "/records/problems",
          "/records/graded-rollouts?verdict=MATCH",
          "/problem/" + SmallRun.PROBLEM,
          "/group/" + SmallRun.PROBLEM + "/2",
          "/step/M1/2");

  /** Those of the views that show the texts of problems and answers. */
  private static final Set<String> WITH_TEXTS =
      Set.of("/policies", "/verdicts", "/money", "/letters", "/records/problems", "/step/M1/2");

  private static final String ELEMENTS =
      "return [...document.querySelectorAll('main :is(script, img, iframe, object, embed, style,"
          + " link, meta, base, form, video, svg, math, template, textarea, marquee)')]"
          + ".map((element) => element.outerHTML).join()";

  private static final String ROWS =
      "return [...document.querySelectorAll('main tbody tr')]"
          + ".map((row) => [...row.cells].map((cell) => cell.textContent).join('|')).join(';')";

  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final Path PICTURES = Path.of("target", "page");

  private static SmallRun written;
  private static Cluster cluster;
  private static Page page;
  private static Browser browser;

  @BeforeAll
  static void open() throws Exception {
    browser = Browser.start();
    cluster = SharedStack.get().cluster("page-browser");
    written = new SmallRun(cluster, 1).write(String.join("\n", HostileTexts.all())).logged();
    try (SmallRun other = new SmallRun(SharedStack.get().cluster("page-browser-other"), 1)) {
      other.write("text").logged();
    }
    page = Page.open(subject(cluster), Optional.of(0));
    page.awaitCaughtUp();
  }

  private static Page.Subject subject(Cluster cluster) throws Exception {
    return new Page.Subject(
        cluster, RecipeFile.read("orca-math", Map.of()).recipe(), true, Optional.empty());
  }

  @BeforeEach
  void forgetWhatWasShown() {
    browser.open("about:blank");
    browser.complaints();
  }

  @AfterAll
  static void close() {
    for (AutoCloseable part : new AutoCloseable[] {page, written, browser}) {
      if (part != null) {
        closeQuietly(part);
      }
    }
  }

  private static void closeQuietly(AutoCloseable part) {
    try {
      part.close();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void hostileTextsStayTextInEveryViewAndTheme() throws Exception {
    assertThat(HostileTexts.all()).hasSizeGreaterThanOrEqualTo(100);
    for (String theme : List.of("light", "dark")) {
      browser.theme(theme);
      for (String view : VIEWS) {
        show(view);
        assertThat(browser.run("return window.__x")).as("a script ran in " + view).isNull();
        assertThat(browser.run(ELEMENTS)).as("elements in " + view).isEqualTo("");
        assertThat(browser.complaints()).as("complaints of " + view).isEmpty();
        if (WITH_TEXTS.contains(view)) {
          assertThat(browser.view()).as(view).contains("<script>window.__x=1</script>");
        }
        String name = view.replaceAll("[^a-z]+", "-").replaceAll("^-|-$", "");
        browser.picture(PICTURES.resolve(theme + "-" + name + ".png"));
      }
    }
  }

  @Test
  void noViewHasABarrierInEitherTheme() throws Exception {
    for (String theme : List.of("light", "dark")) {
      browser.theme(theme);
      for (String view : VIEWS) {
        show(view);
        assertThat(browser.barriers()).as("%s, %s", view, theme).isEmpty();
      }
    }
  }

  @Test
  void theFunnelHasTheNumbersOfTheTopicsAndLeadsToTheirRecords() {
    Map<String, Long> counted = new LinkedHashMap<>();
    counted.put("candidates", (long) CommittedTopic.all(cluster, Topics.PROBLEM_CANDIDATES).size());
    counted.put("admitted", (long) CommittedTopic.all(cluster, Topics.PROBLEMS).size());
    counted.put("solutions", (long) CommittedTopic.all(cluster, Topics.TEACHER_SOLUTIONS).size());
    counted.put("match", verdicts(VerdictValue.MATCH));
    counted.put("mismatch", verdicts(VerdictValue.MISMATCH));
    counted.put("undecided", verdicts(VerdictValue.UNDECIDED));

    show("/funnel");
    Map<String, Long> shown = new LinkedHashMap<>();
    for (String row : String.valueOf(browser.run(ROWS)).split(";")) {
      String[] cells = row.split("[|]");
      shown.put(cells[0], Long.parseLong(cells[1].replace(",", "")));
    }
    assertThat(shown).containsAllEntriesOf(counted);

    // In one script, as the view is drawn again when an event comes.
    browser.run("document.querySelector('main tbody a').click()");
    await("records", () -> browser.title().equals("Newest records of problem-candidates"));
    assertThat(browser.all("main .card")).hasSize(counted.get("candidates").intValue());
  }

  private static long verdicts(VerdictValue value) {
    List<GradedRollout> groups = CommittedTopic.all(cluster, Topics.GRADED_ROLLOUTS);
    return groups.stream()
        .flatMap(group -> group.getCompletions().stream())
        .filter(completion -> completion.getVerdict() == value)
        .count();
  }

  /** Texts of a view that say when it was made. */
  private static String without(String text) {
    return text.replaceAll("\\d+ s ago", "");
  }

  @Test
  void anExportedPageOpensFromDiskAndShowsTheSame(@TempDir Path dir) throws Exception {
    Path file = dir.resolve("run.html");
    Printed said =
        Printed.by(cluster, List.of("ui", "--export", file.toString(), "--recipe", "orca-math"));
    assertThat(said.status()).as(said.text()).isZero();
    assertThat(said.text()).matches(".*run.html: run .*page-browser, \\d\\.\\d MB\n");
    assertThat(Files.size(file)).isLessThan(PageExport.MOST_BYTES);

    for (String view : VIEWS) {
      show(view);
      String served = without(browser.view());
      browser.open("about:blank");
      browser.complaints();
      browser.open(file.toUri() + "#" + view);
      await(view + " is shown from the file", () -> !browser.title().isEmpty());
      if (!view.equals("/now")) {
        assertThat(without(browser.view())).as(view).isEqualTo(served);
      }
      assertThat(browser.run("return window.__x")).as("a script ran in " + view).isNull();
      assertThat(browser.run(ELEMENTS)).as("elements in " + view).isEqualTo("");
      assertThat(browser.complaints()).as("complaints of " + view).isEmpty();
    }
    browser.run("document.querySelector('header nav a[href=\"/funnel\"]').click()");
    await("the funnel", () -> browser.title().equals("Funnel"));
    assertThat(browser.run("return document.getElementById('state').textContent"))
        .asString()
        .startsWith("saved 20");
    browser.open(file.toUri() + "#/step/M9/9");
    await(
        "what the file does not have is said",
        () -> browser.view().startsWith("This file does not have that;"));
  }

  @Test
  void everyViewOpensByItsLinkAndTheWayBackIsTheBrowsers() {
    show("/now");
    List<String> names = new ArrayList<>();
    for (WebElement link : browser.all("header nav a")) {
      names.add(link.getText());
      link.click();
      await(
          link.getText() + " is shown",
          () -> link.getAttribute("aria-current") != null && !browser.title().isEmpty());
    }
    assertThat(names)
        .containsExactly(
            "Now",
            "Funnel",
            "Curves",
            "Scores",
            "Policies",
            "Verdicts",
            "Difficulty",
            "Money",
            "Dead letters",
            "Compare",
            "Ask",
            "Records");
    browser.run("history.back()");
    await("the view before", () -> browser.title().equals("Ask"));
  }

  @Test
  void curvesAreReadWithTheKeyboard() {
    show("/curves");
    WebElement chart = browser.all("main .charts [tabindex='0']").get(0);
    chart.sendKeys(Keys.ARROW_LEFT, Keys.ENTER);
    await("a step is open", () -> browser.title().startsWith("Step M1/"));
    assertThat(browser.path()).startsWith("/step/M1/");
  }

  @Test
  void curvesOfAnotherRunLieOverThisOnes() {
    String readings =
        "return [...document.querySelectorAll('main figcaption span')]"
            + ".map((span) => span.textContent).join(';')";
    show("/curves");
    assertThat(browser.run(readings)).asString().doesNotContain(", ");
    browser.run("document.querySelector('main .runs a').click()");
    await(
        "two numbers at each point",
        () -> String.valueOf(browser.run(readings)).matches("(M\\d/\\d+: [^;,]+, [^;,]+;?)+"));
    assertThat(browser.run("return location.search")).isEqualTo("?with=page-browser-other");
    browser.run("document.querySelector('main .runs a').click()");
    await("one again", () -> !String.valueOf(browser.run(readings)).contains(", "));
  }

  @Test
  void aNewEventIsSeenWithoutLoading() throws Exception {
    Cluster another = SharedStack.get().cluster("page-browser-live");
    try (SmallRun run = new SmallRun(another, 1).write("text");
        Page its = Page.open(subject(another), Optional.of(0))) {
      browser.open(its.url() + "funnel");
      await("the funnel", () -> browser.view().contains("candidates3"));
      run.candidate(7, "one more");
      run.flush();
      await("the new number", () -> browser.view().contains("candidates4"));
    }
    browser.open("about:blank");
    browser.complaints();
  }

  @Test
  void aSliderShowsAnyViewAsItWas() throws Exception {
    show("/funnel");
    String now = browser.view();
    browser.run("document.getElementById('time').click()");
    await("the slider", () -> !browser.all("#times:not([hidden])").isEmpty());
    WebElement slider = browser.all("#slider").get(0);
    slider.sendKeys(Keys.HOME);
    await("the beginning", () -> browser.view().contains("candidates0"));
    assertThat(browser.address()).contains("at=20");
    assertThat(browser.barriers()).isEmpty();
    browser.run("document.querySelector('header nav a[href=\"/curves\"]').click()");
    await("no step at that time", () -> browser.view().contains("No step is trained yet"));
    assertThat(browser.address()).contains("at=20");
    browser.run("document.querySelector('header nav a[href=\"/funnel\"]').click()");
    await("the funnel again", () -> browser.view().contains("candidates0"));
    slider.sendKeys(Keys.END);
    await("the end", () -> browser.view().equals(now));
    browser.picture(PICTURES.resolve("time.png"));
    browser.run("document.getElementById('live').click()");
    await("now", () -> !browser.address().contains("at="));
  }

  @Test
  void deadLettersAreRedrivenAfterOneMoreQuestion() throws Exception {
    Cluster another = SharedStack.get().cluster("page-browser-redrive");
    try (SmallRun run = new SmallRun(another, 1).write("text");
        Page its = Page.open(subject(another), Optional.of(0))) {
      its.awaitCaughtUp();
      browser.open(its.link());
      await("the token is out of the address", () -> !browser.address().contains("token"));
      browser.run("document.querySelector('header nav a[href=\"/letters\"]').click()");
      await("a button", () -> !browser.all("main td button").isEmpty());
      // In one script, as the view is drawn again when an event comes.
      browser.run("document.querySelector('main td button').click()");
      await("what would happen", () -> said().startsWith("would redrive 1 letters as 1 records"));
      assertThat(browser.barriers()).isEmpty();
      press("Do it");
      await("a reason is asked for", () -> said().startsWith("say why"));
      press("What would happen");
      await("the same again", () -> said().startsWith("would redrive 1 letters"));
      browser.all("dialog input").get(0).sendKeys("the model is back");
      browser.picture(PICTURES.resolve("redrive.png"));
      press("Do it");
      await("it is done", () -> said().startsWith("redriven 1 letters as 1 records"));
      press("Close");
      browser.run("document.querySelector('header nav a[href=\"/now\"]').click()");
      await("who and why", () -> browser.view().contains("the model is back"));
      assertThat(CommittedTopic.all(another, Topics.PROBLEMS)).hasSize(3);
      // The refused attempt is a line of the console.
      assertThat(browser.complaints()).singleElement().asString().contains("400");
      browser.open("about:blank");
    }
    browser.complaints();
  }

  private static String said() {
    return String.valueOf(browser.run("return document.querySelector('dialog p')?.textContent"));
  }

  private static void press(String name) {
    browser.all("dialog button").stream()
        .filter(button -> button.getText().equals(name))
        .findFirst()
        .orElseThrow()
        .click();
  }

  @Test
  void noViewIsWiderThanANarrowScreen() throws Exception {
    browser.width(400);
    try {
      for (String view : VIEWS) {
        show(view);
        assertThat(browser.run("return document.documentElement.scrollWidth > innerWidth"))
            .as(view + " is too wide")
            .isEqualTo(false);
      }
      browser.picture(PICTURES.resolve("narrow.png"));
    } finally {
      browser.width(1100);
    }
  }

  private static void await(String what, BooleanSupplier holds) {
    Await.until(what, PATIENCE, holds);
  }

  private static void show(String view) {
    browser.open(page.url() + view.substring(1));
    await(view + " is shown", () -> !browser.title().isEmpty());
  }
}
