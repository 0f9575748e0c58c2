package org.popinjay.imap.netty;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.popinjay.imap.command.IncomingMessages;
import org.popinjay.imap.parse.ImapFrame;
import org.popinjay.wire.AuthenticationHandler.SignedIn;

/// A target of the fuzzer: any octets are cut into the same frames, however they come. See
/// CONTRIBUTING.md for how to run it.
public final class FrameFuzz {
  private static final int PIECES_MAX = 4096;

  private FrameFuzz() {}

  /// What the fuzzer calls.
  public static void fuzzerTestOneInput(byte[] input) {
    for (boolean signedIn : new boolean[] {true, false}) {
      var whole = frames(input, Math.max(1, input.length), signedIn);
      for (int size : new int[] {1, 7}) {
        var cut = frames(input, size, signedIn);
        if (input.length / size < PIECES_MAX && !cut.equals(whole)) {
          throw new IllegalStateException("cut: " + cut + " whole: " + whole);
        }
      }
    }
  }

  private static List<String> frames(byte[] input, int size, boolean signedIn) {
    var decoder = new ImapFrameDecoder(FrameRun.SMALL, new OpenGate());
    var channel = new EmbeddedChannel(decoder);
    var frames = new ArrayList<String>();
    try {
      if (signedIn) {
        channel.pipeline().fireUserEventTriggered(SignedIn.SIGNED_IN);
      }
      @Nullable IncomingMessages messages = null;
      for (int at = 0; at < input.length && at / size < PIECES_MAX; at += size) {
        int count = Math.min(size, input.length - at);
        channel.writeInbound(Unpooled.copiedBuffer(input, at, count));
        messages = handle(channel, frames, messages);
      }
      return frames;
    } finally {
      channel.finishAndReleaseAll();
    }
  }

  /// Writes down what came, and wants every message.
  private static @Nullable IncomingMessages handle(
      EmbeddedChannel channel, List<String> frames, @Nullable IncomingMessages before) {
    var messages = before;
    for (int quiet = 0; quiet < 3; quiet++) {
      for (Object read = channel.readInbound(); read != null; read = channel.readInbound()) {
        quiet = 0;
        if (read instanceof ImapFrame frame) {
          frames.add(new String(frame.octets(), ISO_8859_1));
          messages = frame.messages() instanceof Upload upload ? upload : messages;
        } else {
          frames.add(read.toString());
        }
      }
      if (messages != null) {
        messages.accept();
        channel.runPendingTasks();
      }
    }
    return messages;
  }

  /// Every turn comes at once.
  private static final class OpenGate implements LiteralGate {
    @Override
    public void awaitTurn(Runnable go) {
      go.run();
    }

    @Override
    public void invite() {}
  }
}
