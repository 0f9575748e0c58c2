package org.popinjay.mailstore.mbox.maintenance;

import org.popinjay.mailstore.AccountOwner;
import org.popinjay.mailstore.StoreResult;
import org.popinjay.mailstore.mbox.MboxStore;
import org.popinjay.mailstore.mbox.ledger.Adopted;

/// Takes the INBOXes of many users over from an older server: the first look at each, which the
/// server would take when the user comes, while no server runs.
public final class Adoption implements AutoCloseable {
  private final MboxStore store;

  private final boolean taking;

  /// @param taking whether spools may be changed
  Adoption(MboxStore store, boolean taking) {
    this.store = store;
    this.taking = taking;
  }

  /// Takes back what popper or qpopper left of the INBOX of a user, and looks at it for the first
  /// time; leaves one alone that was looked at before.
  public StoreResult<Adopted> adopt(AccountOwner owner) {
    return store.adopt(owner, taking);
  }

  @Override
  public void close() {
    store.close();
  }
}
