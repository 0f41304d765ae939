package orcaflow.cli.page;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;

/** The newest of many things, and how many there were. Thread-safe. */
final class Newest<T> {

  private final int kept;
  private final Deque<T> newest = new ArrayDeque<>();
  private long count;

  /**
   * @param kept how many stay
   */
  Newest(int kept) {
    this.kept = kept;
  }

  synchronized void add(T one) {
    count++;
    newest.add(one);
    if (newest.size() > kept) {
      newest.remove();
    }
  }

  /** How many were added. */
  synchronized long count() {
    return count;
  }

  /** Those that stayed, the newest first. */
  synchronized List<T> list() {
    List<T> list = new ArrayList<>(newest);
    Collections.reverse(list);
    return list;
  }
}
