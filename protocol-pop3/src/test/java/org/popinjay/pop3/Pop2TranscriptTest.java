package org.popinjay.pop3;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.popinjay.config.LegacyConfig;
import org.popinjay.config.ListenerConfig.Responses;
import org.popinjay.wire.transcript.Transcript;
import org.popinjay.wire.transcript.TranscriptPlayer;
import org.popinjay.wire.transcript.TranscriptPlayer.Cut;

/// Every conversation in POP2 (RFC 937) that is written down is held with a real server.
class Pop2TranscriptTest {
  private static final Path FOLDER = Path.of("src/test/resources/transcripts");

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("conversations")
  void isHeldAsWritten(String file, Cut cut) throws IOException {
    play(file, cut, null);
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("conversations")
  void isHeldAsWrittenOverASpool(String file, Cut cut, @TempDir Path folder) throws IOException {
    play(file, cut, TestMail.spool(folder));
  }

  private static void play(String file, Cut cut, @Nullable TestMail mail) throws IOException {
    new TranscriptPlayer(
            FOLDER.resolve("mail"),
            () ->
                Pop3TestServer.pop2(
                    Settings.DEFAULTS, mail, LegacyConfig.DEFAULTS, Responses.POPINJAY))
        .play(Transcript.read(FOLDER.resolve("pop2").resolve(file)), cut);
  }

  static Stream<Arguments> conversations() throws IOException {
    try (var files = Files.list(FOLDER.resolve("pop2"))) {
      return files
          .map(file -> file.getFileName().toString())
          .sorted()
          .flatMap(name -> Stream.of(Cut.values()).map(cut -> Arguments.of(name, cut)))
          .toList()
          .stream();
    }
  }
}
