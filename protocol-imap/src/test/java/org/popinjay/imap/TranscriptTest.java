package org.popinjay.imap;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.popinjay.wire.transcript.NoLeaks;
import org.popinjay.wire.transcript.Transcript;
import org.popinjay.wire.transcript.TranscriptPlayer;
import org.popinjay.wire.transcript.TranscriptPlayer.Cut;

/// Every conversation that is written down is held with a real server.
@ExtendWith(NoLeaks.class)
class TranscriptTest {
  private static final Path FOLDER = Path.of("src/test/resources/transcripts");

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("conversations")
  void isHeldAsWritten(String file, Cut cut) throws IOException {
    var transcript = Transcript.read(FOLDER.resolve(file));
    new TranscriptPlayer(FOLDER.resolve("mail"), ImapTestServer::new).play(transcript, cut);
  }

  static Stream<Arguments> conversations() throws IOException {
    try (var files = Files.list(FOLDER)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> file.getFileName().toString())
          .sorted()
          .flatMap(name ->
              Stream.of(Cut.values())
                  .filter(cut -> cut != Cut.ALL_AT_ONCE || pipelining(name))
                  .map(cut -> Arguments.of(name, cut)))
          .toList()
          .stream();
    }
  }

  private static boolean pipelining(String name) {
    try {
      return Transcript.read(FOLDER.resolve(name)).pipelining();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
