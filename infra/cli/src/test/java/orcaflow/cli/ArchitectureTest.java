package orcaflow.cli;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Which package may use which. The command line sees all modules, so the picture is kept here. */
class ArchitectureTest {

  /**
   * A package and the packages that it may use, from the ground up: a package uses none that stands
   * below it, so there are no cycles. {@code events} may be used by all. The classes of a service's
   * root package that its parts use have a row of their own, as the root uses the parts.
   */
  private static final String ARROWS =
      """
      schemas               |
      schemas.answer        | schemas
      schemas.answer.second |
      schemas.alike         | schemas schemas.answer
      schemas.recipe        | schemas
      schemas.log           | schemas
      service               | schemas schemas.log

      stack                 | schemas service
      stack.words           | schemas schemas.answer schemas.recipe stack
      stack.scripted        | schemas service stack stack.words

      agents.model          | schemas service
      agents.stage          | schemas schemas.log
      agents.state          | schemas schemas.log service
      agents.stage.worker   | schemas schemas.log service agents.stage agents.state
      agents.expand         | schemas agents.model
      agents.ask            | schemas schemas.answer schemas.recipe agents.model agents.stage agents.expand
      agents.edit           | schemas schemas.recipe agents.model agents.stage agents.expand
      agents.solve          | schemas schemas.answer agents.model agents.stage
      agents.sample         | schemas agents.model agents.stage
      agents.judge          | schemas schemas.answer agents.model agents.stage
      agents.seed.form      | schemas.answer
      agents.seed           | schemas schemas.answer schemas.log schemas.recipe service \
      agents.stage agents.state agents.seed.form
      agents                | schemas schemas.log schemas.recipe service agents.*

      streams.overlap       | schemas schemas.answer
      streams/shared        | schemas schemas.log service
      streams.admit         | schemas schemas.alike streams/shared streams.overlap
      streams.schedule      | schemas schemas.recipe streams/shared
      streams.grade         | schemas schemas.answer schemas.answer.second streams/shared streams.schedule
      streams.pair          | schemas schemas.answer schemas.recipe streams/shared
      streams.close         | schemas streams/shared streams.pair
      streams               | schemas schemas.log schemas.recipe service streams.* streams/shared

      trainer.log           | schemas schemas.log service
      trainer.torch         |
      trainer/shared        | schemas schemas.recipe service trainer.torch
      trainer.tokenizer     | schemas service trainer.torch
      trainer.model         | schemas service trainer.torch trainer.tokenizer
      trainer.learn         | schemas.recipe trainer.torch trainer.tokenizer trainer.model
      trainer.objective     | schemas schemas.log schemas.recipe trainer.tokenizer \
      trainer.model trainer.learn
      trainer.generate      | trainer.torch trainer.tokenizer trainer.model
      trainer.evaluate.statistics |
      trainer.evaluate      | schemas schemas.alike schemas.answer schemas.recipe trainer/shared trainer.log \
      trainer.tokenizer trainer.model trainer.generate trainer.evaluate.statistics
      trainer.train         | schemas schemas.log schemas.recipe service trainer/shared trainer.log \
      trainer.torch trainer.tokenizer trainer.model trainer.learn trainer.objective trainer.evaluate
      trainer.serve         | schemas service trainer/shared trainer.log trainer.tokenizer \
      trainer.model trainer.generate
      trainer               | schemas schemas.log schemas.recipe service trainer/shared \
      trainer.log trainer.torch trainer.model trainer.train trainer.serve trainer.evaluate

      cli.terminal          |
      cli.heldout           | schemas schemas.alike agents.seed service
      cli.robustness        | stack.words cli.terminal trainer.evaluate trainer.evaluate.statistics
      cli.evaluate          | schemas agents trainer.evaluate
      cli.contamination     | schemas streams.overlap
      cli.parquet           | agents.seed
      cli.dataset           | schemas schemas.log service cli.contamination
      cli.lineage           | schemas schemas.log cli.terminal
      cli.letters           | schemas schemas.log cli.terminal
      cli.audit             | schemas.answer schemas.answer.second streams.grade
      cli.run               | schemas schemas.log schemas.recipe service stack stack.scripted \
      agents agents.model agents.seed streams streams.pair trainer trainer/shared trainer.model \
      trainer.evaluate trainer.evaluate.statistics cli.terminal cli.robustness
      cli.preview           | schemas schemas.recipe agents agents.model cli.terminal cli.run
      cli.make              | schemas schemas.recipe service agents.ask agents.model agents.seed \
      trainer.evaluate cli.terminal cli.run
      cli.stall             | schemas schemas.log schemas.recipe service stack streams streams.pair \
      agents.model cli.run
      cli.curves            | service
      cli.continuous        | schemas schemas.log schemas.recipe stack.words agents.seed \
      trainer/shared trainer.evaluate trainer.evaluate.statistics cli.terminal cli.run cli.stall
      cli.change            | schemas agents.model cli.continuous cli.letters cli.run
      cli.replay            | schemas schemas.answer schemas.log schemas.recipe service stack \
      streams.grade streams.pair streams.close cli.audit trainer trainer/shared \
      trainer.evaluate trainer.model cli.terminal cli.dataset cli.run
      cli.page              | schemas schemas.answer schemas.log schemas.recipe service agents.model \
      trainer.evaluate cli.audit cli.change cli.continuous cli.letters cli.lineage \
      cli.replay cli.run cli.terminal
      cli.command           | schemas schemas.answer.second schemas.log schemas.recipe service \
      streams.pair streams.close stack agents agents.model agents.seed agents.seed.form trainer.torch trainer.model trainer.evaluate \
      trainer.evaluate.statistics cli.*
      cli                   | cli.command cli.terminal
      """;

