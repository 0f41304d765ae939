package orcaflow.trainer.objective;

import java.util.Random;

/**
 * Seeded orders. {@link Random} is the one generator whose numbers its specification fixes, so an
 * order is the same on every Java.
 */
final class Shuffle {

  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private Shuffle() {}

  /** The numbers 0 to n-1 in the order that belongs to a seed and an epoch. */
  static int[] order(int n, long seed, int epoch) {
    return shuffled(n, random(seed, epoch));
  }

  /** The generator that belongs to a seed and an epoch. */
  static Random random(long seed, int epoch) {
    return new Random(mixed(mixed(seed) + epoch));
  }

  /** The numbers 0 to n-1 in an order drawn from {@code random} (Fisher and Yates). */
  static int[] shuffled(int n, Random random) {
    int[] order = new int[n];
    for (int i = 0; i < n; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }

  /** Neighbouring seeds would start {@link Random} at neighbouring states: spread them first. */
  private static long mixed(long z) {
    long a = (z + GOLDEN ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
    long b = (a ^ a >>> 27) * 0x94D049BB133111EBL;
    return b ^ b >>> 31;
  }
}
