package orcaflow.schemas.alike;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The postings of {@link AlikeIndex}: for each member, which sets have it in their prefix, with the
 * size of the set and the place of the member. An open-addressing table from member to a growing
 * list. Most members are in the prefix of one set only, so the first posting is in the table.
 */
final class Postings {

  private static final long[] NONE = {0};
  private static final int BITS = 16;

  /** Members of the largest set. */
  static final int LARGEST = (1 << BITS) - 1;

  /** Odd, 2^64 divided by the golden ratio: spreads members whose upper bits are alike. */
  static final long SPREAD = 0x9E3779B97F4A7C15L;

  private long[] members = new long[1 << 10];

  /** The only posting of a member; 0: a free slot; below 0: the complement of a list's place. */
  private long[] postings = new long[1 << 10];

  /** The first element of a list is its length. */
  private final List<long[]> lists = new ArrayList<>();

  private final long[] single = {1, 0};
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

  /** Its length and then the list of a member; not to be changed, and valid until the next call. */
  long[] of(long member) {
    long posting = postings[slot(member)];
    if (posting < 0) {
      return lists.get((int) ~posting);
    }
    single[1] = posting;
    return posting == 0 ? NONE : single;
  }

  /**
   * Adds a posting.
   *
   * @param setSize size of the set, 1 or more
   */
  void add(long member, int number, int setSize, int place) {
    long posting = (long) number << 2 * BITS | (long) setSize << BITS | place;
    int slot = slot(member);
    long there = postings[slot];
    if (there < 0) {
      lists.set((int) ~there, with(lists.get((int) ~there), posting));
    } else if (there > 0) {
      postings[slot] = ~(long) lists.size();
      lists.add(new long[] {2, there, posting});
    } else {
      members[slot] = member;
      postings[slot] = posting;
      size++;
      if (size > members.length / 2) {
        grow();
      }
    }
  }

  private static long[] with(long[] list, long posting) {
    long[] longer =
        list[0] + 1 == list.length ? Arrays.copyOf(list, list.length * 3 / 2 + 1) : list;
    longer[(int) ++longer[0]] = posting;
    return longer;
  }

  private void grow() {
    long[] oldMembers = members;
    long[] oldPostings = postings;
    members = new long[2 * oldMembers.length];
    postings = new long[2 * oldPostings.length];
    for (int old = 0; old < oldMembers.length; old++) {
      if (oldPostings[old] != 0) {
        int slot = slot(oldMembers[old]);
        members[slot] = oldMembers[old];
        postings[slot] = oldPostings[old];
      }
    }
  }

  private int slot(long member) {
    int mask = members.length - 1;
    int slot = (int) (member * SPREAD >>> 32) & mask;
    while (postings[slot] != 0 && members[slot] != member) {
      slot = slot + 1 & mask;
    }
    return slot;
  }
}
