package org.popinjay.mailstore.mbox;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.popinjay.mailstore.MailStoreContract;
import org.popinjay.mailstore.PersistenceContract;
import org.popinjay.mailstore.StoreRig;

class MboxStoreTest extends MailStoreContract implements PersistenceContract {
  @TempDir private Path folder;

  @Override
  protected StoreRig open() throws Exception {
    return new MboxRig(folder);
  }
}
