package org.popinjay.mailstore;

import org.popinjay.config.PopinjayConfig;

/// How an engine is found: named in `META-INF/services` and picked by `store.engine` of the
/// settings.
public interface MailStoreProvider {

  /// The name that the settings use.
  String engine();

  /// Opens the engine.
  ///
  /// @throws StoreStartException when its places cannot be used; the message says what to do
  MailStore open(PopinjayConfig config, StoreSurroundings surroundings) throws StoreStartException;
}
