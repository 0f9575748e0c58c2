package org.popinjay.imap.handler;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.popinjay.imap.message.MessageReader;
import org.popinjay.imap.message.TextRequest;
import org.popinjay.imap.response.FetchData;
import org.popinjay.imap.response.ImapResponse;
import org.popinjay.imap.response.Node;
import org.popinjay.imap.session.ImapOutput;
import org.popinjay.imap.session.ImapSession;
import org.popinjay.imap.session.Outcome;
import org.popinjay.mailstore.MessageMeta;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.mailstore.StoreResult;

/// One FETCH on its way through the messages it names. One instance a command.
final class FetchRun {
  private final ImapSession session;
  private final FetchPlan plan;
  private final ImapOutput out;
  private final MessageReader reader;

  /// The first thing that could not be had, or null.
  private @Nullable StoreFailure missing;

  FetchRun(ImapSession session, FetchPlan plan, ImapOutput out) {
    this.session = session;
    this.plan = plan;
    this.out = out;
    this.reader = session.mailbox().reader();
  }

  /// Answers for each message. Whatever cannot be had of one is left out, and all others are
  /// answered all the same.
  ///
  /// @param newlySeen positions whose flags this command changed
  /// @param uid whether messages that are gone are passed over without a word (RFC 9051, section
  ///   6.4.9)
  Outcome through(int[] positions, BitSet newlySeen, boolean uid) {
    for (int position : positions) {
      if (out.gone()) {
        return Outcome.CutOff.CUT_OFF;
      }
      var items = items(position, newlySeen.get(position));
      if (!items.isEmpty() && !send(position, items)) {
        return Outcome.CutOff.CUT_OFF;
      }
    }
    return missing == null || (uid && missing instanceof StoreFailure.Gone)
        ? Outcome.ok("messages fetched")
        : session.refused("fetch messages", missing);
  }

  private boolean send(int position, List<FetchData> items) {
    if (!out.send(new ImapResponse.Fetched(position, items))) {
      return false;
    }
    for (var item : items) {
      if (item instanceof FetchData.Slice(_, _, long octets)) {
        session.counts().fetched(octets);
      } else if (item instanceof FetchData.Text text) {
        session.counts().fetched(text.octets().length);
      }
    }
    return true;
  }

  private List<FetchData> items(int position, boolean seenNow) {
    var message = session.view().message(position);
    var items = new ArrayList<FetchData>();
    if (plan.uid()) {
      items.add(new FetchData.Uid(message.uid()));
    }
    if (plan.flags() || seenNow) {
      items.add(new FetchData.Flags(message.flags(), message.recent()));
    }
    if (plan.modSeq() || (seenNow && session.tellsModSeq())) {
      items.add(new FetchData.ModSeq(message.modSeq()));
    }
    reader.turnTo(position, message);
    addAttributes(message, items);
    addTexts(items);
    return items;
  }

  private void addAttributes(MessageMeta message, List<FetchData> items) {
    for (var attribute : plan.attributes()) {
      switch (attribute) {
        case INTERNALDATE -> items.add(new FetchData.InternalDate(message.internalDate()));
        case RFC822_SIZE -> items.add(new FetchData.Size(message.octets()));
        case ENVELOPE -> addStructure("ENVELOPE", reader.envelope(session.dialect()), items);
        case BODY -> addStructure("BODY", reader.structure(session.dialect(), false), items);
        case BODYSTRUCTURE ->
            addStructure("BODYSTRUCTURE", reader.structure(session.dialect(), true), items);
        case UID, FLAGS, MODSEQ -> throw new IllegalArgumentException(attribute + " comes first");
      }
    }
  }

  private void addStructure(String name, StoreResult<Node> found, List<FetchData> items) {
    switch (found) {
      case StoreResult.Done<Node>(var node) -> items.add(new FetchData.Structure(name, node));
      case StoreResult.Failed<Node>(var failure) -> miss(failure);
    }
  }

  private void addTexts(List<FetchData> items) {
    for (TextRequest request : plan.texts()) {
      switch (reader.text(request)) {
        case StoreResult.Done<FetchData>(var item) -> items.add(item);
        case StoreResult.Failed<FetchData>(var failure) -> miss(failure);
      }
    }
  }

  private void miss(StoreFailure failure) {
    if (missing == null || missing instanceof StoreFailure.Gone) {
      missing = failure;
    }
  }
}
