package orcaflow.cli.command;

import orcaflow.trainer.torch.TorchDevice;
import picocli.CommandLine.Option;

/** On what the student computes. */
final class DeviceOption {

  @Option(
      names = "--device",
      paramLabel = "cpu|cuda:N",
      defaultValue = "${env:ORCAFLOW_TRAINER_DEVICE:-cpu}",
      description =
          "Where the student computes: cpu, or cuda:0 and so on (default: cpu, or"
              + " ORCAFLOW_TRAINER_DEVICE).")
  private String device;

  /** The device, which is there: it is the one of this process from now on. */
  String use() throws Failure.BadInput {
    try {
      TorchDevice.use(device);
      return device;
    } catch (IllegalArgumentException | IllegalStateException e) {
      throw new Failure.BadInput("--" + e.getMessage(), e);
    }
  }
}
