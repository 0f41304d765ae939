package orcaflow.trainer.torch;

import ai.djl.Device;
import ai.djl.engine.Engine;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The device of this JVM: the CPU, unless {@link #use} named a GPU before the first computation.
 */
public final class TorchDevice {

  public static final String CPU = "cpu";

  /** System property with the name of the device. */
  private static final String PROPERTY = "orcaflow.torch.device";

  private static final Pattern CUDA = Pattern.compile("cuda:([0-9]{1,3})");

  private TorchDevice() {}

  /** Whether a name is that of a device: {@code cpu}, {@code cuda:0} and so on. */
  public static boolean named(String name) {
    return name.equals(CPU) || CUDA.matcher(name).matches();
  }

  /**
   * Sets the device of everything that begins from now on.
   *
   * @throws IllegalStateException if PyTorch sees no such GPU
   */
  public static void use(String name) {
    Device device = device(name);
    if (device.isGpu()) {
      Torch.offline();
      int seen = Engine.getEngine("PyTorch").getGpuCount();
      if (device.getDeviceId() >= seen) {
        throw new IllegalStateException(
            ("device is '%s': PyTorch sees %s here; \"On a GPU\" in trainer-svc/README.md says"
                    + " how it finds CUDA")
                .formatted(name, seen == 0 ? "no GPU" : seen + " GPUs, from cuda:0"));
      }
    }
    System.setProperty(PROPERTY, name);
  }

  /** Whether this JVM computes on a GPU. */
  public static boolean isGpu() {
    return current().isGpu();
  }

  static Device current() {
    return device(System.getProperty(PROPERTY, CPU));
  }

  private static Device device(String name) {
    Matcher cuda = CUDA.matcher(name);
    if (cuda.matches()) {
      return Device.of(Device.Type.GPU, Integer.parseInt(cuda.group(1)));
    }
    if (name.equals(CPU)) {
      return Device.cpu();
    }
    throw new IllegalArgumentException(
        "device is '%s': give cpu, or cuda:0 and so on".formatted(name));
  }
}
