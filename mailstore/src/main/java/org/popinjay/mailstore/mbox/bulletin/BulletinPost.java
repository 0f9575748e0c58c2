package org.popinjay.mailstore.mbox.bulletin;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.popinjay.config.BulletinsConfig;
import org.popinjay.mailstore.AccountOwner;
import org.popinjay.mailstore.Appended;
import org.popinjay.mailstore.Flags;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.mailstore.StoreResult;
import org.popinjay.mailstore.bulletin.Bulletin;
import org.popinjay.mailstore.bulletin.BulletinBoard;
import org.popinjay.mailstore.bulletin.BulletinText;
import org.popinjay.mailstore.bulletin.LastBulletin;
import org.popinjay.mailstore.bulletin.SeparatorReader;
import org.popinjay.mailstore.mbox.access.MboxAppender;
import org.popinjay.mailstore.mbox.append.DraftShape;
import org.popinjay.mailstore.mbox.append.NewMessage;
import org.popinjay.mailstore.mbox.append.Staged;
import org.popinjay.mailstore.mbox.disk.ScratchFile;
import org.popinjay.mailstore.mbox.mailbox.MboxMailbox;
import org.popinjay.mailstore.mbox.spool.MboxEnvironment;
import org.popinjay.mailstore.mbox.state.BulletinReceipt;
import org.popinjay.mailstore.mbox.text.PostedLine;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Puts bulletins into INBOX as ordinary messages, each once, in the order of their numbers and up
/// to the first that cannot be shown.
///
/// A sign-in never fails by it: what cannot be done now is done at the next one. As long as there
/// is nothing new it costs a look at the folder and at the user's number, and writes nothing.
/// Thread-safe.
public final class BulletinPost {
  private static final Logger LOG = LoggerFactory.getLogger(BulletinPost.class);

  private final MboxEnvironment environment;
  private final BulletinBoard board;
  private final BulletinsConfig config;
  private final SeparatorReader separators;
  private final String host;

  /// @param host behind the user's name in `To:`
  public BulletinPost(
      MboxEnvironment environment, BulletinBoard board, BulletinsConfig config, String host) {
    this.environment = environment;
    this.board = board;
    this.config = config;
    this.host = host;
    separators = new PostedLine(environment.zone());
  }

  /// Gives a user what he has not got yet.
  public void deliver(AccountOwner owner, MboxMailbox inbox) {
    var all = board.of(owner.identity());
    if (all == null) {
      return;
    }
    try {
      var count = new BulletinCount(environment, owner, config.state());
      if (count.read() instanceof LastBulletin.Counted(int last) && highest(all) <= last) {
        return;
      }
      var round = new Round(owner, all, count);
      if (inbox.deliver(round::run) instanceof StoreResult.Failed<Integer>(StoreFailure failure)) {
        failed(owner, failure.detail());
      }
    } catch (IOException e) {
      failed(owner, String.valueOf(e.getMessage()));
    }
  }

  private static int highest(List<Bulletin> all) {
    return all.isEmpty() ? 0 : all.getLast().number();
  }

  private void failed(AccountOwner owner, String detail) {
    environment.events().bulletinFault();
    LOG.warn("bulletins: {} does not get any now: {}", owner.name(), detail);
  }

  /// One delivery to one user, under the gate of his INBOX.
  private final class Round {
    private final AccountOwner owner;
    private final List<Bulletin> all;
    private final BulletinCount count;

    Round(AccountOwner owner, List<Bulletin> all, BulletinCount count) {
      this.owner = owner;
      this.all = all;
      this.count = count;
    }

    StoreResult<Integer> run(MboxAppender appender) throws IOException {
      Integer counted = counted();
      if (counted == null) {
        return StoreResult.done(0);
      }
      var unsettled = appender.unsettled();
      var receipt = unsettled != null ? unsettled : BulletinReceipt.read(count.folder());
      int last = BulletinReceipt.last(receipt, counted);
      if (last != counted) {
        count.write(last);
      }
      if (receipt != null) {
        appender.settled();
        BulletinReceipt.remove(count.folder());
      }
      var due = all.stream().filter(each -> each.number() > last).toList();
      return due.isEmpty() ? StoreResult.done(0) : append(appender, due, last);
    }

