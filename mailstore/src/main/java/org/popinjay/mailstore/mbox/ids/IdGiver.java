package org.popinjay.mailstore.mbox.ids;

import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.popinjay.config.IdTemplate;
import org.popinjay.config.IdTemplate.Source;
import org.popinjay.mailstore.UidValidity;
import org.popinjay.mailstore.mbox.ids.TextDigest.Pieces;
import org.popinjay.mailstore.mbox.text.MessageTable;
import org.popinjay.mailstore.mbox.text.MessageTable.Bits;
import org.popinjay.mailstore.mbox.text.StatusHeaders;

/// Gives messages the ids that are kept with them, when they are first seen: at the first look at a
/// mailbox what an older server gave, later what the settings have made of a message's text.
///
/// What a message says of itself counts at the first look alone, when it may be the word of the old
/// server: the field `X-UIDL`, and what this program noted before its state was lost. No two
/// messages get the same id, and none gets one that another's UID stands for.
///
/// Reads messages where the table says that they are, under the lock chain.
public final class IdGiver {
  private final IdRules rules;
  private final String user;
  private final Pieces spool;
  private int earlierIds;

  /// @param spool reads its stored octets
  public IdGiver(IdRules rules, String user, Pieces spool) {
    this.rules = rules;
    this.user = user;
    this.spool = spool;
  }

  /// The ids of a mailbox that nothing was known of.
  ///
  /// @param table has its UIDs, ascending
  /// @param sameUids whether these are the UIDs and the UIDVALIDITY that the old server gave
  public KeptIds atFirst(MessageTable table, boolean sameUids, UidValidity validity)
      throws IOException {
    var earlier = rules.earlier().filter(made -> sameUids || !readsUids(made)).orElse(null);
    Map<String, String> listed = rules.isListed() ? rules.listed(user) : Map.of();
    var given = new Given(KeptIds.NONE, validity);
    earlierIds = 0;
    for (int row = 0; row < table.count(); row++) {
      var message = new Message(table, row, validity, spool);
      var id = message.earlier(listed, earlier);
      earlierIds += id.isPresent() ? 1 : 0;
      given.give(message, id);
    }
    return given.ids.build();
  }

  /// Messages that had an id of the old server at the first look.
  public int earlierIds() {
    return earlierIds;
  }

  /// The ids of mail that popper or qpopper left beside the spool: those that the settings tell,
  /// else that of qpopper. They are made of a message's text, so that they are the same wherever it
  /// lies.
  ///
  /// @param table from a row on has UIDs that ascend, greater than all before; rows without one are
  ///   passed over
  /// @param pieces reads its stored octets
  public KeptIds recovered(
      MessageTable table, int fromRow, KeptIds known, UidValidity validity, Pieces pieces)
      throws IOException {
    var earlier = rules.earlier().filter(made -> !readsUids(made)).orElse(null);
    Map<String, String> listed = rules.isListed() ? rules.listed(user) : Map.of();
    var given = new Given(known, validity);
    for (int row = fromRow; row < table.count(); row++) {
      if (table.uid(row) != 0) {
        var message = new Message(table, row, validity, pieces);
        var id = message.earlier(listed, earlier);
        given.give(message, id.isPresent() ? id : message.made(IdRules.QPOPPER, true));
        earlierIds++;
      }
    }
    return given.ids.build();
  }

  /// Octets of the spool.
  public Pieces spool() {
    return spool;
  }

  private static boolean readsUids(IdTemplate template) {
    return template.reads(Source.UID) || template.reads(Source.UIDVALIDITY);
  }

  /// The ids of mail that came.
  ///
  /// @param table from a row on has UIDs that ascend, greater than all before
  /// @param known those that messages have already
  public KeptIds arrived(MessageTable table, int fromRow, KeptIds known, UidValidity validity)
      throws IOException {
    if (rules.kept().isEmpty() || fromRow == table.count()) {
      return KeptIds.NONE;
    }
    var given = new Given(known, validity);
    for (int row = fromRow; row < table.count(); row++) {
      given.give(new Message(table, row, validity, spool), Optional.empty());
    }
    return given.ids.build();
  }

  /// One message, read when something of it is asked for.
  private static final class Message {
    private final MessageTable table;
    private final int row;
    private final UidValidity validity;
    private final Pieces pieces;
    private @Nullable IdDigests digests;

    Message(MessageTable table, int row, UidValidity validity, Pieces pieces) {
      this.pieces = pieces;
      this.table = table;
      this.row = row;
      this.validity = validity;
    }

    long uid() {
      return Integer.toUnsignedLong(table.uid(row));
    }

    /// What an older server, or this one in an earlier life, gave it.
    Optional<String> earlier(Map<String, String> listed, @Nullable IdTemplate template)
        throws IOException {
      var id = noted();
      if (id.isEmpty() && !listed.isEmpty()) {
        id = Optional.ofNullable(listed.get(TextDigest.of(table, row, pieces)));
      }
      return id.isEmpty() && template != null ? made(template, true) : id;
    }

    private byte[] header() throws IOException {
      return pieces.read(table.headerStart(row), table.headerOctets(row));
    }

    /// What this program once noted in its header.
    private Optional<String> noted() throws IOException {
      return (table.bits(row) & Bits.KEPT_ID) == 0
          ? Optional.empty()
          : StatusHeaders.read(header()).notes().keptId();
    }

    /// @param believed whether its own `X-UIDL` counts
    Optional<String> made(IdTemplate template, boolean believed) throws IOException {
      if (!template.readsMessage()) {
        return template.id(uid(), validity.value(), _ -> Optional.empty());
      }
      var values = digests == null ? read() : digests;
      digests = values;
      return template.id(
          uid(),
          validity.value(),
          source -> source == Source.XUIDL && !believed ? Optional.empty() : values.of(source));
    }

    private IdDigests read() throws IOException {
      int octets = IdDigests.fromLineOctets(table.fromLineOctets(row));
      return new IdDigests(pieces.read(table.offset(row), octets), header());
    }
  }

  /// What was given, such that no id is given twice.
  private final class Given {
    private final KeptIds.Builder ids = new KeptIds.Builder();
    private final Set<String> taken = new HashSet<>();
    private final Map<String, Integer> latest = new HashMap<>();
    private final UidValidity validity;

    Given(KeptIds known, UidValidity validity) {
      this.validity = validity;
      for (int i = 0; i < known.count(); i++) {
        taken.add(known.id(i));
      }
    }

    void give(Message message, Optional<String> earlier) throws IOException {
      var id = earlier;
      if (id.isEmpty() && rules.kept().isPresent()) {
        id = message.made(rules.kept().get(), false);
      }
      if (id.isPresent() && !own(id.get()).equals(OptionalLong.of(message.uid()))) {
        ids.add((int) message.uid(), unique(id.get()));
      }
    }

    /// The UID whose message has this id if it keeps none.
    private OptionalLong own(String id) {
      return rules.unkept().uidOf(id, validity.value());
    }

    private String unique(String wanted) {
      var id = wanted;
      for (int number = latest.getOrDefault(wanted, 1) + 1;
          own(id).isPresent() || !taken.add(id);
          number++) {
        var suffix = "-" + number;
        id =
            wanted.substring(0, Math.min(wanted.length(), IdTemplate.LONGEST_ID - suffix.length()));
        id += suffix;
        latest.put(wanted, number);
      }
      return id;
    }
  }
}
