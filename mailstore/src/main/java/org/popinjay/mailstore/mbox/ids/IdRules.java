package org.popinjay.mailstore.mbox.ids;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.popinjay.config.IdImport;
import org.popinjay.config.IdTemplate;
import org.popinjay.config.Pop3Config;
import org.popinjay.posix.FileCalls;

/// Which ids messages of an INBOX are given to keep. Thread-safe.
public final class IdRules {
  /// The ids that qpopper gives.
  static final IdTemplate QPOPPER = IdTemplate.parse("qpopper", "{xuidl|md5-qpopper}");

  private final FileCalls files;
  private final Optional<IdImport> earlier;
  private final IdTemplate format;
  private @Nullable IdList list;

  public IdRules(FileCalls files, Pop3Config settings) {
    this.files = files;
    earlier = settings.idImport();
    format = settings.idTemplate();
  }

  /// How the ids of mail that an older server served are made, at the first look at it; empty if
  /// they are not, or come out of a list.
  Optional<IdTemplate> earlier() {
    return earlier
        .filter(IdImport.Made.class::isInstance)
        .map(each -> ((IdImport.Made) each).template());
  }

  /// Whether Dovecot served the mail before.
  public boolean isAfterDovecot() {
    return earlier.isPresent() && earlier.get() instanceof IdImport.Made made && made.dovecot();
  }

  /// Whether they come out of a list.
  boolean isListed() {
    return earlier.isPresent() && earlier.get() instanceof IdImport.Listed;
  }

  /// The ids that a list has for a user, by digests of messages.
  synchronized Map<String, String> listed(String user) throws IOException {
    if (list == null && earlier.orElseThrow() instanceof IdImport.Listed(var path)) {
      list = IdList.read(files, path);
    }
    return list == null ? Map.of() : list.of(user);
  }

  /// How the ids of all other mail are made when it is first seen; empty if they are made of UID
  /// and UIDVALIDITY whenever somebody asks.
  Optional<IdTemplate> kept() {
    return format.readsMessage() ? Optional.of(format) : Optional.empty();
  }

  /// How ids are made that are not kept.
  IdTemplate unkept() {
    return format.readsMessage() ? IdTemplate.POPINJAY : format;
  }
}
