package org.popinjay.mailstore;

/// What those who keep a board say of it: words for readers, each one line of printable US-ASCII,
/// empty where they say nothing.
///
/// @param aliases other names, with commas between them
/// @param info what it is about
/// @param leaders who keeps it
/// @param address where messages for it are sent to
/// @param request where to ask to be put on its list
/// @param feedIn where it gets its messages from
/// @param feedsOut where they go from here
/// @param flags a number that clients of it understand
public record BoardNotes(
    String aliases,
    String info,
    String leaders,
    String address,
    String request,
    String feedIn,
    String feedsOut,
    long flags) {

  /// They say nothing.
  public static final BoardNotes NONE = new BoardNotes("", "", "", "", "", "", "", 0);
}
