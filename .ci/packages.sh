#!/bin/bash
# Builds archive and Debian package and uses both: twice the same octets, a package that installs,
# starts, is upgraded, removed and purged in a clean Debian, with what the administrator changed kept.
#
#   .ci/packages.sh ENGINE     ENGINE: a script that brings a container engine up and runs commands in it
#
# Ends with 77 where there is no container engine; what needs none ran then.
set -u -o pipefail
cd "$(dirname "$0")/.."
root=$PWD
engine=${1:?the script of the container engine}
work=$(mktemp -d)
name=popinjay-package-$$
failed=0
trap '"$engine" run docker rm -f "$name" >/dev/null 2>&1; rm -rf "$work"' EXIT

say() { printf -- '-- %s\n' "$*"; }
bad() { printf 'FAILED: %s\n' "$*"; failed=1; }

build() { # FOLDER
  (cd "$1" && mvn -q -B -Pdist -pl dist -am package -Dmaven.test.skip=true) >"$work/build.log" 2>&1 || {
    tail -30 "$work/build.log"
    echo "FAILED: mvn -Pdist package"
    exit 1
  }
}

say "two builds"
build "$root"
git clone -q "$root" "$work/again" && build "$work/again"
(cd dist/target/popinjay-*/ && find . -type f ! -name popinjay.aot -exec sha256sum {} + | sort -k2) >"$work/one"
(cd "$work/again"/dist/target/popinjay-*/ && find . -type f ! -name popinjay.aot -exec sha256sum {} + | sort -k2) >"$work/two"
diff "$work/one" "$work/two" >"$work/diff" || { head -5 "$work/diff"; bad "two builds of one source differ"; }
rm -rf "$work/again"

say "the archive"
mkdir "$work/opt"
tar -C "$work/opt" -xzf dist/target/popinjay-*-linux-*.tar.gz
env -i PATH=/usr/bin:/bin HOME=/nonexistent "$work/opt"/popinjay-*/bin/popinjay version || bad "the archive does not run"
for page in man5/popinjay.yaml.5.gz man8/popinjay.8.gz; do
  faults=$(man --warnings -E UTF-8 -l "$work/opt"/popinjay-*/share/man/$page 2>&1 >/dev/null)
  [ -z "$faults" ] || bad "manual page $page: $faults"
done

say "names of clients, looked up by the run time of the archive"
timeout 300 python3 .ci/names.py "$work/opt"/popinjay-*/bin/popinjay
case $? in 0) ;; 77) echo "SKIPPED: no mount namespace can be had here" ;; *) bad "names of clients" ;; esac

"$engine" start || exit 77
docker() { "$engine" run docker "$@"; }
inside() { docker exec -i "$name" "$@"; }

# The next version: the same but for its number.
deb=$(ls "$root"/dist/target/popinjay_*.deb)
dpkg-deb -R "$deb" "$work/next"
sed -i 's/^Version: .*/Version: 99.0/' "$work/next/DEBIAN/control"
echo "# a line of the next version" >>"$work/next/etc/popinjay/popinjay.yaml"
(cd "$work/next" && find . -path ./DEBIAN -prune -o -type f -printf '%P\n' | xargs -d '\n' md5sum) >"$work/next/DEBIAN/md5sums"
dpkg-deb -Zgzip -z1 -b "$work/next" "$work/next.deb" >/dev/null

say "install"
docker run -d --name "$name" debian:bookworm-slim sleep 1800 >/dev/null || exit 77
docker cp "$deb" "$name:/root/popinjay.deb"
docker cp "$work/next.deb" "$name:/root/next.deb"
inside sh -c 'apt-get -qq update; DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends install /root/popinjay.deb curl procps' \
  >"$work/install" 2>&1 || { tail "$work/install"; bad "the package does not install"; }
inside sh -c 'id popinjay; stat -c "%A %U:%G %n" /etc/popinjay /etc/popinjay/popinjay.yaml /var/lib/popinjay; ls -l /usr/bin/popinjay'
inside sh -c 'id -nG popinjay | grep -qw mail && id -nG popinjay | grep -qw shadow' || bad "groups of the service user"
inside popinjay version || bad "popinjay version"
inside sh -c 'useradd -m tea && printf "tea:kettle\n" | chpasswd && printf "From a@example.org Sat Jan  3 01:05:34 2026\nSubject: one\n\nbody\n\n" >/var/mail/tea && chown tea:mail /var/mail/tea && chmod 660 /var/mail/tea'
inside runuser -u popinjay -- popinjay check || bad "check by the service user, before the start"
inside popinjay check -c /etc/popinjay/popinjay.yaml || bad "check of the settings that come with the package"
docker exec -d "$name" setpriv --reuid popinjay --regid popinjay --init-groups --inh-caps +setuid,+setgid,+net_bind_service \
  --ambient-caps +setuid,+setgid,+net_bind_service --bounding-set -all,+setuid,+setgid,+net_bind_service \
  sh -c 'popinjay serve >/tmp/log 2>&1'
for _ in $(seq 60); do inside grep -q '^popinjay: ready' /tmp/log && break; sleep 0.5; done
inside grep '^popinjay: ready' /tmp/log || { inside cat /tmp/log; bad "the installed server does not start"; }
inside runuser -u popinjay -- popinjay check 2>&1 | grep 'the server runs as process' || bad "check beside the server"
inside curl -sS --max-time 20 -u tea:kettle pop3://127.0.0.1/1 | grep -q '^Subject: one' || bad "POP3 from the installed server"
inside curl -sS --max-time 20 -u tea:kettle 'imap://127.0.0.1/INBOX;MAILINDEX=1' | grep -q '^Subject: one' || bad "IMAP from the installed server"
sleep 35
inside sh -c 'grep -E "VmRSS|RssAnon" /proc/$(pgrep -o -x java)/status'

say "upgrade, with settings that were changed"
inside sh -c 'echo "# mine" >>/etc/popinjay/popinjay.yaml; pkill -TERM -x java'
inside sh -c 'DEBIAN_FRONTEND=noninteractive dpkg --force-confold -i /root/next.deb' >"$work/upgrade" 2>&1 || { tail "$work/upgrade"; bad "upgrade"; }
inside sh -c 'tail -1 /etc/popinjay/popinjay.yaml' | grep -qx '# mine' || bad "the upgrade lost the administrator's settings"
inside sh -c 'dpkg-query -W -f "\${Version}\n" popinjay' | grep -qx 99.0 || bad "the upgrade did not happen"
inside test -d /var/lib/popinjay/tea || bad "the upgrade lost the state"

say "remove and purge"
inside sh -c 'dpkg -r popinjay' >"$work/remove" 2>&1 || { tail "$work/remove"; bad "removal"; }
inside sh -c 'test ! -e /usr/lib/popinjay && test ! -e /usr/bin/popinjay && test -e /etc/popinjay/popinjay.yaml' || bad "what is left after the removal"
inside sh -c 'dpkg -P popinjay' >"$work/purge" 2>&1 || { tail "$work/purge"; bad "purge"; }
inside sh -c 'test ! -e /etc/popinjay/popinjay.yaml && test -d /var/lib/popinjay/tea && test -s /var/mail/tea' || bad "what is left after the purge"
exit $failed
