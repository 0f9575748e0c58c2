#!/bin/bash
# Unpacks popa3d and the POP3 server of GNU mailutils below a folder: as packages they exclude Dovecot's.
# adopt_servers.sh FOLDER, as root. What they need besides is installed; nothing of theirs is started.
set -u
folder=$1
[ "$(id -u)" = 0 ] || exit 1
mkdir -p "$folder" && cd "$folder" || exit 1
export DEBIAN_FRONTEND=noninteractive
apt="apt-get -qq -y -o DPkg::Lock::Timeout=300"
$apt --no-install-recommends install libmailutils9 libmu-dbm9 libgsasl18 libwrap0 libpam-modules >apt.log 2>&1
for package in popa3d mailutils-pop3d; do
  $apt download "$package" >>apt.log 2>&1 || { tail -3 apt.log; continue; }
done
for deb in ./*.deb; do
  [ -e "$deb" ] && dpkg -x "$deb" .
done
# popa3d gives its rights up in a folder of its own, as a user of its own, and asks PAM under its name.
[ -e etc/pam.d/popa3d ] && install -m 644 etc/pam.d/popa3d /etc/pam.d/popa3d
id popa3d >/dev/null 2>&1 || useradd -r -M -d /nonexistent -s /usr/sbin/nologin popa3d
mkdir -p /var/lib/popa3d
[ -x usr/sbin/popa3d ] || [ -x usr/sbin/pop3d ]
