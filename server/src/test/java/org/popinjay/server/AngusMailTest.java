package org.popinjay.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import jakarta.mail.FetchProfile;
import jakarta.mail.Flags;
import jakarta.mail.Flags.Flag;
import jakarta.mail.Folder;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Multipart;
import jakarta.mail.Part;
import jakarta.mail.Session;
import jakarta.mail.UIDFolder;
import jakarta.mail.event.MessageChangedEvent;
import jakarta.mail.event.MessageCountAdapter;
import jakarta.mail.event.MessageCountEvent;
import jakarta.mail.internet.ContentType;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.search.AndTerm;
import jakarta.mail.search.BodyTerm;
import jakarta.mail.search.ComparisonTerm;
import jakarta.mail.search.FlagTerm;
import jakarta.mail.search.FromStringTerm;
import jakarta.mail.search.HeaderTerm;
import jakarta.mail.search.NotTerm;
import jakarta.mail.search.OrTerm;
import jakarta.mail.search.SearchTerm;
import jakarta.mail.search.SizeTerm;
import jakarta.mail.search.SubjectTerm;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.eclipse.angus.mail.imap.IMAPFolder;
import org.eclipse.angus.mail.imap.IMAPStore;
import org.eclipse.angus.mail.imap.MessageVanishedEvent;
import org.eclipse.angus.mail.imap.ResyncData;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Angus Mail, which reads structures strictly, drives a whole server; what it makes of our answers
/// is held against what it makes of the same octets by itself.
class AngusMailTest {
  private static final String ALTERNATIVE =
      """
      From: =?utf-8?Q?J=C3=B6rg?= <joerg@example.org>
      To: "Tea, Green" <tea@example.org>, Friends:pot@example.org;
      Subject: =?utf-8?B?R3LDvMOfZQ==?= to all
      Message-ID: <1@example.org>
      Date: Sat, 1 Mar 2025 09:30:00 +0100
      MIME-Version: 1.0
      Content-Type: multipart/alternative; boundary="in the middle"

      --in the middle
      Content-Type: text/plain; charset=utf-8
      Content-Transfer-Encoding: quoted-printable

      Gr=C3=BC=C3=9Fe =
      to all
      --in the middle
      Content-Type: text/html; charset=utf-8
      Content-Transfer-Encoding: base64

      PHA+R3LDvMOfZTwvcD4=
      --in the middle--
      """;

  private static final String FORWARDED =
      """
      From: pot@example.org
      To: tea@example.org
      Subject: forwarded
      Message-ID: <2@example.org>
      MIME-Version: 1.0
      Content-Type: multipart/mixed; boundary=outer

      --outer
      Content-Type: text/plain

      See below.
      --outer
      Content-Type: message/rfc822
      Content-Disposition: inline

      """
          + ALTERNATIVE
          + """
          --outer
          Content-Type: application/octet-stream; name="large.bin"
          Content-Disposition: attachment; filename="large.bin"
          Content-Transfer-Encoding: base64

          """
          + Base64.getMimeEncoder(76, new byte[] {'\n'}).encodeToString(new byte[100_000])
          + """

          --outer--
          """;

  private static final List<String> MAIL =
      List.of(
          Spool.message(0, "plain\n"),
          ALTERNATIVE,
          FORWARDED,
          Spool.message(3, ""),
          Spool.message(4, "x".repeat(70_000) + "\n"));

  @TempDir Path folder;
  private Served served;
  private final Session session = session();
  private IMAPStore store;

  @BeforeEach
  void start() throws Exception {
    Files.createDirectories(folder.resolve("spool"));
    var _ = Spool.write(folder.resolve("spool/tea"), MAIL);
    Files.createDirectories(folder.resolve("folders"));
    served = Served.start(folder);
    store = connect();
  }

  @AfterEach
  void stop() throws Exception {
    store.close();
    served.close();
  }

  @Test
  void foldersAreMadeListedRenamedAndRemoved() throws Exception {
    assertThat(store.getFolder("Work/2025").create(Folder.HOLDS_MESSAGES)).isTrue();
    assertThat(store.getFolder("Entwürfe & mehr").create(Folder.HOLDS_MESSAGES)).isTrue();
    assertThat(names("*")).containsExactly("INBOX", "Entwürfe & mehr", "Work", "Work/2025");
    assertThat(names("%")).containsExactly("INBOX", "Entwürfe & mehr", "Work");
    assertThat(store.getFolder("Work").getType()).isEqualTo(Folder.HOLDS_FOLDERS);
    assertThat(store.getFolder("Work/2025").getType() & Folder.HOLDS_MESSAGES).isNotZero();
    assertThat(store.getPersonalNamespaces()).hasSize(1);

    var drafts = store.getFolder("Entwürfe & mehr");
    drafts.setSubscribed(true);
    assertThat(drafts.isSubscribed()).isTrue();
    assertThat(drafts.renameTo(store.getFolder("Drafts"))).isTrue();
    assertThat(store.getFolder("Work/2025").delete(false)).isTrue();
    assertThat(names("*")).containsExactly("INBOX", "Drafts", "Work");
  }

