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
  private VersionStore store;

  @BeforeEach
  void open() {
    store = new VersionStore(dir.resolve("datasets"));
  }

  @Test
  void findsAVersionByNameHashAndPrefix() throws Exception {
    store.keep(ONE, Optional.of("first"));
    store.keep(TWO, Optional.empty());
    assertThat(store.find("first").manifest()).isEqualTo(ONE);
    assertThat(store.find(TWO.version()).manifest()).isEqualTo(TWO);
    assertThat(store.find(TWO.version().substring(0, 8)).manifest()).isEqualTo(TWO);
    assertThatThrownBy(() -> store.find("nothing"))
        .isInstanceOf(BadDataset.class)
        .hasMessageContaining("version 'nothing': no such version");
  }

  @Test
  void aVersionCutAgainKeepsItsName() throws Exception {
    store.keep(ONE, Optional.of("first"));
    store.keep(ONE, Optional.empty());
    assertThat(store.all()).hasSize(1);
    assertThat(store.find("first").version()).isEqualTo(ONE.version());
  }

  @Test
  void aNameBelongsToOneVersion() throws Exception {
    store.keep(ONE, Optional.of("first"));
    assertThatThrownBy(() -> store.keep(TWO, Optional.of("first")))
        .isInstanceOf(BadDataset.class)
        .hasMessageContaining("--name first: version " + ONE.version() + " has it already");
    assertThat(store.all()).hasSize(1);
  }

  @Test
  void refusesAFileThatWasChanged() throws Exception {
    store.keep(ONE, Optional.empty());
    Path file = store.file(ONE.version());
    Files.writeString(file, Files.readString(file).replace("\"one\"", "\"two\""));
    assertThatThrownBy(store::all)
        .isInstanceOf(BadDataset.class)
        .hasMessageContaining("the file was changed or renamed");
    Files.writeString(file, "{\"version\":");
    assertThatThrownBy(store::all)
        .isInstanceOf(BadDataset.class)
        .hasMessageContaining(file + ": not a dataset version");
  }
}
