package orcaflow.cli.make;

/**
 * When the next portion of seeds is let in: if what is in hand is not expected to be enough. Before
 * anything is known, each problem is expected to be accepted, which lets in few.
 */
final class FeedRule {

  /** Undecided problems beyond which nothing is let in. */
  static final int WINDOW = 512;

  private FeedRule() {}

  /**
   * @param wanted problems that are still to be accepted
   * @param decided problems that are decided
   * @param accepted of these
   * @param undecided problems in hand, as far as they are known
   */
  static boolean feeds(long wanted, long decided, long accepted, long undecided) {
    double rate = (accepted + 1.0) / (decided + 1.0);
    return undecided < WINDOW && undecided * rate < wanted;
  }
}