  @Test
  void whatProfilesFetchAndEveryPartIsWhatTheOctetsSay() throws Exception {
    var inbox = open(store, "INBOX", Folder.READ_ONLY);
    var all = inbox.getMessages();
    var profile = new FetchProfile();
    profile.add(FetchProfile.Item.ENVELOPE);
    profile.add(FetchProfile.Item.CONTENT_INFO);
    profile.add(FetchProfile.Item.FLAGS);
    profile.add(FetchProfile.Item.SIZE);
    profile.add(UIDFolder.FetchProfileItem.UID);
    profile.add("X-Nowhere");
    inbox.fetch(all, profile);
    assertThat(all).hasSize(MAIL.size());
    for (int i = 0; i < all.length; i++) {
      var octets = onTheWire(MAIL.get(i));
      var wanted = new MimeMessage(session, new ByteArrayInputStream(octets));
      assertThat(all[i].getSubject()).isEqualTo(wanted.getSubject());
      assertThat(all[i].getFrom()).isEqualTo(wanted.getFrom());
      assertThat(all[i].getAllRecipients()).isEqualTo(wanted.getAllRecipients());
      assertThat(all[i].getSentDate()).isEqualTo(wanted.getSentDate());
      assertThat(all[i].getSize()).isEqualTo(octets.length);
      assertThat(all[i].getFlags().contains(Flag.SEEN)).isFalse();
      assertThat(inbox.getUID(all[i])).isEqualTo(i + 1);
      assertThat(parts(all[i])).as("message %d", i).isEqualTo(parts(wanted));
      assertThat(written(all[i])).as("message %d", i).isEqualTo(octets);
    }
  }

  @Test
  void flagsAndKeywordsAreSeenByOthersAtOnce() throws Exception {
    var inbox = open(store, "INBOX", Folder.READ_WRITE);
    var flags = new Flags(Flag.FLAGGED);
    flags.add("$Forwarded");
    flags.add("Tea");
    inbox.setFlags(2, 3, flags, true);
    inbox.getMessage(3).setFlag(Flag.FLAGGED, false);
    assertThat(inbox.getPermanentFlags().contains(Flag.USER)).isTrue();
    try (var other = connect()) {
      var theirs = open(other, "INBOX", Folder.READ_ONLY);
      assertThat(theirs.getMessage(2).getFlags()).isEqualTo(withRecent(theirs, 2, flags));
      flags.remove(Flag.FLAGGED);
      assertThat(theirs.getMessage(3).getFlags()).isEqualTo(withRecent(theirs, 3, flags));
      assertThat(theirs.getMessage(1).getFlags().getUserFlags()).isEmpty();
    }
  }

  @Test
  void appendedCopiedAndMovedMailIsFoundByTheUidsThatWereTold() throws Exception {
    var inbox = open(store, "INBOX", Folder.READ_WRITE);
    var away = (IMAPFolder) store.getFolder("Away");
    assertThat(away.create(Folder.HOLDS_MESSAGES)).isTrue();
    var copied = inbox.copyUIDMessages(inbox.getMessages(2, 3), away);
    var moved = inbox.moveUIDMessages(inbox.getMessages(1, 1), away);
    var draft = new MimeMessage(session, new ByteArrayInputStream(onTheWire(ALTERNATIVE)));
    draft.setFlag(Flag.DRAFT, true);
    var appended = away.appendUIDMessages(new Message[] {draft});

    away.open(Folder.READ_WRITE);
    assertThat(away.getMessageCount()).isEqualTo(4);
    assertThat(away.getMessageByUID(copied[1].uid).getSubject()).isEqualTo("forwarded");
    assertThat(away.getMessageByUID(moved[0].uid).getSubject()).isEqualTo("number 0");
    assertThat(appended[0].uidvalidity).isEqualTo(away.getUIDValidity());
    var back = away.getMessageByUID(appended[0].uid);
    assertThat(written(back)).isEqualTo(written(draft));
    assertThat(back.getFlags().contains(Flag.DRAFT)).isTrue();

    inbox.setFlags(2, 2, new Flags(Flag.DELETED), true);
    var _ = inbox.expunge();
    assertThat(inbox.getMessageCount()).isEqualTo(MAIL.size() - 2);
  }

