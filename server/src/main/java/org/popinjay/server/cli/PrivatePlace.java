package org.popinjay.server.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.UUID;
import org.popinjay.config.UserSourceConfig;
import org.popinjay.posix.Account;
import org.popinjay.posix.Accounts;

/// A folder that nobody else can look into, for a server of one user; gone when it is closed.
final class PrivatePlace implements AutoCloseable {
  private static final String SECRET = ":{PLAIN}" + UUID.randomUUID();

  private final Path folder;

  PrivatePlace() throws IOException {
    folder = Files.createTempDirectory("popinjay");
  }

  /// A file in it.
  Path file(String name) {
    return folder.resolve(name);
  }

  /// Makes a source of users that knows whoever runs this process. He needs no password; the file
  /// has to have one, which nobody gets to know.
  UserSourceConfig ownUser() throws IOException {
    int uid = Accounts.own().uid();
    var name = System.getProperty("user.name");
    var account =
        Accounts.system().account(name).filter(found -> found.uid() == uid).map(PrivatePlace::line);
    var users = file("users");
    Files.createFile(
        users, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(users, account.orElse(name + SECRET) + "\n");
    return new UserSourceConfig.FileSource(users);
  }

  private static String line(Account account) {
    var owner = account.uid() == 0 ? ":" : account.uid() + ":" + account.gid();
    return account.name() + SECRET + ":" + owner + "::" + account.home();
  }

  @Override
  public void close() throws IOException {
    for (var name : List.of("users", "control", "preauth")) {
      Files.deleteIfExists(file(name));
    }
    Files.deleteIfExists(folder);
  }
}
