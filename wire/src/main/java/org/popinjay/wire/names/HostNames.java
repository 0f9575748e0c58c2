package org.popinjay.wire.names;

import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.CompletionStage;

/// Knows names of addresses and addresses of names. Never blocks; the stages end on any thread, or
/// never.
public interface HostNames extends AutoCloseable {

  /// The name that an address says it has, without the dot at the end, as whoever holds the address
  /// wrote it; a failure if there is none.
  CompletionStage<String> nameOf(InetAddress address);

  /// The addresses of a name; a failure if there are none.
  CompletionStage<List<InetAddress>> addressesOf(String name);

  @Override
  void close();
}
