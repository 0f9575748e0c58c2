package org.popinjay.config;

/// What the first line of the server tells to whoever connects.
public record BannerConfig(
    @Setting(
            "Show the version of this server in greetings of POP3, where the old servers showed"
                + " theirs.")
        boolean version) {

  /// Nothing that helps to find a server with a known fault.
  public static final BannerConfig DEFAULTS = new BannerConfig(false);
}