  @Test
  void searchesFindWhatAngusFindsByItself() throws Exception {
    var inbox = open(store, "INBOX", Folder.READ_WRITE);
    inbox.setFlags(2, 2, new Flags(Flag.ANSWERED), true);
    var terms =
        List.<SearchTerm>of(
            new SubjectTerm("grüße"),
            new SubjectTerm("number"),
            new FromStringTerm("jörg"),
            new HeaderTerm("Message-ID", "@example.org"),
            new SizeTerm(ComparisonTerm.GT, 50_000),
            new BodyTerm("below"),
            new FlagTerm(new Flags(Flag.ANSWERED), true),
            new NotTerm(new SubjectTerm("number")),
            new OrTerm(new SubjectTerm("forwarded"), new SizeTerm(ComparisonTerm.LT, 150)),
            new AndTerm(new SubjectTerm("number"), new SizeTerm(ComparisonTerm.GT, 50_000)));
    for (var term : terms) {
      var wanted = new ArrayList<Message>();
      for (var message : inbox.getMessages()) {
        if (term.match(message)) {
          wanted.add(message);
        }
      }
      assertThat(inbox.search(term)).as("%s", term.getClass()).containsExactlyElementsOf(wanted);
      assertThat(wanted).as("%s", term.getClass()).isNotEmpty();
    }
  }

  @Test
  void idleHearsOfADelivery() throws Exception {
    var inbox = open(store, "INBOX", Folder.READ_ONLY);
    var heard = new CompletableFuture<String>();
    inbox.addMessageCountListener(
        new MessageCountAdapter() {
          @Override
          public void messagesAdded(MessageCountEvent event) {
            try {
              heard.complete(event.getMessages()[0].getSubject());
            } catch (MessagingException e) {
              heard.completeExceptionally(e);
            }
          }
        });
    var idling =
        CompletableFuture.runAsync(() -> {
          try {
            inbox.idle(true);
          } catch (MessagingException e) {
            heard.completeExceptionally(e);
          }
        });
    var mail = "From pot@example.org Sat Mar  1 10:00:00 2025\n" + Spool.message(9, "new\n") + "\n";
    Files.writeString(served.spool("tea"), mail, ISO_8859_1, StandardOpenOption.APPEND);
    assertThat(heard.get(60, TimeUnit.SECONDS)).isEqualTo("number 9");
    idling.get(60, TimeUnit.SECONDS);
  }

  @Test
  void aFolderIsResynchronized() throws Exception {
    var first = open(store, "INBOX", Folder.READ_WRITE);
    long validity = first.getUIDValidity();
    long then = first.getHighestModSeq();
    first.setFlags(1, 2, new Flags(Flag.DELETED), true);
    first.setFlags(4, 4, new Flags(Flag.SEEN), true);
    first.close(true);

    var again = (IMAPFolder) store.getFolder("INBOX");
    var events = again.open(Folder.READ_ONLY, new ResyncData(validity, then));
    assertThat(events).hasSize(2);
    assertThat(((MessageVanishedEvent) events.get(0)).getUIDs()).containsExactly(1, 2);
    var changed = ((MessageChangedEvent) events.get(1)).getMessage();
    assertThat(again.getUID(changed)).isEqualTo(4);
    assertThat(changed.isSet(Flag.SEEN)).isTrue();
  }

  private static Session session() {
    var properties = new Properties();
    properties.put("mail.imap.connectiontimeout", "60000");
    properties.put("mail.imap.timeout", "60000");
    return Session.getInstance(properties);
  }

  private IMAPStore connect() throws MessagingException {
    var connected = (IMAPStore) session.getStore("imap");
    connected.connect("127.0.0.1", served.imap().getPort(), "tea", "kettle");
    return connected;
  }

  private static IMAPFolder open(IMAPStore from, String name, int mode) throws MessagingException {
    var opened = (IMAPFolder) from.getFolder(name);
    opened.open(mode);
    return opened;
  }

  private List<String> names(String pattern) throws MessagingException {
    return List.of(store.getDefaultFolder().list(pattern)).stream()
        .map(Folder::getFullName)
        .toList();
  }

  /// Who sees a message first is not what is looked at here.
  private static Flags withRecent(Folder of, int number, Flags flags) throws MessagingException {
    var all = new Flags(flags);
    if (of.getMessage(number).isSet(Flag.RECENT)) {
      all.add(Flag.RECENT);
    }
    return all;
  }

  /// Each leaf as its type, names and decoded octets, in order.
  private static List<String> parts(Part part) throws MessagingException, IOException {
    var leaves = new ArrayList<String>();
    switch (part.getContent()) {
      case Multipart many -> {
        for (int i = 0; i < many.getCount(); i++) {
          leaves.addAll(parts(many.getBodyPart(i)));
        }
      }
      case Message inner -> {
        leaves.add(inner.getSubject());
        leaves.addAll(parts(inner));
      }
      default -> {
        try (InputStream decoded = part.getInputStream()) {
          leaves.add(
              new ContentType(part.getContentType()).getBaseType().toLowerCase(Locale.ROOT)
                  + ' '
                  + part.getFileName()
                  + ' '
                  + new String(decoded.readAllBytes(), ISO_8859_1));
        }
      }
    }
    return leaves;
  }

  private static byte[] onTheWire(String message) {
    return message.replace("\n", "\r\n").getBytes(ISO_8859_1);
  }

  private static byte[] written(Message message) throws MessagingException, IOException {
    var octets = new ByteArrayOutputStream();
    message.writeTo(octets);
    return octets.toByteArray();
  }
}
