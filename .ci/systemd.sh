#!/bin/bash
# The server under a real systemd, in a container: sockets, reload, restart under load, watchdog.
#   .ci/systemd.sh TOOLS LAUNCHER JARS
# TOOLS is the folder of systemd-check.sh, LAUNCHER the launcher, JARS a folder with all jars.
# Ends with 77 where this machine cannot do it.
set -u -o pipefail
cd "$(dirname "$0")/.."
tools=$1
launcher=$2
jars=$3
check=$tools/systemd-check.sh
[ -x "$check" ] || { echo "no systemd-check.sh in $tools"; exit 77; }
"$tools/container-engine.sh" start >/dev/null 2>&1 || { echo "no containers here"; exit 77; }
work=$(mktemp -d)
failed=0
export SYSTEMD_CONTAINER=popinjay-systemd-ci
trap '"$check" down >/dev/null 2>&1; rm -rf "$work"' EXIT

ok() { printf 'ok   %s\n' "$*"; }
bad() { printf 'BAD  %s\n' "$*"; failed=1; }
in_there() { timeout 120 "$check" exec "$@"; }
expect() { local what=$1; shift; if "$@" >"$work/out" 2>&1; then ok "$what"; else bad "$what"; tail -20 "$work/out" | sed 's/^/     /'; fi; }
journal() { in_there journalctl -u popinjay --no-pager -o cat; }

# --- what an operator installs ------------------------------------------------------------------

