package org.popinjay.mailstore.memory;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.popinjay.mailstore.Outcomes.done;
import static org.popinjay.mailstore.Outcomes.failure;

import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.popinjay.mailstore.AccountOwner;
import org.popinjay.mailstore.MailStore;
import org.popinjay.mailstore.MailStoreContract;
import org.popinjay.mailstore.MailboxChange;
import org.popinjay.mailstore.MessageContent;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.mailstore.StoreRig;
import org.popinjay.mailstore.memory.MemoryStore.Operation;
import org.popinjay.posix.Identity;

class MemoryStoreTest extends MailStoreContract {
  private static final StoreFailure NO_SPACE = new StoreFailure.NoSpace("test");
  private final MemoryStore store = new MemoryStore();

  @Override
  protected StoreRig open() {
    return new StoreRig() {
      @Override
      public MailStore store() {
        return store;
      }

      @Override
      public AccountOwner owner(String name) {
        return new AccountOwner(name, new Identity(1000, 1000, List.of()), null);
      }

      @Override
      public void deliver(String user, byte[] message) {
        store.deliver(user, message);
      }

      @Override
      public void removeBehindTheBack(String user, int position) {
        store.removeBehindTheBack(user, position);
      }

      @Override
      public boolean keepsMail() {
        return false;
      }

      @Override
      public void reopen() {
        throw new UnsupportedOperationException("a store in memory keeps nothing");
      }

      @Override
      public void close() {
        store.close();
      }
    };
  }

  @Test
  void aPlannedFailureHappensOnceAndChangesNothing() throws Exception {
    rig().deliver(TEA, 1);
    try (var drop = rig().claim(TEA)) {
      var all = new BitSet();
      all.set(1);
      store.failNext(Operation.COMMIT, NO_SPACE);
      assertThat(failure(drop.commit(all, all))).isEqualTo(NO_SPACE);
      assertThat(store.messages(TEA)).hasSize(1);
      assertThat(done(drop.commit(all, all)).removed()).isEqualTo(1);
    }
  }

  @Test
  void aMessageCanGetLostWhileItIsRead() throws Exception {
    rig().deliver(TEA, 1);
    try (var drop = rig().claim(TEA);
        var content = done(drop.content(1))) {
      var buffer = ByteBuffer.allocateDirect(10);
      assertThat(content.read(buffer)).isEqualTo(new MessageContent.Chunk.Octets(10));
      store.failNext(Operation.READ, NO_SPACE);
      assertThat(content.read(buffer.clear())).isEqualTo(new MessageContent.Chunk.Lost(NO_SPACE));
    }
  }

  @Test
  void aReplacedMailboxMakesViewsStale() throws Exception {
    rig().deliver(TEA, 1);
    try (var view = rig().view(TEA)) {
      store.replaceMailbox(TEA);
      assertThat(done(view.sync(true))).hasOnlyElementsOfType(MailboxChange.Stale.class);
    }
  }

  @Test
  void aClosedStoreServesNothing() throws Exception {
    rig().deliver(TEA, 1);
    try (var drop = rig().claim(TEA)) {
      store.close();
      assertThat(failure(drop.content(1))).isInstanceOf(StoreFailure.Unavailable.class);
    }
  }

  @Test
  void crlfMayBeDelivered() {
    store.deliver(TEA, "a: b\r\n\r\nc\n".getBytes(US_ASCII));
    assertThat(store.messages(TEA)).containsExactly("a: b\r\n\r\nc\r\n".getBytes(US_ASCII));
  }
}
