package orcaflow.schemas;

/**
 * A multiset of ids, as its size and the sum of its members modulo 2^64. Ids are hashes, so two
 * that are equal hold the same ids, but for a chance of one in 2^64; and unlike a set, this takes
 * sixteen bytes.
 *
 * @param size members, each as often as it is in it
 * @param sum sum of the members' first 64 bits, modulo 2^64
 */
public record IdMultiset(long size, long sum) {

  public static final IdMultiset EMPTY = new IdMultiset(0, 0);

  private static final int DIGITS = 16;

  /** As an event names it: the size, and the sum in hex. */
  public static IdMultiset of(long size, String digest) {
    return new IdMultiset(size, Long.parseUnsignedLong(digest, 16));
  }

  /** With one more member. */
  public IdMultiset with(String id) {
    return with(id, 1);
  }

  /** With a member that is added several times. */
  public IdMultiset with(String id, long times) {
    return new IdMultiset(size + times, sum + times * bits(id));
  }

  /** Without a member, which must be in it. */
  public IdMultiset without(String id) {
    return with(id, -1);
  }

  /** With the members of another. */
  public IdMultiset with(IdMultiset other) {
    return new IdMultiset(size + other.size, sum + other.sum);
  }

  /** The sum in hex. */
  public String digest() {
    return Long.toHexString(sum);
  }

  private static long bits(String id) {
    return Long.parseUnsignedLong(Ids.isHex(id, DIGITS) ? id : Ids.hash(id), 0, DIGITS, 16);
  }
}
