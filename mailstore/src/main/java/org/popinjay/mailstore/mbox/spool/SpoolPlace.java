package org.popinjay.mailstore.mbox.spool;

import org.popinjay.mailstore.MailboxName;

/// Where the spool of a mailbox lies.
///
/// @param name the mailbox's
/// @param root the folder that no link may lead out of; empty for a spool with a path of its own,
///   which is INBOX
/// @param file path below the root, or the whole path where there is none
/// @param board whether it is a board, which somebody else keeps and many read
public record SpoolPlace(MailboxName name, String root, String file, boolean board) {

  /// The spool of a user.
  public SpoolPlace(MailboxName name, String root, String file) {
    this(name, root, file, false);
  }

  /// The file of a board.
  public static SpoolPlace board(MailboxName name, String folder, String file) {
    return new SpoolPlace(name, folder, file, true);
  }

  /// The spool that mail is delivered to.
  public static SpoolPlace inbox(String path) {
    return new SpoolPlace(MailboxName.INBOX, "", path);
  }

  /// Whether it is the file of a folder, which must be there for the mailbox to exist.
  public boolean isFolder() {
    return !root.isEmpty();
  }

  /// The whole path.
  public String path() {
    return isFolder() ? root + "/" + file : file;
  }

  /// The folder that the file is in.
  public String directory() {
    var path = path();
    return path.substring(0, Math.max(1, path.lastIndexOf('/')));
  }

  /// The name of the file in its folder.
  public String fileName() {
    return file.substring(file.lastIndexOf('/') + 1);
  }
}
