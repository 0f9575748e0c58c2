package org.popinjay.mailstore.mbox.bulletin;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.popinjay.mailstore.Outcomes.done;
import static org.popinjay.mailstore.Outcomes.octets;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.popinjay.config.BulletinsConfig;
import org.popinjay.mailstore.AccountOwner;
import org.popinjay.mailstore.StoreEvents;
import org.popinjay.mailstore.StoreStartException;
import org.popinjay.mailstore.TestHolder;
import org.popinjay.mailstore.mbox.MboxRig;
import org.popinjay.posix.FileCalls;

/// The mbox engine, a folder of bulletins beside it, and a user who signs in.
public final class BulletinRig implements StoreEvents, AutoCloseable {
  static final String TEA = "tea";

  private final Path folder;
  private final MboxRig rig;
  private int faults;
  private int delivered;

  BulletinRig(Path folder, FileCalls files) throws IOException, StoreStartException {
    this(folder, files, settings(folder));
  }

  BulletinRig(Path folder, FileCalls files, BulletinsConfig settings)
      throws IOException, StoreStartException {
    this.folder = folder;
    if (!Files.exists(board(folder))) {
      Files.createDirectories(board(folder));
      permit(board(folder), "rwxr-xr-x");
    }
    rig = MboxRig.with(settings, folder, files, this);
  }

  /// Settings of a folder of bulletins and nothing else.
  static BulletinsConfig settings(Path folder) {
    return settings(folder, 0, false, BulletinsConfig.State.STATE_DIR, BulletinsConfig.Imap.OFF);
  }

  static BulletinsConfig settings(
      Path folder,
      int newUserCount,
      boolean groups,
      BulletinsConfig.State state,
      BulletinsConfig.Imap imap) {
    return new BulletinsConfig(
        Optional.of(board(folder)), newUserCount, groups, state, Optional.of("example.org"), imap);
  }

  private static Path board(Path folder) {
    return folder.resolve("bulletins");
  }

  public static void permit(Path file, String permissions) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
  }

  /// Puts a bulletin into the folder.
  Path post(String name, String text) throws IOException {
    var file = board(folder).resolve(name);
    Files.writeString(file, text, ISO_8859_1);
    permit(file, "rw-r--r--");
    return file;
  }

  /// A plain bulletin.
  static String text(int number) {
    return """
    From postmaster@example.org Thu Nov  9 22:33:52 2023
    From: The postmaster <postmaster@example.org>
    To: everybody
    Subject: Bulletin %d

    Hear, hear: %d.
    """
        .formatted(number, number);
  }

  /// Puts plain bulletins there.
  BulletinRig post(int... numbers) throws IOException {
    for (int number : numbers) {
      post(number + ".news", text(number));
    }
    return this;
  }

  MboxRig rig() {
    return rig;
  }

  AccountOwner owner() {
    return rig.owner(TEA);
  }

  /// Signs in by POP3 and reads everything.
  List<String> signIn() {
    return signIn(owner());
  }

  List<String> signIn(AccountOwner owner) {
    var messages = new ArrayList<String>();
    try (var drop = done(rig.store().account(owner).claim(new TestHolder()))) {
      for (int number = 1; number <= drop.count(); number++) {
        messages.add(new String(octets(drop.content(number)), ISO_8859_1).replace("\r\n", "\n"));
      }
    }
    return messages;
  }

  /// Signs in by POP3 and reads the subjects.
  List<String> subjects() {
    return subjects(signIn());
  }

  static List<String> subjects(List<String> messages) {
    return messages.stream()
        .map(message -> {
          int from = message.indexOf("Subject: ") + 9;
          return message.substring(from, message.indexOf('\n', from));
        })
        .toList();
  }

  Path popbull() {
    return rig.home(TEA).resolve(".popbull");
  }

  /// What is kept in the state folder.
  String counted() throws IOException {
    return Files.readString(rig.state(TEA).resolve("bulletins"));
  }

  String spool() throws IOException {
    return Files.readString(rig.spool(TEA), ISO_8859_1);
  }

  int faults() {
    return faults;
  }

  int delivered() {
    return delivered;
  }

  @Override
  public void bulletinFault() {
    faults++;
  }

  @Override
  public void bulletinsDelivered(int count) {
    delivered += count;
  }

  @Override
  public void close() {
    rig.close();
  }
}
