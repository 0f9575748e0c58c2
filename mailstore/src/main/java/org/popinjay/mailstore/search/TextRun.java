package org.popinjay.mailstore.search;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.charset.Charset;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.popinjay.mailstore.message.EncodedWord;
import org.popinjay.mailstore.search.CaseMap.Folded;
import org.popinjay.mailstore.search.PairScan.Pair;

/// Looks for keys in one text after the other. Octets of a text come in pieces of any size; those
/// that are ASCII are looked at as they are, others in their folded form. Not thread-safe.
final class TextRun {
  private static final Pair ENCODED_WORD = Pair.of('=', '?', 1, false);
  private static final int PIECE_OCTETS = 16 << 10;

  private final PairScan scan = PairScan.fastest();
  private final Folded folded = new Folded(PIECE_OCTETS);
  private List<TextKey> keys = List.of();
  private TextFolder folder = TextFolder.of(null);

  /// Begins with a text.
  ///
  /// @param wanted keys to look for
  /// @param charset null if it is not known
  void begin(List<TextKey> wanted, @Nullable Charset charset) {
    keys = wanted;
    folder = TextFolder.of(charset);
    keys.forEach(TextKey::beginText);
  }

  /// Goes on in the text.
  void goOn(byte[] octets, int from, int to) {
    for (int at = from; at < to; at += PIECE_OCTETS) {
      piece(octets, at, Math.min(to, at + PIECE_OCTETS));
    }
  }

  private void piece(byte[] octets, int from, int to) {
    if (folder.takesAsciiAsItIs() && scan.eightBit(octets, from, to) == to) {
      keys.forEach(key -> key.look(octets, from, to, true));
    } else {
      folder.fold(octets, from, to, folded);
      lookAtFolded();
    }
  }

  /// Ends the text.
  void end() {
    folder.end(folded);
    lookAtFolded();
  }

  private void lookAtFolded() {
    keys.forEach(key -> key.look(folded.octets(), 0, folded.count(), false));
    folded.clear();
  }

  /// Looks into a field of a header, unfolded but with its encoded words.
  void field(List<TextKey> wanted, byte[] octets, int from, int to) {
    boolean plain =
        scan.eightBit(octets, from, to) == to && !scan.has(ENCODED_WORD, octets, from, to);
    if (plain) {
      for (var key : wanted) {
        key.beginText();
        key.look(octets, from, to, true);
      }
    } else {
      text(wanted, EncodedWord.decode(new String(octets, from, to - from, ISO_8859_1)));
    }
  }

  /// Looks into a text that was decoded already.
  void text(List<TextKey> wanted, String text) {
    byte[] all = CaseMap.fold(text);
    for (var key : wanted) {
      key.beginText();
      key.look(all, 0, all.length, false);
    }
  }
}
