package orcaflow.trainer.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import orcaflow.events.Policy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PolicyFoldersTest {

  private static final String VERSION = "main-M2-60-5df85031";

  @TempDir Path dir;

  @Test
  void leavesAPolicyWhereItsEventSays() throws IOException {
    Path there = Files.createDirectories(dir.resolve("first/trainer/policies").resolve(VERSION));
    Files.createDirectories(dir.resolve("second/trainer/policies").resolve(VERSION));

    Policy policy = policy(there.toString());

    assertThat(folders("second").found(policy)).isEqualTo(policy);
  }

  @Test
  void findsAPolicyOfARunThatWasMoved() throws IOException {
    Path before = dir.resolve("first/trainer/policies").resolve(VERSION);
    Files.createDirectories(before);
    Files.move(dir.resolve("first"), dir.resolve("second"));

    Policy found = folders("second").found(policy(before.toString()));

    assertThat(Path.of(found.getLocation()))
        .isEqualTo(dir.resolve("second/trainer/policies").resolve(VERSION))
        .isDirectory();
    assertThat(Policy.newBuilder(found).setLocation(before.toString()).build())
        .isEqualTo(policy(before.toString()));
  }

  @Test
  void leavesWhatIsNowhereSoThatItIsNamedAsItWasPublished() {
    Policy gone = policy(dir.resolve("first/trainer/policies").resolve(VERSION).toString());
    assertThat(folders("second").found(gone)).isEqualTo(gone);
    assertThat(folders("second").found(policy("/"))).isEqualTo(policy("/"));
    assertThat(folders("second").found(policy("a\0b"))).isEqualTo(policy("a\0b"));
  }

  private PolicyFolders folders(String run) {
    return PolicyFolders.of(dir.resolve(run).resolve("trainer"));
  }

  private static Policy policy(String location) {
    return Policy.newBuilder()
        .setVersion(VERSION)
        .setIteration(2)
        .setName("M2")
        .setAlgorithm("kto")
        .setStep(60)
        .setExamples(0)
        .setSeconds(0)
        .setWeightsHash("5df85031")
        .setLocation(location)
        .setNote("")
        .setTime(Instant.EPOCH)
        .build();
  }
}
