package orcaflow.streams.overlap;

import java.util.Arrays;

/**
 * Which sets have a member in front, of which size they are and at which place they have it: an
 * open-addressing table from member to a growing list. The first element of a list is its length.
 */
final class Postings {

  private static final long[] NONE = {0};
  private static final int BITS = 16;

  /** Members of the largest set. */
  static final int LARGEST = (1 << BITS) - 1;

  /** Odd, 2^64 divided by the golden ratio: spreads members whose upper bits are alike. */
  static final long SPREAD = 0x9E3779B97F4A7C15L;

  private long[] members = new long[1 << 10];
  private long[][] lists = new long[1 << 10][];
  private int size;

  static int number(long posting) {
    return (int) (posting >>> 2 * BITS);
  }

  static int size(long posting) {
    return (int) (posting >>> BITS) & LARGEST;
  }

  static int place(long posting) {
    return (int) posting & LARGEST;
  }

  /** The list of a member; not to be changed. */
  long[] of(long member) {
    long[] list = lists[slot(member)];
    return list == null ? NONE : list;
  }

  void add(long member, int number, int setSize, int place) {
    int slot = slot(member);
    long[] list = lists[slot];
    if (list == null) {
      list = new long[2];
      members[slot] = member;
      size++;
    } else if (list[0] + 1 == list.length) {
      list = Arrays.copyOf(list, list.length + Math.max(2, list.length / 2));
    }
    list[(int) ++list[0]] = (long) number << 2 * BITS | (long) setSize << BITS | place;
    lists[slot] = list;
    if (size > members.length / 2) {
      grow();
    }
  }

  private void grow() {
    long[] oldMembers = members;
    long[][] oldLists = lists;
    members = new long[2 * oldMembers.length];
    lists = new long[2 * oldLists.length][];
    for (int old = 0; old < oldMembers.length; old++) {
      if (oldLists[old] != null) {
        int slot = slot(oldMembers[old]);
        members[slot] = oldMembers[old];
        lists[slot] = oldLists[old];
      }
    }
  }

  private int slot(long member) {
    int mask = members.length - 1;
    int slot = (int) (member * SPREAD >>> 32) & mask;
    while (lists[slot] != null && members[slot] != member) {
      slot = slot + 1 & mask;
    }
    return slot;
  }
}