    /// What the file that counts says, or says from now on; null if it cannot be trusted with it.
    private @Nullable Integer counted() throws IOException {
      return switch (count.read()) {
        case LastBulletin.Counted(int number) -> number;
        case LastBulletin.Inherited(int number) -> begin(number);
        case LastBulletin.Unknown _ -> begin(startOfNewUser());
        case LastBulletin.Garbled(String detail) -> {
          environment.events().bulletinFault();
          LOG.warn(
              "bulletins: the number of {} {}; all up to {} count as sent",
              owner.name(),
              detail,
              highest(all));
          yield begin(highest(all));
        }
        case LastBulletin.Refused(String detail) -> {
          failed(owner, detail);
          yield null;
        }
      };
    }

    private int begin(int number) throws IOException {
      count.write(number);
      return number;
    }

    private int startOfNewUser() {
      int before = all.size() - config.newUserCount();
      return before <= 0 ? 0 : all.get(before - 1).number();
    }

    private StoreResult<Integer> append(MboxAppender appender, List<Bulletin> due, int last)
        throws IOException {
      try (var scratch = environment.scratch()) {
        var messages = stage(due, scratch);
        if (messages.isEmpty()) {
          return StoreResult.done(0);
        }
        int upTo = due.get(messages.size() - 1).number();
        var receipt = new BulletinReceipt(last, upTo);
        return appender.append(messages, receipt, () -> settle(receipt)).map(this::delivered);
      }
    }

    private Integer delivered(Appended appended) {
      int messages = Math.toIntExact(appended.uids().size());
      environment.events().bulletinsDelivered(messages);
      LOG.info("bulletins: {} got {}", owner.name(), messages);
      return messages;
    }

    /// They are in the mailbox for good: says so where the next sign-in looks.
    private boolean settle(BulletinReceipt receipt) {
      try {
        count.write(receipt.upTo());
        return true;
      } catch (IOException e) {
        environment.events().bulletinFault();
        LOG.warn(
            "bulletins: that {} has all up to {} is kept in the state directory for now: {}",
            owner.name(),
            receipt.upTo(),
            e.getMessage());
        try {
          receipt.write(count.folder());
          return true;
        } catch (IOException again) {
          LOG.warn("bulletins: nor there, but with the append: {}", again.getMessage());
          return false;
        }
      }
    }

    private List<NewMessage> stage(List<Bulletin> due, ScratchFile scratch) throws IOException {
      var messages = new ArrayList<NewMessage>(due.size());
      for (var bulletin : due) {
        byte[] octets = board.read(bulletin);
        var text = octets == null ? null : BulletinText.of(octets, separators);
        if (octets != null && text == null) {
          board.refuse(bulletin, "does not start with a valid \"From \" separator");
        }
        var message = text == null ? null : message(bulletin, text, scratch);
        if (message == null) {
          break;
        }
        messages.add(message);
      }
      return messages;
    }

    private @Nullable NewMessage message(Bulletin bulletin, BulletinText text, ScratchFile scratch)
        throws IOException {
      byte[] octets = text.addressedTo(address());
      long from = scratch.size();
      var shape = new DraftShape();
      try (var arena = Arena.ofConfined()) {
        var memory = arena.allocate(octets.length);
        var direct = memory.asByteBuffer().put(octets).flip();
        shape.take(memory, 0, octets.length);
        scratch.write(direct);
      }
      if (shape.hasNul()) {
        board.refuse(bulletin, "has a NUL in it");
        return null;
      }
      return new NewMessage(
          new Staged(scratch, from, shape.facts()),
          Flags.NONE,
          text.date(),
          new NewMessage.Origin(text.sender(), OptionalLong.of(bulletin.number())));
    }

    private String address() {
      var name = owner.name();
      var address = name.indexOf('@') < 0 ? name + "@" + host : name;
      return new String(address.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }
  }
}
