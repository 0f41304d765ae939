package orcaflow.cli.run;

/**
 * A multiset of ids, as its size and the sum of its members modulo 2^64. Ids are hashes, so two
 * tallies that are equal hold the same ids, but for a chance of one in 2^64; and unlike a set, a
 * tally takes sixteen bytes.
 */
final class IdMultiset {

  private static final int DIGITS = 16;

  private long size;
  private long sum;

  void add(String id) {
    add(id, 1);
  }

  void add(String id, long times) {
    size += times;
    sum += times * Long.parseUnsignedLong(id, 0, DIGITS, 16);
  }

  /** Adds the members of another. */
  void add(IdMultiset other) {
    size += other.size;
    sum += other.sum;
  }

  long size() {
    return size;
  }

  /** The sum in hex. */
  String digest() {
    return Long.toHexString(sum);
  }

  boolean same(IdMultiset other) {
    return size == other.size && sum == other.sum;
  }
}
