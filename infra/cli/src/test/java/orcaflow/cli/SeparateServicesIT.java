package orcaflow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.Writer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import orcaflow.agents.seed.SeedInput;
import orcaflow.agents.seed.Seeding;
import orcaflow.cli.run.AccountingReader;
import orcaflow.cli.run.BundledFiles;
import orcaflow.cli.run.RunAccounting;
import orcaflow.cli.run.RunSnapshot;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.ConfigFile;
import orcaflow.schemas.Topic;
import orcaflow.schemas.Topics;
import orcaflow.schemas.log.ClientSettings;
import orcaflow.schemas.recipe.Recipe;
import orcaflow.stack.AccessRules;
import orcaflow.stack.AccessRules.Part;
import orcaflow.stack.Registry;
import orcaflow.stack.SecuredBroker;
import orcaflow.stack.TopicCatalogue;
import orcaflow.stack.scripted.ScriptedModel;
import orcaflow.testing.Await;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The three services as processes of their own, each with the configuration file it prints and the
 * environment having the last word, on a cluster with TLS, SCRAM and the access rules that we
 * print. The trainer opens the iterations itself, as it does where no run does.
 */
class SeparateServicesIT {

  private static final long PATIENCE_SECONDS = Await.LIMIT.toSeconds();
  private static final int SEEDS = 40;

  /** Of the user for each part, and of the one who makes the rules. */
  private static final Map<String, String> PASSWORDS =
      Map.of(
          SecuredBroker.ADMIN,
          "p-admin",
          "agents",
          "p-agents",
          "streams",
          "p-streams",
          "trainer",
          "p-trainer",
          "operator",
          "p-operator");

  /** Neither has the header of an event; the empty one is a record without a value. */
  private static final List<String> FOREIGN = List.of("{\"question\":\"hello\"}", "", "x");

  private static final String MORE_SEEDS =
      """
      {"question": "A barn has 7 owls and 2 of them fly away. How many owls are left in it?"}
      {"question": "Each of 3 boats carries 11 barrels of salt. How many barrels are there?"}
      """;

  @TempDir private Path dir;
  private ServiceProcesses services;

  @BeforeEach
  void noServices() {
    services = new ServiceProcesses(dir);
  }

  @AfterEach
  void stopServices() throws InterruptedException {
    services.stop();
  }

  @Test
  void meetInTopicsOnly() throws Exception {
    Path recipeFile = dir.resolve("recipe.yaml");
    try (InputStream in = getClass().getResourceAsStream("/orcaflow/cli/tiny.yaml")) {
      Files.copy(in, recipeFile);
    }
    Recipe recipe = ConfigFile.read(recipeFile, Recipe.class, "TEST", Map.of());
    try (SecuredBroker broker = SecuredBroker.start(dir.resolve("broker"), PASSWORDS);
        Registry registry = Registry.start(dir.resolve("registry"));
        ScriptedModel model = new ScriptedModel(ScriptedModel.Settings.DEFAULT)) {
      Function<String, Cluster> as = user -> cluster(broker, registry, user);
      allow(as.apply(SecuredBroker.ADMIN));
      Cluster cluster = as.apply("operator");
      TopicCatalogue.apply(cluster, 3, 1);
      writeForeignRecords(cluster);
      String modelUrl = "http://127.0.0.1:" + model.start();
      startStreams(as.apply("streams"), recipeFile);
      startTrainer(as.apply("trainer"), recipeFile);
      String policyServer = policyServer();
      startAgents(as.apply("agents"), modelUrl, policyServer);
      try (AccountingReader reader = AccountingReader.start(cluster, new RunAccounting(recipe))) {
        Path seeds = BundledFiles.unpack(BundledFiles.SEEDS, dir);
        Seeding.run(cluster, "test", SeedInput.of(seeds), OptionalLong.of(SEEDS), so -> {});
        await(reader, now -> now.policy(1).isPresent(), "the trainer opened and trained M1");
        await(
            reader,
            now -> now.sampling(2).graded() > 0 && now.funnel().labelledCompletions() > 0,
            "M1 was sampled, graded and labelled");
        assertThat(reader.snapshot().funnel().admitted()).isGreaterThan(SEEDS);
        assertThat(reader.unreadable()).hasSize(FOREIGN.size() * (Topics.all().size() - 2));
      }
      commandsGoOn(cluster, recipeFile);
      statusNamesAgentsThatStandStill(cluster, recipeFile);
      assertThat(served(policyServer)).contains("apart-M1-");
      for (Part part : Part.values()) {
        AccessMatrix.touchesItsOwnTopicsOnly(part, as.apply(part.label()));
      }
    }
  }

  private static Cluster cluster(SecuredBroker broker, Registry registry, String user) {
    return new Cluster(
        broker.bootstrap(),
        registry.url(),
        "apart",
        broker.clientSettings(user, PASSWORDS.get(user)));
  }

  private static void allow(Cluster cluster) throws Exception {
    try (Admin admin = Admin.create(cluster.clientSettings())) {
      for (Part part : Part.values()) {
        admin.createAcls(AccessRules.of(part, "User:" + part.label(), cluster.run())).all().get();
      }
    }
  }

