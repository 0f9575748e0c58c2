package org.popinjay.mailstore.bulletin;

/// Hears of bulletins. Called from any thread; must not block.
@FunctionalInterface
public interface BulletinEvents {
  /// Something is wrong with a bulletin or with their folder, and users do not get what they could.
  void fault();
}
