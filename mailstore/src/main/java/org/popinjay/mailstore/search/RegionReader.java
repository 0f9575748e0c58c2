package org.popinjay.mailstore.search;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.popinjay.mailstore.message.Charsets;
import org.popinjay.mailstore.message.ContentDecoder;
import org.popinjay.mailstore.message.HeaderReader;

/// Looks for keys in the texts of one message while its octets pass by. Of use once.
final class RegionReader implements Letter.Sink {
  private final List<TextKey> keys;
  private final List<TextRegion> regions;
  private final TextRun run;
  private final byte[] decoded;
  private final ByteArrayOutputStream header = new ByteArrayOutputStream();
  private @Nullable ContentDecoder decoder;
  private List<TextKey> looking = List.of();
  private boolean begun;
  private int next;
  private long passed;

  /// @param decoded room to use
  RegionReader(List<TextKey> keys, List<TextRegion> regions, TextRun run, byte[] decoded) {
    this.keys = keys;
    this.regions = regions;
    this.run = run;
    this.decoded = decoded;
  }

  @Override
  public void take(byte[] octets, int from, int to) {
    long behind = passed + to - from;
    while (next < regions.size() && regions.get(next).from() < behind) {
      var region = regions.get(next);
      if (!begun) {
        begin(region);
      }
      int start = from + (int) Math.max(0, region.from() - passed);
      int end = from + (int) (Math.min(region.to(), behind) - passed);
      goOn(region, octets, start, end);
      if (region.to() > behind) {
        break;
      }
      end(region);
    }
    passed = behind;
  }

  /// Ends the message.
  void end() {
    while (next < regions.size()) {
      var region = regions.get(next);
      if (!begun) {
        begin(region);
      }
      end(region);
    }
  }

  private void begin(TextRegion region) {
    begun = true;
    looking =
        keys.stream().filter(key -> key.isOpen() && (region.isText() || key.inHeaders())).toList();
    if (region.isBody() && !looking.isEmpty()) {
      var charset = region.part().parameter("CHARSET");
      run.begin(looking, charset == null ? null : Charsets.known(charset));
      decoder = isEncoded(region) ? ContentDecoder.of(region.part().encoding()) : null;
    }
    header.reset();
  }

  private void goOn(TextRegion region, byte[] octets, int from, int to) {
    if (looking.isEmpty()) {
      return;
    }
    if (!region.isBody()) {
      header.write(octets, from, to - from);
    } else if (decoder == null) {
      run.goOn(octets, from, to);
    } else {
      int most = decoded.length - ContentDecoder.MOST_KEPT_BACK;
      for (int at = from; at < to; at += most) {
        var out = ByteBuffer.wrap(decoded);
        decoder.decode(ByteBuffer.wrap(octets, at, Math.min(most, to - at)), out);
        run.goOn(decoded, 0, out.position());
      }
    }
  }

  private void end(TextRegion region) {
    if (!looking.isEmpty()) {
      if (region.isBody()) {
        endBody();
      } else {
        lookAtHeader(region);
      }
    }
    begun = false;
    next++;
  }

  private void endBody() {
    if (decoder != null) {
      var out = ByteBuffer.wrap(decoded);
      decoder.finish(out);
      run.goOn(decoded, 0, out.position());
    }
    run.end();
  }

  /// Whether octets have to be decoded; those in an unknown encoding are taken as they are.
  private static boolean isEncoded(TextRegion region) {
    return switch (region.part().encoding()) {
      case "7BIT", "8BIT", "BINARY" -> false;
      default -> true;
    };
  }

  private void lookAtHeader(TextRegion region) {
    byte[] octets = header.toByteArray();
    var reader = new HeaderReader(octets, 0, octets.length);
    while (reader.next()) {
      int end = unfold(octets, reader.start(), reader.end());
      run.field(looking, octets, reader.start(), end);
    }
    region.extendedValues().forEach(value -> run.text(looking, value));
  }

  /// Takes the line ends out of a field; returns where it ends then.
  private static int unfold(byte[] octets, int from, int to) {
    int end = from;
    for (int at = from; at < to; at++) {
      boolean lineEnd =
          octets[at] == '\n' || (octets[at] == '\r' && at + 1 < to && octets[at + 1] == '\n');
      if (!lineEnd) {
        octets[end++] = octets[at];
      }
    }
    return end;
  }
}
