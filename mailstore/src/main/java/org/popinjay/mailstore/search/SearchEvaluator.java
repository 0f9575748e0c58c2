package org.popinjay.mailstore.search;

import java.time.Instant;
import java.util.BitSet;
import org.popinjay.mailstore.MailboxView;

/// Looks for the messages that a [SearchKey] finds, a slice at a time.
///
/// The caller does `while (search.slice()) {}` and may do what it likes between two slices: wait
/// for its turn on the disk, tell how far it is, or stop. The picture must not change meanwhile.
/// What is known without reading is asked first, then headers, then whole messages, and each only
/// of messages that are still undecided. A message that cannot be had any more is not found. Not
/// thread-safe; may block on the disk.
public final class SearchEvaluator implements AutoCloseable {
  /// Messages read in a slice at most.
  private static final int SLICE_MESSAGES = 64;

  /// A slice ends with the message that reaches this.
  private static final int SLICE_OCTETS = 8 << 20;

  /// Messages looked at in a slice at most, though none is read.
  private static final int SLICE_GLANCES = 1_000;

  private final Letter letter;
  private final TextSearch texts;
  private final Criterion criterion;
  private final boolean readsHeaders;
  private final int count;
  private final BitSet found;
  private int done;

  /// A search of a picture as it is now.
  ///
  /// @param now what [SearchKey.Younger] and [SearchKey.Older] count from
  public SearchEvaluator(MailboxView view, SearchKey key, Instant now) {
    letter = new Letter(view);
    texts = new TextSearch();
    criterion = new Criteria(view, now, texts).of(key);
    readsHeaders = key.mentions(SearchEvaluator::isOfHeader);
    count = view.count();
    found = new BitSet(count + 1);
  }

  private static boolean isOfHeader(SearchKey key) {
    return key instanceof SearchKey.Header
        || key instanceof SearchKey.Address
        || key instanceof SearchKey.Sent;
  }

  /// Looks at the next messages; false if there are no more.
  public boolean slice() {
    int read = 0;
    int glances = 0;
    long enough = letter.octetsRead() + SLICE_OCTETS;
    while (done < count
        && read < SLICE_MESSAGES
        && glances < SLICE_GLANCES
        && letter.octetsRead() < enough) {
      letter.turnTo(++done);
      found.set(done, isFound());
      glances++;
      read += letter.wasRead() ? 1 : 0;
    }
    return done < count;
  }

  private boolean isFound() {
    var truth = criterion.of(letter);
    if (truth == Truth.UNKNOWN && readsHeaders && letter.readHeader()) {
      truth = criterion.of(letter);
    }
    if (truth == Truth.UNKNOWN && texts.look(letter)) {
      truth = criterion.of(letter);
    }
    return truth == Truth.YES;
  }

  /// Messages looked at so far.
  public int done() {
    return done;
  }

  /// Positions found so far; bit 0 is not used.
  public BitSet found() {
    return (BitSet) found.clone();
  }

  /// Messages that were not found because they could not be read, though they are not gone.
  public int unreadable() {
    return letter.unreadable();
  }

  /// Lets go of the message that was read last.
  @Override
  public void close() {
    letter.close();
  }
}
