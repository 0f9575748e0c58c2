package org.popinjay.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `auth.cleartext: withoutSecret`, with clients that a proxy announces from elsewhere.
///
/// The password of tea, `kettle`, is stored in the clear; that of pot, `Hello world!`, is not.
class ClearTextTest {
  @TempDir private Path folder;
  private Served served;

  @BeforeEach
  void serve() throws IOException, StartException {
    var users =
        Files.writeString(
            folder.resolve("mixed"),
            """
            tea:{PLAIN}kettle
            pot:$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLi\
            BFdcbYEdFCoEOfaS35inz1
            """);
    Files.setPosixFilePermissions(users, PosixFilePermissions.fromString("rw-r-----"));
    served =
        Served.start(
            folder,
            "users: [{ file: " + users + " }]",
            "auth: { failureDelay: 0s, maxFailures: 10, cleartext: withoutSecret,"
                + " mechanisms: [PLAIN, APOP] }",
            """
            listeners:
              - { protocol: pop3, bind: "127.0.0.1:0", proxyProtocol: [127.0.0.0/8] }
              - { protocol: imap, bind: "127.0.0.1:0", proxyProtocol: [127.0.0.0/8] }
              - { protocol: pop3, bind: "127.0.0.1:0" }\
            """);
  }

  @AfterEach
  void stop() {
    served.close();
  }

  private static Conversation elsewhere(InetSocketAddress server) throws IOException {
    var client = new Conversation(server);
    client.say("PROXY TCP4 192.0.2.7 127.0.0.1 1000 110\r\n");
    return client;
  }

  @Test
  void whoHasASecretSignsInByApopAlone() throws Exception {
    try (var client = elsewhere(served.pop3())) {
      var greeting = client.hear();
      assertThat(greeting).startsWith("+OK").contains("<");
      assertThat(client.ask("USER tea")).isEqualTo("+OK send PASS");
      var refusal = client.ask("PASS kettle");
      assertThat(refusal).startsWith("-ERR [AUTH]");
      client.ask("USER tea");
      assertThat(client.ask("PASS wrong")).isEqualTo(refusal);
      client.ask("USER nobody");
      assertThat(client.ask("PASS kettle")).isEqualTo(refusal);
      assertThat(client.ask("AUTH PLAIN AHRlYQBrZXR0bGU=")).isEqualTo(refusal);
      var challenge = greeting.substring(greeting.indexOf('<'));
      var digest =
          MessageDigest.getInstance("MD5").digest((challenge + "kettle").getBytes(US_ASCII));
      assertThat(client.ask("APOP tea " + HexFormat.of().formatHex(digest))).startsWith("+OK");
    }
    try (var client = elsewhere(served.imap())) {
      assertThat(client.hear()).startsWith("* OK");
      assertThat(client.ask("a LOGIN tea kettle")).startsWith("a NO [AUTHENTICATIONFAILED]");
    }
  }

  @Test
  void whoHasNoneSendsHisPassword() throws Exception {
    try (var client = elsewhere(served.pop3())) {
      client.hear();
      client.ask("USER pot");
      assertThat(client.ask("PASS Hello world!")).startsWith("+OK");
    }
    try (var client = elsewhere(served.imap())) {
      client.hear();
      assertThat(client.ask("a LOGIN pot \"Hello world!\"")).startsWith("a OK");
    }
  }

  @Test
  void onThisMachineNobodyListens() throws Exception {
    try (var client = new Conversation(served.server().addresses().get(2))) {
      client.signIn("tea");
      assertThat(client.ask("STAT")).isEqualTo("+OK 0 0");
    }
  }
}
