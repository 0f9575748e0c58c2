package org.popinjay.imap.strict;

/// The server wrote what no RFC allows.
public final class ResponseViolation extends RuntimeException {
  private static final long serialVersionUID = 1;

  ResponseViolation(String what, String response) {
    super(what + " in: " + response);
  }
}
