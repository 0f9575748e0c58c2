package org.popinjay.imap;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.popinjay.imap.command.Capability;
import org.popinjay.imap.command.ImapCommand;
import org.popinjay.imap.command.ImapVerb;
import org.popinjay.imap.response.ResponseCode;
import org.popinjay.imap.response.ResponseCode.Plain;

/// Whatever a client can say and the server can answer is in some transcript.
class TranscriptCoverageTest {
  private static final Path TRANSCRIPTS = Path.of("src/test/resources/transcripts");
  private static final Path SOURCES = Path.of("src/main/java");

  private final List<String> said = lines("C: ");
  private final List<String> heard = lines("S: ");

  @Test
  void everyCommandIsSpoken() {
    assertThat(ImapVerb.values())
        .filteredOn(verb -> verb != ImapVerb.UNKNOWN)
        .filteredOn(verb -> !isSpoken(verb.name()))
        .as("commands without a transcript")
        .isEmpty();
    assertThat(List.of("EXPUNGE", "SEARCH", "FETCH", "STORE", "COPY", "MOVE"))
        .filteredOn(word -> !isSpoken("UID " + word))
        .as("UID commands without a transcript")
        .isEmpty();
  }

  @Test
  void noCommandIsWithoutAWord() {
    var twoWords = List.of(ImapCommand.Select.class, ImapCommand.Subscribe.class);
    assertThat(records(ImapCommand.class).count() + twoWords.size())
        .isEqualTo(ImapVerb.values().length - 1);
  }

  @Test
  void everyCodeThatIsSentIsHeard() throws IOException {
    var sources = sources();
    // Those that take settings, or a connection, that no transcript has.
    var elsewhere = EnumSet.of(Plain.COMPRESSIONACTIVE, Plain.PRIVACYREQUIRED, Plain.USEATTR);
    assertThat(Plain.values())
        .filteredOn(code -> sources.contains("Plain." + code.name()))
        .filteredOn(code -> !elsewhere.contains(code))
        .filteredOn(code -> !isHeard(code.word()))
        .as("codes without a transcript")
        .isEmpty();
    assertThat(records(ResponseCode.class).map(Class::getSimpleName))
        .allSatisfy(record -> assertThat(isHeard(word(record))).as(record).isTrue());
  }

  /// The word of a code that has more behind it.
  private static String word(String record) {
    return switch (record) {
      case "Capability" -> "CAPABILITY ";
      case "BadCharset" -> "BADCHARSET (";
      case "PermanentFlags" -> "PERMANENTFLAGS (";
      case "Unseen" -> "UNSEEN ";
      case "UidNext" -> "UIDNEXT ";
      case "UidValidity" -> "UIDVALIDITY ";
      case "HighestModSeq" -> "HIGHESTMODSEQ ";
      case "MailboxIdentity" -> "MAILBOXID (";
      case "AppendUid" -> "APPENDUID ";
      case "CopyUid" -> "COPYUID ";
      case "Modified" -> "MODIFIED ";
      default -> throw new AssertionError("say here how " + record + " is written");
    };
  }

  @Test
  void everyCapabilityIsShown() {
    assertThat(Capability.values())
        .filteredOn(capability -> !isShown(capability))
        .as("capabilities without a transcript")
        .isEmpty();
  }

  private boolean isShown(Capability capability) {
    return switch (capability) {
      case IMAP4REV1 -> isHeard("CAPABILITY IMAP4rev1");
      case AUTH_PLAIN -> isSpoken("AUTHENTICATE PLAIN");
      case AUTH_LOGIN -> isSpoken("AUTHENTICATE LOGIN");
      case SASL_IR -> says(".*AUTHENTICATE PLAIN \\S+");
      case ID -> isSpoken("ID");
      case LITERAL_PLUS -> says(".*\\{\\d+\\+}");
      case ENABLE -> isSpoken("ENABLE");
      case IDLE -> isSpoken("IDLE");
      case NAMESPACE -> isSpoken("NAMESPACE");
      case CHILDREN -> hears("\\* LIST \\(.*\\\\HasChildren.*");
      case UIDPLUS -> isSpoken("UID EXPUNGE") && isHeard("APPENDUID ") && isHeard("COPYUID ");
      case UNSELECT -> isSpoken("UNSELECT");
      case MOVE -> isSpoken("MOVE");
      case SPECIAL_USE -> says(".*LIST .*SPECIAL-USE.*");
      case LIST_EXTENDED -> says(".*LIST \\(.*") && says(".*LIST .* RETURN \\(.*");
      case LIST_STATUS -> says(".*LIST .*RETURN \\(.*STATUS \\(.*");
      case STATUS_SIZE -> says(".*STATUS .*\\(.*SIZE.*");
      case ESEARCH -> says(".*SEARCH RETURN .*");
      case WITHIN -> says(".*SEARCH .*YOUNGER .*") && says(".*SEARCH .*OLDER .*");
      case MULTIAPPEND -> hears(".*APPENDUID \\S+ \\d+:\\d+.*");
      case CONDSTORE -> says(".*FETCH .*CHANGEDSINCE .*") && says(".*STORE .*UNCHANGEDSINCE .*");
      case QRESYNC -> says(".*SELECT .*QRESYNC.*") && hears("\\* VANISHED .*");
      case APPENDLIMIT -> says(".*STATUS .*APPENDLIMIT.*");
      // Transcripts are in the clear; CompressionTest is not.
      case COMPRESS_DEFLATE -> isSpoken("COMPRESS DEFLATE");
      // What is said differs each time: ImapSaslTest.
      case AUTH_SCRAM_SHA_256,
          AUTH_SCRAM_SHA_256_PLUS,
          AUTH_SCRAM_SHA_1,
          AUTH_SCRAM_SHA_1_PLUS,
          AUTH_EXTERNAL,
          AUTH_CRAM_MD5,
          AUTH_ANONYMOUS ->
          true;
      // Other settings, or not there at all: AnnouncedTest.
      case STARTTLS, LOGINDISABLED, LITERAL_MINUS -> true;
    };
  }

  private boolean isSpoken(String words) {
    return says("\\S+ " + words + "( .*)?");
  }

  private boolean isHeard(String code) {
    return heard.stream().anyMatch(line -> line.contains("[" + code) || line.contains("* " + code));
  }

  private boolean says(String pattern) {
    return matches(said, pattern);
  }

  private boolean hears(String pattern) {
    return matches(heard, pattern);
  }

  private static boolean matches(List<String> lines, String pattern) {
    return lines.stream().anyMatch(line -> line.matches("(?i)" + pattern));
  }

  private static Stream<Class<?>> records(Class<?> type) {
    if (type.isRecord()) {
      return Stream.of(type);
    }
    return type.isSealed()
        ? Arrays.stream(type.getPermittedSubclasses()).flatMap(TranscriptCoverageTest::records)
        : Stream.of();
  }

  /// What one side says in all transcripts.
  private static List<String> lines(String side) {
    try (var files = Files.list(TRANSCRIPTS)) {
      return files
          .filter(Files::isRegularFile)
          .flatMap(TranscriptCoverageTest::read)
          .map(line -> line.replaceFirst("^\\d+ ", ""))
          .filter(line -> line.startsWith(side))
          .map(line -> line.substring(side.length()))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Stream<String> read(Path file) {
    try {
      return Files.readAllLines(file).stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String sources() throws IOException {
    Predicate<Path> java = file -> file.toString().endsWith(".java");
    try (var files = Files.walk(SOURCES)) {
      return String.join("\n", files.filter(java).flatMap(TranscriptCoverageTest::read).toList());
    }
  }
}