  /** Classes of a root package that the parts below it use. */
  private static final Map<String, Set<String>> SHARED =
      Map.of(
          "streams",
              Set.of(
                  "Counters",
                  "TopologyNodes",
                  "StageSpans",
                  "NonNullDeserializer",
                  "RetryingDeserializer",
                  "Restarts"),
          "trainer", Set.of("TrainerConfig", "Progress"));

  /** The packages that know Kafka. What decides and what computes is not among them. */
  private static final Set<String> KAFKA =
      Set.of(
          "schemas",
          "schemas.log",
          "service",
          "stack",
          "agents",
          "agents.seed",
          "agents.stage",
          "agents.stage.worker",
          "agents.state",
          "streams",
          "streams/shared",
          "streams.admit",
          "streams.schedule",
          "streams.grade",
          "streams.pair",
          "streams.close",
          "trainer.log",
          "cli.command",
          "cli.continuous",
          "cli.dataset",
          "cli.letters",
          "cli.lineage",
          "cli.replay",
          "cli.run",
          "cli.stall");

  /** What the stages of the Streams application decide, beside the processors that apply it. */
  private static final Set<String> RULES =
      Set.of(
          "Admission",
          "Decision",
          "Evidence",
          "LengthLimits",
          "Resemblance",
          "Requests",
          "Grading",
          "RolloutGroup",
          "Pairing",
          "Labelling",
          "Groups",
          "ClosedSet",
          "Donors",
          "OpenSet");

  /** The packages that know tensors. */
  private static final Set<String> TENSORS =
      Set.of(
          "trainer.torch",
          "trainer.tokenizer",
          "trainer.model",
          "trainer.learn",
          "trainer.generate");

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(
              location ->
                  !location.contains("/test-classes/")
                      && !location.contains("/test/orcaflow/")
                      && !location.contains("-tests.jar"))
          .importPackages("orcaflow");

  private static final Map<String, Set<String>> ALLOWED = allowed();

  static Stream<String> packages() {
    return ALLOWED.keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("packages")
  void usesOnlyWhatItsRowNames(String name) {
    Set<String> allowed = new HashSet<>(ALLOWED.get(name));
    allowed.add(name);
    allowed.add("events");
    noClasses()
        .that(areIn(Set.of(name)))
        .should()
        .dependOnClassesThat(
            resideInAPackage("orcaflow..")
                .and(describe("not in its row", type -> !allowed.contains(placeOf(type)))))
        .allowEmptyShould(true)
        .check(CLASSES);
  }

  @Test
  void namesOnlyPackagesThatStandAbove() {
    Set<String> above = new HashSet<>();
    ALLOWED.forEach(
        (name, allowed) -> {
          assertThat(above).as(name).containsAll(allowed);
          above.add(name);
        });
  }

  @Test
  void everyPackageHasARow() {
    assertThat(
            CLASSES.stream()
                .map(ArchitectureTest::placeOf)
                .filter(name -> !name.startsWith("bench"))
                .collect(Collectors.toSet()))
        .isSubsetOf(
            Stream.concat(packages(), Stream.of("events", "testing")).collect(Collectors.toSet()));
  }

  @Test
  void onlySomePackagesKnowKafka() {
    noClasses()
        .that(areIn(others(KAFKA)))
        .should()
        .dependOnClassesThat(resideInAPackage("org.apache.kafka.."))
        .check(CLASSES);
  }

  @Test
  void theRulesOfTheStagesKnowNoKafka() {
    noClasses()
        .that(describe("are rules", type -> RULES.contains(type.getSimpleName())))
        .should()
        .dependOnClassesThat(resideInAPackage("org.apache.kafka.."))
        .check(CLASSES);
  }

  @Test
  void onlySomePackagesKnowTensors() {
    noClasses()
        .that(areIn(others(TENSORS)))
        .should()
        .dependOnClassesThat(resideInAPackage("ai.djl.."))
        .check(CLASSES);
  }

  private static Set<String> others(Set<String> names) {
    return packages().filter(name -> !names.contains(name)).collect(Collectors.toSet());
  }

  private static DescribedPredicate<JavaClass> areIn(Set<String> names) {
    return describe("are in " + names, type -> names.contains(placeOf(type)));
  }

  /** A class's package as the rows name it. */
  private static String placeOf(JavaClass type) {
    String name =
        type.getPackageName().equals("orcaflow")
            ? ""
            : type.getPackageName().replaceFirst("^orcaflow\\.", "");
    String outermost = type.getName().replaceFirst(".*\\.", "").replaceFirst("\\$.*", "");
    return SHARED.getOrDefault(name, Set.of()).contains(outermost) ? name + "/shared" : name;
  }

  private static Map<String, Set<String>> allowed() {
    Map<String, Set<String>> rows = new LinkedHashMap<>();
    for (String line : ARROWS.lines().filter(l -> !l.isBlank()).toList()) {
      String[] cells = line.split("\\|", 2);
      Set<String> allowed =
          Arrays.stream(cells[1].trim().split("\\s+"))
              .filter(name -> !name.isEmpty())
              .flatMap(name -> expanded(name, List.copyOf(rows.keySet())))
              .collect(Collectors.toSet());
      rows.put(cells[0].trim(), allowed);
    }
    return rows;
  }

  /** {@code agents.*} means all packages below {@code agents} that stand above. */
  private static Stream<String> expanded(String name, List<String> above) {
    return name.endsWith(".*")
        ? above.stream().filter(row -> row.startsWith(name.substring(0, name.length() - 1)))
        : Stream.of(name);
  }
}
