package org.popinjay.wire;

/// What connections report for metrics, whatever they speak. Called from any thread; must not
/// block.
public interface SessionEvents {

  /// Hears nothing.
  SessionEvents NONE = new SessionEvents() {};

  /// A connection was let in.
  default void opened() {}

  /// A connection that was let in is closed.
  default void closed() {}

  /// A limit was reached.
  default void limitReached(Limit limit) {}

  /// A sign-in was tried.
  ///
  /// @param mechanism `USER`, or the name of a SASL mechanism
  /// @param nanos from the last octet that was needed to the result, without the delay of failures
  default void signIn(String mechanism, SignInResult result, long nanos) {}

  /// What a sign-in came to.
  enum SignInResult {
    /// The client is who it says it is, and its mail is open.
    GRANTED,
    /// The client is who it says it is, but its mail cannot be opened.
    NOT_OPENED,
    /// Wrong name, wrong secret, or not allowed.
    DENIED,
    /// It cannot be found out now.
    UNAVAILABLE,
    /// The client cancelled, or sent what is no answer.
    ABANDONED
  }

  /// Limits that a client can run into; their sizes are in the settings.
  enum Limit {
    /// Connections in all.
    CONNECTIONS,
    /// Connections of one address.
    CONNECTIONS_PER_ADDRESS,
    /// Sessions of one user.
    CONNECTIONS_PER_USER,
    /// Connections of one address before sign-in.
    UNAUTHENTICATED_PER_ADDRESS,
    /// Time for sign-in.
    LOGIN_TIMEOUT,
    /// Silence after sign-in.
    IDLE_TIMEOUT,
    /// Not reading what was asked for.
    WRITE_STALL_TIMEOUT,
    /// Octets of a line.
    LINE,
    /// Octets of a literal, or of all literals of a command.
    LITERAL,
    /// Octets of a response of a SASL exchange.
    SASL_RESPONSE,
    /// Octets of a tag.
    TAG,
    /// Lists within each other.
    NESTING,
    /// Words of a command, and ranges of a set.
    WORDS,
    /// Keys of a search, keys within each other, and what they look for.
    SEARCH,
    /// Items of a FETCH.
    FETCH_ITEMS,
    /// Fields that a FETCH names.
    HEADER_FIELDS,
    /// Patterns of a LIST, and their length.
    LIST_PATTERNS,
    /// Keywords that a command names, that a mailbox knows, and their length.
    KEYWORDS,
    /// Names that a user subscribed to.
    SUBSCRIPTIONS,
    /// Pairs of ID, and their length.
    ID,
    /// Octets and levels of the name of a mailbox.
    MAILBOX_NAME,
    /// Octets of a message of APPEND, and messages of one.
    APPEND,
    /// Octets and recipients of a message of XTND XMIT, and messages of a user in an hour.
    SUBMISSION,
    /// Commands that wait for their answer.
    QUEUED_COMMANDS,
    /// Octets that one connection holds.
    CONNECTION_OCTETS,
    /// Password checks that wait.
    AUTH_QUEUE,
    /// Time in which a line that was begun has to grow.
    LINE_STALL,
    /// Time of one search.
    SEARCH_TIME,
    /// Bad commands in a row.
    BAD_COMMANDS,
    /// Commands before sign-in.
    COMMANDS_BEFORE_LOGIN,
    /// Failed sign-ins.
    FAILURES,
    /// A handshake of TLS where none was asked for.
    TLS_ON_PLAIN,
    /// Octets in the clear behind STARTTLS or STLS.
    CLEARTEXT_BEHIND_STARTTLS,
    /// Memory of all connections.
    BUFFER_MEMORY,
    /// Descriptors of the process.
    DESCRIPTORS,
    /// Addresses that a listener does not admit.
    ACCESS,
    /// Connections past a proxy, or announced by it in a way that cannot be read.
    PROXY
  }
}
