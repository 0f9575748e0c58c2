package org.popinjay.mailstore;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/// What tests want to know of a [StoreResult]: the value, or the failure, or a loud complaint.
public final class Outcomes {
  private Outcomes() {}

  /// The value of a success.
  public static <T> T done(StoreResult<T> result) {
    return switch (result) {
      case StoreResult.Done<T>(T value) -> value;
      case StoreResult.Failed<T>(StoreFailure failure) ->
          throw new AssertionError("expected success, was " + failure);
    };
  }

  /// The reason of a failure.
  public static StoreFailure failure(StoreResult<?> result) {
    return switch (result) {
      case StoreResult.Done<?>(var value) ->
          throw new AssertionError("expected a failure, was " + value);
      case StoreResult.Failed<?>(StoreFailure failure) -> failure;
    };
  }

  /// Reads a message to its end.
  public static byte[] octets(StoreResult<MessageContent> content) {
    return octets(content, 8192)
        .orElseThrow(() -> new AssertionError("the message was lost while it was read"));
  }

  /// Reads a message to its end, or until it is lost.
  ///
  /// @param bufferOctets how much is asked for at a time, at least 2
  public static Optional<byte[]> octets(StoreResult<MessageContent> content, int bufferOctets) {
    try (var open = done(content)) {
      var all = new ByteArrayOutputStream();
      var buffer = ByteBuffer.allocateDirect(bufferOctets);
      while (true) {
        switch (open.read(buffer.clear())) {
          case MessageContent.Chunk.Lost _ -> {
            return Optional.empty();
          }
          case MessageContent.Chunk.Octets(int count) when count > 0 ->
              all.write(taken(buffer), 0, count);
          case MessageContent.Chunk.Octets _ -> {
            if (all.size() != open.octets()) {
              throw new AssertionError(
                  "read %d octets, promised were %d".formatted(all.size(), open.octets()));
            }
            return Optional.of(all.toByteArray());
          }
        }
      }
    }
  }

  private static byte[] taken(ByteBuffer buffer) {
    byte[] octets = new byte[buffer.flip().remaining()];
    buffer.get(octets);
    return Arrays.copyOf(octets, octets.length);
  }
}
