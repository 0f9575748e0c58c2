package org.popinjay.mailstore.mbox.folder;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.popinjay.config.FoldersConfig;
import org.popinjay.mailstore.Folder;
import org.popinjay.mailstore.MailboxName;
import org.popinjay.mailstore.SpecialUse;
import org.popinjay.mailstore.mbox.state.MailboxRegistry;
import org.popinjay.posix.PosixException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Finds out what folders are for (RFC 6154): by the settings, else by the names that mail programs
/// give. At most one folder for each use; once chosen it stays, whatever arrives later.
final class FolderUses {
  private static final Logger LOG = LoggerFactory.getLogger(FolderUses.class);

  /// What Outlook, Apple's and Google's programs, Thunderbird and alpine call them, and how the
  /// former put that in other languages.
  private static final Map<SpecialUse, List<String>> WELL_KNOWN =
      Map.of(
          SpecialUse.SENT,
          List.of(
              "Sent",
              "Sent Items",
              "Sent Messages",
              "Sent Mail",
              "sent-mail",
              "Gesendet",
              "Gesendete Elemente",
              "Gesendete Objekte",
              "Envoyés",
              "Éléments envoyés",
              "Messages envoyés",
              "Enviados",
              "Elementos enviados",
              "Itens enviados",
              "Inviata",
              "Posta inviata",
              "Verzonden",
              "Verzonden items",
              "Skickat",
              "Wysłane",
              "Отправленные",
              "送信済みトレイ",
              "已发送"),
          SpecialUse.DRAFTS,
          List.of(
              "Drafts",
              "Draft",
              "postponed-msgs",
              "Entwürfe",
              "Brouillons",
              "Borradores",
              "Rascunhos",
              "Bozze",
              "Concepten",
              "Utkast",
              "Szkice",
              "Черновики",
              "下書き",
              "草稿"),
          SpecialUse.TRASH,
          List.of(
              "Trash",
              "Deleted Items",
              "Deleted Messages",
              "Bin",
              "Papierkorb",
              "Gelöschte Elemente",
              "Corbeille",
              "Éléments supprimés",
              "Papelera",
              "Elementos eliminados",
              "Lixeira",
              "Cestino",
              "Prullenbak",
              "Papperskorgen",
              "Kosz",
              "Корзина",
              "ゴミ箱",
              "已删除"),
          SpecialUse.JUNK,
          List.of(
              "Junk",
              "Junk E-mail",
              "Spam",
              "Spamverdacht",
              "Junk-E-Mail",
              "Courrier indésirable",
              "Indésirables",
              "Correo no deseado",
              "Lixo eletrônico",
              "Posta indesiderata",
              "Ongewenste e-mail",
              "Skräppost",
              "Спам",
              "迷惑メール",
              "垃圾邮件"),
          SpecialUse.ARCHIVE,
          List.of(
              "Archive",
              "Archives",
              "Archiv",
              "Archivo",
              "Arquivo",
              "Archivio",
              "Archief",
              "Arkiv",
              "Archiwum",
              "Архив",
              "アーカイブ",
              "存档"));

  private final FoldersConfig config;
  private final MailboxRegistry registry;

  FolderUses(FoldersConfig config, MailboxRegistry registry) {
    this.config = config;
    this.registry = registry;
  }

  /// The uses of the folders that are there. What is chosen now is remembered; failing to is no
  /// failure.
  ///
  /// @throws PosixException when the registry cannot be read
  Map<MailboxName, SpecialUse> of(List<Folder> folders) throws PosixException {
    var there = new HashSet<MailboxName>();
    for (var folder : folders) {
      if (folder.selectable()) {
        there.add(folder.name());
      }
    }
    var chosen = new EnumMap<SpecialUse, MailboxName>(SpecialUse.class);
    chosen.putAll(registry.read().uses());
    chosen.values().retainAll(there);
    var fresh = new EnumMap<SpecialUse, MailboxName>(SpecialUse.class);
    for (var use : SpecialUse.values()) {
      if (!chosen.containsKey(use)) {
        choose(use, there, Set.copyOf(chosen.values()))
            .ifPresent(name -> {
              chosen.put(use, name);
              fresh.put(use, name);
            });
      }
    }
    remember(fresh);
    var uses = new LinkedHashMap<MailboxName, SpecialUse>();
    chosen.forEach((use, name) -> uses.put(name, use));
    return uses;
  }

  private java.util.Optional<MailboxName> choose(
      SpecialUse use, Set<MailboxName> there, Set<MailboxName> taken) {
    return candidates(use).stream()
        .map(MailboxName::new)
        .filter(name -> there.contains(name) && !taken.contains(name))
        .findFirst();
  }

  private List<String> candidates(SpecialUse use) {
    var names = new ArrayList<String>();
    config
        .specialUse()
        .forEach((name, wanted) -> {
          if (wanted.name().equals(use.name())) {
            names.add(name);
          }
        });
    names.sort(null);
    names.addAll(WELL_KNOWN.getOrDefault(use, List.of()));
    return names;
  }

  private void remember(Map<SpecialUse, MailboxName> fresh) {
    if (fresh.isEmpty()) {
      return;
    }
    try {
      registry.change(register -> {
        var changed = register;
        for (var each : fresh.entrySet()) {
          changed = changed.with(each.getKey(), each.getValue());
        }
        return changed;
      });
    } catch (PosixException e) {
      LOG.info("what folders are for cannot be remembered: {}", e.getMessage());
    }
  }
}
