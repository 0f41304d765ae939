package orcaflow.cli.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VersionStoreTest {

  private static final Manifest ONE = Manifests.of("one");
  private static final Manifest TWO = Manifests.of("two");

  @TempDir Path dir;
  private VersionStore shelf;

  @BeforeEach
  void open() {
    shelf = new VersionStore(dir.resolve("datasets"));
  }

  @Test
  void findsAVersionByNameHashAndPrefix() throws Exception {
    shelf.keep(ONE, Optional.of("first"));
    shelf.keep(TWO, Optional.empty());
    assertThat(shelf.find("first").manifest()).isEqualTo(ONE);
    assertThat(shelf.find(TWO.version()).manifest()).isEqualTo(TWO);
    assertThat(shelf.find(TWO.version().substring(0, 8)).manifest()).isEqualTo(TWO);
    assertThatThrownBy(() -> shelf.find("nothing"))
        .isInstanceOf(BadDataset.class)
        .hasMessageContaining("version 'nothing': no such version");
  }

  @Test
  void aVersionCutAgainKeepsItsName() throws Exception {
    shelf.keep(ONE, Optional.of("first"));
    shelf.keep(ONE, Optional.empty());
    assertThat(shelf.all()).hasSize(1);
    assertThat(shelf.find("first").version()).isEqualTo(ONE.version());
  }

  @Test
  void aNameBelongsToOneVersion() throws Exception {
    shelf.keep(ONE, Optional.of("first"));
    assertThatThrownBy(() -> shelf.keep(TWO, Optional.of("first")))
        .isInstanceOf(BadDataset.class)
        .hasMessageContaining("--name first: version " + ONE.version() + " has it already");
    assertThat(shelf.all()).hasSize(1);
  }

  @Test
  void refusesAFileThatWasChanged() throws Exception {
    shelf.keep(ONE, Optional.empty());
    Path file = shelf.file(ONE.version());
    Files.writeString(file, Files.readString(file).replace("\"one\"", "\"two\""));
    assertThatThrownBy(shelf::all)
        .isInstanceOf(BadDataset.class)
        .hasMessageContaining("the file was changed or renamed");
    Files.writeString(file, "{\"version\":");
    assertThatThrownBy(shelf::all)
        .isInstanceOf(BadDataset.class)
        .hasMessageContaining(file + ": not a dataset version");
  }
}
