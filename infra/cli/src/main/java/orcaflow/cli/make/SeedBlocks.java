package orcaflow.cli.make;

/**
 * In which portions seeds are let in: each is a quarter of all before it, at least 16 and at most
 * 256. The borders depend on nothing but the file, so that they are the same after a kill.
 *
 * @param first seeds of the first portion, which a fresh student learns from
 */
public record SeedBlocks(int first) {

  static final int LEAST = 16;
  static final int MOST = 256;
  private static final int PART = 4;

  /** Blocks for a student that answers at once. */
  public static final SeedBlocks STANDARD = new SeedBlocks(LEAST);

  /** Size of the portion that follows {@code before} seeds, as the file permits. */
  public int next(long before, long all) {
    long wanted = before == 0 ? first : Math.min(MOST, Math.max(LEAST, before / PART));
    return (int) Math.min(wanted, all - before);
  }

  /** Number of the portion that the seed of that rank, from 0, is in. */
  public int of(long rank, long all) {
    int block = 0;
    for (long end = next(0, all); end <= rank; end += next(end, all)) {
      block++;
    }
    return block;
  }
}