  /** Nobody stops at what no part of the pipeline wrote, in whatever topic it is. */
  private static void writeForeignRecords(Cluster cluster) {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            ClientSettings.producer(cluster),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (Topic<?> topic : Topics.all()) {
        for (String value : FOREIGN) {
          byte[] bytes = value.isEmpty() ? null : value.getBytes(StandardCharsets.UTF_8);
          producer.send(new ProducerRecord<>(topic.in(cluster.run()), 0, null, bytes));
        }
      }
    }
  }

  private void commandsGoOn(Cluster cluster, Path recipe) throws IOException {
    assertThat(printed(cluster, "status", "--recipe", recipe.toString()))
        .contains("%d unreadable records".formatted(FOREIGN.size() * (Topics.all().size() - 2)))
        .containsPattern(
            "\\R  apart\\.[a-z-]+ partition 0 offset 0 cannot be read: Unknown magic byte!\\R");
    assertThat(printed(cluster, "tail", Topics.POLICIES.name(), "-n", "-1"))
        .contains("\"offset\":0,\"unreadable\":\"Unknown magic byte!\"")
        .contains("apart-M1-");
    assertThat(printed(cluster, "budget", "show"))
        .contains("%d unreadable records".formatted(FOREIGN.size()));
  }

  private void statusNamesAgentsThatStandStill(Cluster cluster, Path recipe) throws Exception {
    Process agents = services.newest();
    signal("STOP", agents);
    try {
      Path seeds = Files.writeString(dir.resolve("more.jsonl"), MORE_SEEDS);
      Seeding.run(cluster, "test", SeedInput.of(seeds), OptionalLong.empty(), so -> {});
      Thread.sleep(12_000);
      assertThat(printed(cluster, "status", "--recipe", recipe.toString()))
          .containsPattern("  solve \\(agents\\): nothing for 1\\d s, while 2 inputs wait");
    } finally {
      signal("CONT", agents);
    }
  }

  private static void signal(String name, Process process) throws Exception {
    String pid = Long.toString(process.pid());
    assertThat(new ProcessBuilder("kill", "-" + name, pid).start().waitFor()).isZero();
  }

  /** What a command prints that has its settings from a file. */
  private String printed(Cluster cluster, String... arguments) throws IOException {
    Properties settings = new Properties();
    settings.putAll(cluster.kafka());
    settings.put("bootstrap.servers", cluster.bootstrap());
    settings.put("schema.registry.url", cluster.registry());
    Path file = dir.resolve("client.properties");
    try (Writer text = Files.newBufferedWriter(file)) {
      settings.store(text, null);
    }
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--run", cluster.run(), "--command-config", file.toString()));
    Printed printed = Printed.of(all);
    assertThat(printed.status()).as(printed.text()).isZero();
    return printed.text();
  }

  @Test
  void aBadConfigurationIsOneSentenceAndStatusTwo() throws Exception {
    for (String main : List.of("agents.AgentsMain", "streams.StreamsMain", "trainer.TrainerMain")) {
      Path file = dir.resolve("bad.yaml");
      Files.writeString(file, services.printed(main).replace("run: main", "run: no/good"));
      Path output = dir.resolve("bad.log");
      Process process =
          services.java(List.of("orcaflow." + main, "--config", file.toString()), Map.of(), output);
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).as(main).isEqualTo(2);
      assertThat(Files.readAllLines(output))
          .as(main)
          .singleElement()
          .asString()
          .contains("bad.yaml", "cluster.run is 'no/good'");
    }
  }

  private void startStreams(Cluster cluster, Path recipe) throws Exception {
    services.start(
        "streams.StreamsMain",
        cluster,
        Map.of(
            "ORCAFLOW_RECIPE",
            recipe.toString(),
            "ORCAFLOW_STREAMS_ENGINE_STATE_DIR",
            dir.resolve("streams").toString()));
  }

  private void startTrainer(Cluster cluster, Path recipe) throws Exception {
    services.start(
        "trainer.TrainerMain",
        cluster,
        Map.of(
            "ORCAFLOW_RECIPE",
            recipe.toString(),
            "ORCAFLOW_TRAINER_DIR",
            dir.resolve("trainer").toString(),
            "ORCAFLOW_TRAINER_TRAIN_OPEN_AFTER_ROWS",
            "50"));
  }

  /** The URL in the line that the trainer prints when it runs: its port is any free one. */
  private String policyServer() throws Exception {
    Pattern line = Pattern.compile("policies on (http://[^,]+),");
    Path log = dir.resolve("trainer.TrainerMain.log");
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    Matcher said = line.matcher(Files.readString(log));
    while (!said.find()) {
      assertThat(System.nanoTime())
          .as(() -> "the trainer runs:\n" + services.logs())
          .isLessThan(end);
      Thread.sleep(200);
      said = line.matcher(Files.readString(log));
    }
    return said.group(1);
  }

  private void startAgents(Cluster cluster, String model, String student) throws Exception {
    services.start(
        "agents.AgentsMain",
        cluster,
        Map.of(
            "ORCAFLOW_EXPANSION_ROUNDS",
            "1",
            "ORCAFLOW_AGENTS_ENDPOINTS_AGENTS_URL",
            model,
            "ORCAFLOW_AGENTS_STATE_DIR",
            dir.resolve("agents").toString(),
            "ORCAFLOW_AGENTS_ENDPOINTS_TEACHER_URL",
            model,
            "ORCAFLOW_AGENTS_ENDPOINTS_JUDGE_URL",
            model,
            "ORCAFLOW_AGENTS_ENDPOINTS_STUDENT_URL",
            student));
  }

  private void await(AccountingReader reader, Predicate<RunSnapshot> condition, String what)
      throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!condition.test(reader.snapshot())) {
      services.assertAlive();
      assertThat(System.nanoTime()).as(() -> what + ":\n" + services.logs()).isLessThan(end);
      Thread.sleep(200);
    }
  }

  private static String served(String policyServer) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(policyServer + "/v1/models")).build(),
            HttpResponse.BodyHandlers.ofString())
        .body();
  }
}
