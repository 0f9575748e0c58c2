package org.popinjay.mailstore.mbox;

import org.popinjay.mailstore.AccountOwner;
import org.popinjay.mailstore.StoreResult;

/// Takes the INBOXes of many users over from an older server: the first look at each, which the
/// server would take when the user comes, while no server runs.
public final class Adoption implements AutoCloseable {
  private final MboxStore store;

  Adoption(MboxStore store) {
    this.store = store;
  }

  /// Looks at the INBOX of a user for the first time; leaves one alone that was looked at before.
  public StoreResult<Adopted> adopt(AccountOwner owner) {
    return store.adopt(owner);
  }

  @Override
  public void close() {
    store.close();
  }
}
