package org.popinjay.imap.netty;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;
import org.popinjay.config.ImapCommandLimits;
import org.popinjay.imap.command.AppendMessage;
import org.popinjay.imap.command.IncomingMessages;
import org.popinjay.imap.parse.ImapInput.Excess;
import org.popinjay.imap.parse.MessageHead;
import org.popinjay.imap.parse.MessageIntake;
import org.popinjay.wire.SessionEvents.Limit;

/// The messages of one APPEND between the event loop, which cuts them out of the stream, and the
/// thread that stores them.
///
/// What lies between the two is bounded: the event loop reads no more from the client when there is
/// [#OCTETS_MAX] of it.
final class Upload implements MessageIntake, IncomingMessages {
  /// Octets that may wait for the thread.
  static final int OCTETS_MAX = 256 * 1024;

  /// Octets of one piece.
  static final int PIECE_MAX = 64 * 1024;

  /// What the event loop puts in.
  sealed interface Event {
    /// Octets of the message; who takes the event releases them.
    record Piece(ByteBuf octets) implements Event {}

    /// The mark of one more message and what stands before it.
    record Announced(ByteBuffer head) implements Event {}

    /// The end of the command and what stands before it.
    record Ended(ByteBuffer rest) implements Event {}

    /// What came is more than is read, and was thrown away.
    record Excessive(Excess excess) implements Event {}

    /// The rest was thrown away, as asked for.
    ///
    /// @param whole false if that was given up
    record Discarded(boolean whole) implements Event {}

    /// Nothing more will come.
    record Gone() implements Event {}
  }

  /// The event loop's side. Any thread may call.
  interface Source {
    /// The message announced may come.
    void accept();

    /// Nothing more of the command is wanted.
    void refuse(Upload messages);

    /// There is room again.
    void drained();
  }

  private final Source source;
  private final ImapCommandLimits limits;
  private final ArrayDeque<Event> events = new ArrayDeque<>(4);
  private int waiting;
  private boolean full;

  private @Nullable AppendMessage first;
  private @Nullable ByteBuf piece;
  private boolean several;
  private boolean obsolete;
  private boolean over;

  /// @param limits of what stands between messages
  Upload(Source source, ImapCommandLimits limits) {
    this.source = source;
    this.limits = limits;
  }

  /// Puts something in. On the event loop.
  ///
  /// @return whether there is room for more; else [Source#drained] tells when there is
  boolean offer(Event event) {
    synchronized (events) {
      events.add(event);
      if (event instanceof Event.Piece(ByteBuf octets)) {
        waiting += octets.readableBytes();
      }
      full = waiting >= OCTETS_MAX;
      events.notifyAll();
      return !full;
    }
  }

  @Override
  public IncomingMessages messages(AppendMessage head, boolean more, boolean oldDates) {
    several = more;
    obsolete = oldDates;
    first = head;
    return this;
  }

  @Override
  public Next next() {
    release();
    var head = first;
    if (head != null) {
      first = null;
      return new Next.Message(head);
    }
    var next =
        switch (take()) {
          case Event.Piece(ByteBuf octets) -> {
            piece = octets;
            yield new Next.Octets(octets.nioBuffer());
          }
          case Event.Announced(ByteBuffer octets) -> announced(octets);
          case Event.Ended(ByteBuffer rest) -> {
            boolean blank = MessageHead.isBlank(rest);
            yield blank ? new Next.End() : new Next.Malformed("surplus text behind a message");
          }
          case Event.Excessive(Excess excess) ->
              new Next.BeyondLimit(excess.limit(), "too long behind a message");
          case Event.Discarded _, Event.Gone _ -> new Next.Gone();
        };
    over |= !(next instanceof Next.Message || next instanceof Next.Octets);
    return next;
  }

  private Next announced(ByteBuffer octets) {
    if (!several) {
      return refused(new Next.Malformed("more than one message"));
    }
    return switch (MessageHead.read(octets, obsolete, limits)) {
      case MessageHead.Read(AppendMessage head) -> new Next.Message(head);
      case MessageHead.Unreadable(String reason) -> refused(new Next.Malformed(reason));
      case MessageHead.BeyondLimit(Limit limit, String reason) ->
          refused(new Next.BeyondLimit(limit, reason));
    };
  }

  private Next refused(Next answer) {
    return refuse() ? answer : new Next.Gone();
  }

  @Override
  public void accept() {
    source.accept();
  }

  @Override
  public boolean refuse() {
    release();
    if (over) {
      return true;
    }
    over = true;
    source.refuse(this);
    while (true) {
      switch (take()) {
        case Event.Piece(ByteBuf octets) -> octets.release();
        case Event.Announced _ -> {}
        case Event.Ended _, Event.Excessive _, Event.Gone _ -> {
          return true;
        }
        case Event.Discarded(boolean whole) -> {
          return whole;
        }
      }
    }
  }

  private Event take() {
    boolean drained;
    Event event;
    synchronized (events) {
      while (events.isEmpty()) {
        try {
          events.wait();
        } catch (InterruptedException _) {
          Thread.currentThread().interrupt();
          return new Event.Gone();
        }
      }
      event = events.remove();
      if (event instanceof Event.Piece(ByteBuf octets)) {
        waiting -= octets.readableBytes();
      }
      drained = full && waiting <= OCTETS_MAX / 4;
      full &= !drained;
    }
    if (drained) {
      source.drained();
    }
    return event;
  }

  private void release() {
    if (piece != null) {
      piece.release();
      piece = null;
    }
  }
}
