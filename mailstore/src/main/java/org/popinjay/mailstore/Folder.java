package org.popinjay.mailstore;

import org.jspecify.annotations.Nullable;

/// A name in an account's tree of mailboxes.
///
/// @param name the name
/// @param selectable whether there is a mailbox of that name; false for a mere level of the tree
/// @param inferiors whether mailboxes may be made below it
/// @param children whether there are mailboxes below it that the user can see
/// @param use what it is for, or null
public record Folder(
    MailboxName name,
    boolean selectable,
    boolean inferiors,
    boolean children,
    @Nullable SpecialUse use) {}
