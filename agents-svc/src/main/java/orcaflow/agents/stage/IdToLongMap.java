package orcaflow.agents.stage;

import java.util.OptionalLong;
import orcaflow.schemas.Ids;

/**
 * A map from ids to numbers. Ids have 128 bits (32 hex digits, as {@link Ids} makes them); of any
 * other, which came from elsewhere, the hash is the key. Open addressing with 24 bytes a slot; ids
 * are hashes already, so their own bits choose the slot. Not thread-safe.
 */
public final class IdToLongMap {

  private static final int STRIDE = 3;

  private long[] slots = new long[STRIDE * 1024];
  private int size;

  /** Puts the id unless the table has it; returns whether it was put. */
  public boolean putIfAbsent(String id, long value) {
    long high = high(id);
    long low = low(id);
    int at = slot(high, low);
    if (taken(at)) {
      return false;
    }
    write(at, high, low, value);
    size++;
    if (size * 2 > slots.length / STRIDE) {
      grow();
    }
    return true;
  }

  /** Puts the id with this number and replaces an earlier number. */
  public void put(String id, long value) {
    if (!putIfAbsent(id, value)) {
      slots[slot(high(id), low(id)) + 2] = value;
    }
  }

  public boolean contains(String id) {
    return taken(slot(high(id), low(id)));
  }

  /** The number of the id; empty where the table has no such id. */
  public OptionalLong find(String id) {
    int at = slot(high(id), low(id));
    return taken(at) ? OptionalLong.of(slots[at + 2]) : OptionalLong.empty();
  }

  public int size() {
    return size;
  }

  /** Index of the slot of the id, or of the free slot for it. */
  private int slot(long high, long low) {
    int capacity = slots.length / STRIDE;
    int at = (int) (high >>> 33) & (capacity - 1);
    while (taken(at * STRIDE) && !(slots[at * STRIDE] == high && slots[at * STRIDE + 1] == low)) {
      at = (at + 1) & (capacity - 1);
    }
    return at * STRIDE;
  }

  private boolean taken(int at) {
    return slots[at] != 0 || slots[at + 1] != 0;
  }

  private void write(int at, long high, long low, long value) {
    slots[at] = high;
    slots[at + 1] = low;
    slots[at + 2] = value;
  }

  private void grow() {
    long[] old = slots;
    slots = new long[old.length * 2];
    for (int i = 0; i < old.length; i += STRIDE) {
      if (old[i] != 0 || old[i + 1] != 0) {
        write(slot(old[i], old[i + 1]), old[i], old[i + 1], old[i + 2]);
      }
    }
  }

  private static long high(String id) {
    return Long.parseUnsignedLong(digits(id), 0, 16, 16);
  }

  private static long low(String id) {
    return Long.parseUnsignedLong(digits(id), 16, 32, 16);
  }

  private static String digits(String id) {
    return Ids.isHash(id) ? id : Ids.hash(id);
  }
}
