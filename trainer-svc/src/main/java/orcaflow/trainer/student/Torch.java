package orcaflow.trainer.student;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;

/** The one place where the PyTorch engine is started, offline and with a fixed thread count. */
public final class Torch {

  static {
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("OPT_OUT_TRACKING", "true");
    System.setProperty(
        "ai.djl.pytorch.num_threads", System.getProperty("orcaflow.torch.threads", "1"));
    System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
  }

  private Torch() {}

  /** Touches this class, so that its settings hold before any other part of DJL starts. */
  static void offline() {}

  /** A manager for native arrays on the CPU; closing it frees them. */
  static NDManager manager() {
    return Engine.getEngine("PyTorch").newBaseManager(Device.cpu());
  }
}
