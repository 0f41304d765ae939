package orcaflow.trainer.model;

import orcaflow.trainer.torch.TorchDevice;

/**
 * How the rows of a step are cut into forward and backward passes on a kind of device. The cut
 * decides in which order gradients are added, so it depends on the device and on the lengths of the
 * rows, never on how much memory happens to be free. Measured in docs/gpu.md.
 */
public enum PassSize {
  /** Small passes side by side keep the caches warm and both threads busy. */
  CPU(2048, 4),
  /** A GPU waits for launches in small passes, and runs one pass at a time. */
  CUDA(8192, 1);

  /** Padded tokens that one pass holds, about, at most. */
  private final int tokens;

  /** Sums of gradients, each computed by a thread of its own. */
  private final int lanes;

  PassSize(int tokens, int lanes) {
    this.tokens = tokens;
    this.lanes = lanes;
  }

  public int tokens() {
    return tokens;
  }

  public int lanes() {
    return lanes;
  }

  /** That of the device that this process computes on. */
  public static PassSize here() {
    return TorchDevice.isGpu() ? CUDA : CPU;
  }
}
