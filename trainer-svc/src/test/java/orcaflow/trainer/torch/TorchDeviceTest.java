package orcaflow.trainer.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TorchDeviceTest {

  @Test
  void aGpuThatIsNotThereIsRefusedAndTheCpuStaysInUse() {
    assertThatThrownBy(() -> TorchDevice.use("cuda:99"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("device is 'cuda:99': PyTorch sees ")
        .hasMessageContaining("trainer-svc/README.md");
    assertThat(TorchDevice.current().isGpu()).isFalse();
  }

  @Test
  void knowsTheNamesOfDevices() {
    assertThat(TorchDevice.named("cpu")).isTrue();
    assertThat(TorchDevice.named("cuda:0")).isTrue();
    assertThat(TorchDevice.named("cuda")).isFalse();
    assertThat(TorchDevice.named("cuda:x")).isFalse();
  }
}
