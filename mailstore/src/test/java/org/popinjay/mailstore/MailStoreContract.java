package org.popinjay.mailstore;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/// What every store engine promises, as tests: extended by the test of each engine.
///
/// The parts can be had one by one: [MaildropContract], [MailboxViewContract], [FolderContract],
/// [LoadContract], [ModelContract]. An engine that keeps mail across a restart implements
/// [PersistenceContract] besides.
@SuppressWarnings("NullAway.Init") // JUnit calls setUp.
public abstract class MailStoreContract
    implements MaildropContract,
        MailboxViewContract,
        FolderContract,
        AppendContract,
        CopyContract,
        RememberContract,
        LoadContract,
        ModelContract {
  private StoreRig rig;

  /// A fresh engine without any mail.
  protected abstract StoreRig open() throws Exception;

  @BeforeEach
  final void setUp() throws Exception {
    rig = open();
  }

  @AfterEach
  final void tearDown() throws Exception {
    rig.close();
  }

  @Override
  public final StoreRig rig() {
    return rig;
  }
}
