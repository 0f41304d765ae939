package orcaflow.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import orcaflow.cli.Printed;
import orcaflow.cli.run.StartingRun;
import orcaflow.testing.Await;
import orcaflow.testing.ChildCommand;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StartIsAwaitedIT {

  @TempDir private Path dir;

  /** As in a script: {@code up &}, and then {@code seed}. */
  @Test
  void seedWaitsForWhatStartsInTheFolder() throws Exception {
    Path seeds = Files.writeString(dir.resolve("own.jsonl"), "{\"question\": \"How many?\"}\n");
    Process starting =
        new ProcessBuilder(
                ChildCommand.of(512, StartingRun.class, List.of(dir.resolve("run").toString())))
            .redirectError(dir.resolve("errors.txt").toFile())
            .start();
    try (BufferedReader output =
        new BufferedReader(
            new InputStreamReader(starting.getInputStream(), StandardCharsets.UTF_8))) {
      assertThat(output.lines().filter("it has the folder"::equals).findFirst()).isPresent();
      CompletableFuture<Printed> seeded =
          CompletableFuture.supplyAsync(
              () ->
                  Printed.of(
                      List.of("seed", seeds.toString(), "--dir", dir.resolve("run").toString())));
      Thread.sleep(1_000);
      assertThat(seeded).as("nothing serves yet").isNotDone();
      go(starting);
      Printed printed = seeded.get(Await.LIMIT.toSeconds(), TimeUnit.SECONDS);
      assertThat(printed.text()).contains("1 rows: 1 written");
      assertThat(printed.status()).isZero();
      go(starting);
      assertThat(starting.waitFor(Await.LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    } finally {
      starting.destroyForcibly();
    }
  }

  private static void go(Process process) throws Exception {
    process.getOutputStream().write('\n');
    process.getOutputStream().flush();
  }
}
