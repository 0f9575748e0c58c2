package org.popinjay.mailstore.mbox.ids;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/// The ids that are kept with messages of a mailbox, by UID: those that an older server gave, or
/// that were made of a message's text. A message whose id is made of its UID is not in it and costs
/// nothing.
///
/// Immutable.
public final class KeptIds {
  /// No message has one.
  public static final KeptIds NONE = new KeptIds(new int[0], new int[0], new byte[0]);

  private final int[] uid;
  private final int[] end;
  private final byte[] octets;

  /// Takes the columns over; UIDs ascend.
  private KeptIds(int[] uid, int[] end, byte[] octets) {
    this.uid = uid;
    this.end = end;
    this.octets = octets;
  }

  /// From columns that [#uids], [#ends] and [#octets] gave; null if they do not fit together.
  public static @Nullable KeptIds of(int[] uids, int[] ends, byte[] octets) {
    if (uids.length != ends.length) {
      return null;
    }
    for (int i = 0; i < uids.length; i++) {
      boolean fits = ends[i] > (i == 0 ? 0 : ends[i - 1]) && ends[i] <= octets.length;
      if (!fits || (i > 0 && Integer.compareUnsigned(uids[i], uids[i - 1]) <= 0)) {
        return null;
      }
    }
    return new KeptIds(uids, ends, octets);
  }

  /// Messages that have one.
  public int count() {
    return uid.length;
  }

  /// UID of the i-th of them.
  int uid(int i) {
    return uid[i];
  }

  /// Its id.
  String id(int i) {
    return new String(octets, start(i), end[i] - start(i), ISO_8859_1);
  }

  private int start(int i) {
    return i == 0 ? 0 : end[i - 1];
  }

  /// The id of a message, or null.
  public @Nullable String of(int uidBits) {
    int low = 0;
    int high = uid.length - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int order = Integer.compareUnsigned(uid[middle], uidBits);
      if (order == 0) {
        return id(middle);
      }
      if (order < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return null;
  }

  /// Octets of all ids and what is needed to find them.
  public long memoryOctets() {
    return octets.length + (long) (Integer.BYTES + Integer.BYTES) * uid.length;
  }

  /// UIDs of those that have one, ascending.
  public int[] uids() {
    return uid;
  }

  /// Where the id of each ends in [#octets].
  public int[] ends() {
    return end;
  }

  /// All ids, one behind the other.
  public byte[] octets() {
    return octets;
  }

  /// These and others of greater UIDs.
  public KeptIds with(KeptIds more) {
    if (more.uid.length == 0) {
      return this;
    }
    return uid.length == 0 ? more : new Builder().add(this).add(more).build();
  }

  /// From the i-th on up to another, exclusive.
  public KeptIds part(int from, int to) {
    var some = new Builder();
    for (int i = from; i < to; i++) {
      some.add(uid[i], octets, start(i), end[i] - start(i));
    }
    return some.build();
  }

  /// Those of some messages.
  public KeptIds only(IntPredicate uids) {
    var some = new Builder();
    for (int i = 0; i < uid.length; i++) {
      if (uids.test(uid[i])) {
        some.add(uid[i], octets, start(i), end[i] - start(i));
      }
    }
    return some.count == uid.length ? this : some.build();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof KeptIds that
        && Arrays.equals(uid, that.uid)
        && Arrays.equals(end, that.end)
        && Arrays.equals(octets, that.octets);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(uid) + Arrays.hashCode(octets);
  }

  @Override
  public String toString() {
    return uid.length + " kept ids";
  }

  /// Collects ids in ascending order of UIDs.
  public static final class Builder {
    private int[] uid = new int[8];
    private int[] end = new int[8];
    private byte[] octets = new byte[256];
    private int count;

    /// Adds one.
    public Builder add(int uidBits, String id) {
      var text = id.getBytes(ISO_8859_1);
      return add(uidBits, text, 0, text.length);
    }

    /// Adds all of others, in place of those from their first UID on.
    public Builder add(KeptIds ids) {
      while (count > 0
          && ids.uid.length > 0
          && Integer.compareUnsigned(uid[count - 1], ids.uid[0]) >= 0) {
        count--;
      }
      for (int i = 0; i < ids.uid.length; i++) {
        add(ids.uid[i], ids.octets, ids.start(i), ids.end[i] - ids.start(i));
      }
      return this;
    }

    private Builder add(int uidBits, byte[] from, int at, int length) {
      if (count > 0 && Integer.compareUnsigned(uidBits, uid[count - 1]) <= 0) {
        throw new IllegalArgumentException(
            "id of UID "
                + Integer.toUnsignedString(uidBits)
                + " behind that of "
                + Integer.toUnsignedString(uid[count - 1]));
      }
      if (count == uid.length) {
        uid = Arrays.copyOf(uid, 2 * count);
        end = Arrays.copyOf(end, 2 * count);
      }
      int start = count == 0 ? 0 : end[count - 1];
      if (start + length > octets.length) {
        octets = Arrays.copyOf(octets, Math.max(start + length, 2 * octets.length));
      }
      System.arraycopy(from, at, octets, start, length);
      uid[count] = uidBits;
      end[count++] = start + length;
      return this;
    }

    /// What was collected.
    public KeptIds build() {
      return count == 0
          ? NONE
          : new KeptIds(
              Arrays.copyOf(uid, count),
              Arrays.copyOf(end, count),
              Arrays.copyOf(octets, end[count - 1]));
    }
  }
}