java=$(for home in ${JAVA_HOME:-} /usr/lib/jvm/*; do
  grep -qs '^JAVA_VERSION="25' "$home/release" && echo "$home" && break
done)
[ -n "$java" ] || { echo "no JDK 25"; exit 77; }
mkdir -p "$work/opt/bin" "$work/opt/lib"
cp "$launcher" "$work/opt/bin/popinjay"
cp "$jars"/*.jar "$work/opt/lib/"
cp packaging/jvm.options "$work/opt/lib/"
# Native libraries lie unpacked in a distribution.
python3 - "$work/opt/lib" <<'P'
import glob, os, platform, sys, zipfile
native = sys.argv[1] + "/native"
os.makedirs(native)
for jar in glob.glob(sys.argv[1] + "/*.jar"):
    with zipfile.ZipFile(jar) as content:
        for name in content.namelist():
            if name.endswith(".so") and name.startswith(("META-INF/native/", "jni/%s-Linux/" % platform.machine())):
                with open(os.path.join(native, os.path.basename(name)), "wb") as file:
                    file.write(content.read(name))
P
cp .ci/systemd_clients.py "$work/opt/"
chmod -R a+rX "$work"
"$check" up -v "$work/opt:/opt/popinjay:ro" -v "$java:/opt/jdk25:ro" || exit 77

in_there sh -c 'useradd --system --home-dir /nonexistent --shell /usr/sbin/nologin popinjay
for user in tea pot; do useradd -m $user; install -o $user -g mail -m 0660 /dev/null /var/mail/$user; done
install -d -m 0755 /etc/popinjay /etc/systemd/system/popinjay.service.d'
in_there sh -c 'install -m 0640 -g popinjay /dev/stdin /etc/popinjay/users' <<U
tea:{PLAIN}kettle:$(in_there id -u tea):$(in_there id -g tea)::/home/tea
U
in_there sh -c 'cat >/usr/local/bin/told && chmod 755 /usr/local/bin/told' <<'T'
#!/bin/sh
cat >/dev/null
grep -E '^(Uid|Groups|Cap(Inh|Prm|Eff|Amb)|Umask|NoNewPrivs):' /proc/$$/status >"/home/$1/told"
T
in_there sh -c 'cat >/etc/popinjay/popinjay.yaml' <<'Y'
version: 1
listeners:
  - { protocol: pop3, bind: "*:110" }
  - { protocol: pop2+pop3, bind: "*:109" }
  - { protocol: imap, bind: "*:143" }
users: [{ file: users }]
metrics: { bind: null }
xtnd: { xmit: { enabled: true, command: [/usr/local/bin/told, "{user}"] } }
Y
# This machine's hard limit is lower than what the unit asks for; the watchdog is made impatient.
in_there sh -c 'cat >/etc/systemd/system/popinjay.service.d/ci.conf' <<'D'
[Service]
LimitNOFILE=20000
WatchdogSec=8s
D
for unit in service socket; do "$check" cp "packaging/systemd/popinjay.$unit" /etc/systemd/system/; done
in_there systemctl daemon-reload

# --- the units ----------------------------------------------------------------------------------

complaints=$(in_there sh -c 'SYSTEMD_LOG_LEVEL=warning systemd-analyze verify --man=no popinjay.service popinjay.socket 2>&1')
[ -z "$complaints" ] && ok "systemd-analyze verify" || { bad "systemd-analyze verify"; echo "$complaints"; }
exposure=$(in_there systemd-analyze security --no-pager --threshold=25 popinjay.service | tail -1)
case $? in 0) ok "$exposure" ;; *) bad "$exposure" ;; esac

# --- start by a socket --------------------------------------------------------------------------

in_there systemctl start popinjay.socket
expect "the first client starts the server" in_there python3 /opt/popinjay/systemd_clients.py greet 110 +OK
expect "Type=notify: active, with a status" in_there sh -c 'systemctl status popinjay --no-pager | grep -q "Status: .*pop3 \*:110" && [ $(systemctl is-active popinjay) = active ]'
expect "the main process is the JVM" in_there sh -c 'readlink /proc/$(systemctl show -P MainPID popinjay)/exe | grep -q /bin/java'
expect "port 109 is served" in_there python3 /opt/popinjay/systemd_clients.py greet 109 '+OK'
expect "port 143 is served" in_there python3 /opt/popinjay/systemd_clients.py greet 143 '* OK'
expect "sockets without a listener are told of" sh -c "'$check' exec journalctl -u popinjay --no-pager | grep -q 'no listener wants the socket .*:995'"
expect "a file is touched as its owner" in_there python3 /opt/popinjay/systemd_clients.py deliver-and-fetch tea kettle /var/mail/tea
expect "mail is sent as its user, with no capability" in_there python3 /opt/popinjay/systemd_clients.py send tea kettle /home/tea/told

[ "$failed" = 0 ] || { journal | tail -40; exit 1; }

# --- reload -------------------------------------------------------------------------------------

pid=$(in_there systemctl show -P MainPID popinjay)
in_there sh -c 'sed -i "s/users: .*/users: [{ file: users }]\npop3: { last: false }/" /etc/popinjay/popinjay.yaml && systemctl reload popinjay'
expect "reload takes a changed file" in_there python3 /opt/popinjay/systemd_clients.py journal 'in effect: pop3.last: true -> false'
in_there sh -c 'cp /etc/popinjay/popinjay.yaml /tmp/good && echo "pop3s: {}" >>/etc/popinjay/popinjay.yaml && systemctl reload popinjay'
expect "reload refuses a faulty file" in_there python3 /opt/popinjay/systemd_clients.py journal 'everything stays as it was'
in_there sh -c 'cp /tmp/good /etc/popinjay/popinjay.yaml && systemctl reload popinjay'
expect "the server is the same process, and no longer reloading" in_there python3 /opt/popinjay/systemd_clients.py active "$pid"

# --- restart under load -------------------------------------------------------------------------

expect "two restarts under load: nobody refused, no mail lost" in_there python3 /opt/popinjay/systemd_clients.py load tea kettle /var/mail/tea
sed "s/^/     /" "$work/out"

in_there sh -c 'journalctl -u popinjay --no-pager | grep "could not update"' && bad "an update that failed"
journal | grep -nE 'Exception|^\s+at ' && bad "a stack trace in the journal"

# --- watchdog -----------------------------------------------------------------------------------

pid=$(in_there systemctl show -P MainPID popinjay)
[ "${pid:-0}" -gt 1 ] && in_there sh -c "kill -STOP $pid"
expect "a stopped process is ended by the watchdog and started again" in_there python3 /opt/popinjay/systemd_clients.py replaced "$pid"
expect "the threads of the stuck server are in the journal" in_there sh -c 'journalctl -u popinjay --no-pager | grep -q "Full thread dump"'
expect "the journal names the watchdog" in_there sh -c 'journalctl -u popinjay --no-pager | grep -qi "watchdog timeout"'
expect "it serves again" in_there python3 /opt/popinjay/systemd_clients.py greet 110 +OK
in_there systemctl stop popinjay.socket popinjay.service
expect "a stop ends it well" in_there sh -c '[ "$(systemctl show -P Result popinjay)" = success ]'
exit $failed
