package org.popinjay.pop3;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.popinjay.config.ListenerConfig.Responses;
import org.popinjay.wire.transcript.Transcript;
import org.popinjay.wire.transcript.TranscriptPlayer;
import org.popinjay.wire.transcript.TranscriptPlayer.Cut;
import org.popinjay.wire.transcript.TranscriptServer;

/// Every conversation that is written down is held with a real server; those in a folder of their
/// own in the words of that profile.
class TranscriptTest {
  private static final Path FOLDER = Path.of("src/test/resources/transcripts");

  @ParameterizedTest(name = "{0} {1}, {2}")
  @MethodSource("conversations")
  void isHeldAsWritten(Responses responses, String file, Cut cut) throws IOException {
    play(responses, file, cut, () -> new Pop3TestServer(settings(responses)));
  }

  @ParameterizedTest(name = "{0} {1}, {2}")
  @MethodSource("conversations")
  void isHeldAsWrittenOverASpool(Responses responses, String file, Cut cut, @TempDir Path folder)
      throws IOException {
    play(
        responses,
        file,
        cut,
        () -> new Pop3TestServer(settings(responses), TestMail.spool(folder)));
  }

  private static void play(
      Responses responses, String file, Cut cut, Supplier<TranscriptServer> server)
      throws IOException {
    new TranscriptPlayer(FOLDER.resolve("mail"), server)
        .play(Transcript.read(folder(responses).resolve(file)), cut);
  }

  private static Settings settings(Responses responses) {
    return Settings.DEFAULTS.responses(responses);
  }

  static Path folder(Responses responses) {
    return responses == Responses.POPINJAY ? FOLDER : FOLDER.resolve(responses.toString());
  }

  static Stream<Arguments> conversations() {
    return Arrays.stream(Responses.values()).flatMap(TranscriptTest::conversations);
  }

  private static Stream<Arguments> conversations(Responses responses) {
    try (var files = Files.list(folder(responses))) {
      return files
          .filter(Files::isRegularFile)
          .sorted()
          .flatMap(file ->
              Stream.of(Cut.values())
                  .filter(cut -> cut != Cut.ALL_AT_ONCE || pipelining(file))
                  .map(cut -> Arguments.of(responses, file.getFileName().toString(), cut)))
          .toList()
          .stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean pipelining(Path file) {
    try {
      return Transcript.read(file).pipelining();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
