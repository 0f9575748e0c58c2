#!/bin/bash
# Builds the image of the server, tests it through Testcontainers, and has Postfix deliver into spools
# that it serves while Prometheus watches, as docker/compose.yaml has them.
#
#   .ci/container.sh ENGINE     ENGINE: a script that brings a container engine up and runs commands in it
#
# Images of Maven and Prometheus are made of what this machine has, since there may be no registry.
# Ends with 77 where there is no container engine.
set -u -o pipefail
cd "$(dirname "$0")/.."
root=$PWD
engine=${1:?the script of the container engine}
work=$(mktemp -d)
failed=0
export COMPOSE_PROJECT_NAME=popinjay-ci POPINJAY_IMAGE=popinjay-ci POSTFIX_IMAGE=popinjay-ci-postfix PROMETHEUS_IMAGE=popinjay-ci-prometheus
export POP3_PORT=32110 IMAP_PORT=32143 POP3S_PORT=32995 IMAPS_PORT=32993 SMTP_PORT=32025 PROMETHEUS_PORT=32090
trap 'compose down -v >/dev/null 2>&1; rm -rf "$work"' EXIT

say() { printf -- '-- %s\n' "$*"; }
bad() { printf 'FAILED: %s\n' "$*"; failed=1; }
docker() { "$engine" run docker "$@"; }
compose() { "$engine" run docker-compose -f "$work/docker/compose.yaml" "$@"; }

"$engine" start || exit 77
jdk=$(ls -d /usr/lib/jvm/*25* | head -1)

say "the image"
if ! docker image inspect popinjay-ci-builder >/dev/null 2>&1; then
  mkdir "$work/builder"
  cp -aL "$jdk" "$work/builder/jdk"
  cp -aL "$(dirname "$(dirname "$(readlink -f "$(command -v mvn)")")")" "$work/builder/maven"
  cp -a ~/.m2/repository "$work/builder/repository"
  cat >"$work/builder/Dockerfile" <<'D'
FROM debian:bookworm-slim
COPY jdk /opt/jdk
COPY maven /opt/maven
COPY repository /root/.m2/repository
ENV JAVA_HOME=/opt/jdk PATH=/opt/maven/bin:/opt/jdk/bin:/usr/sbin:/usr/bin:/sbin:/bin
D
  docker build -q -t popinjay-ci-builder "$work/builder" >/dev/null || exit 77
  rm -rf "$work/builder"
fi
git clone -q "$root" "$work/clone"
docker build -q --network host --build-arg BUILDER=popinjay-ci-builder -f "$work/clone/docker/Dockerfile" -t popinjay-ci "$work/clone" >"$work/build.log" 2>&1 || {
  tail -30 "$work/build.log"
  echo "FAILED: docker build"
  exit 1
}
docker images popinjay-ci

say "Testcontainers"
"$engine" run mvn -q -B -pl server -am test -Dtest=ContainerTest -Dsurefire.failIfNoSpecifiedTests=false -Dspotless.check.skip=true >"$work/tests.log" 2>&1 || { grep -E "ERROR|FAIL" "$work/tests.log" | head -20; bad "tests of the image"; }
grep -h "tests=" server/target/surefire-reports/TEST-org.popinjay.server.ContainerTest.xml | grep -o 'tests="[0-9]*"\|skipped="[0-9]*"' | tr '\n' ' '

say "compose: Postfix delivers, Prometheus scrapes"
cp -R "$root/docker" "$root/packaging" "$work/"
mkdir "$work/prometheus"
printf 'FROM debian:bookworm-slim\nRUN apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends install prometheus >/dev/null\nCMD ["prometheus","--config.file=/etc/prometheus/prometheus.yml","--storage.tsdb.path=/tmp/tsdb"]\n' >"$work/prometheus/Dockerfile"
docker build -q --network host -t popinjay-ci-prometheus "$work/prometheus" >/dev/null || bad "image of Prometheus"
docker build -q --network host -t popinjay-ci-postfix "$work/docker/postfix" >/dev/null || bad "image of Postfix"
sed -i 's/scrape_interval: 15s/scrape_interval: 2s/' "$work/docker/prometheus.yml"
printf 'tea:{PLAIN}kettle\n' >"$work/docker/etc/users"
chgrp 10110 "$work/docker/etc/users" && chmod 640 "$work/docker/etc/users"
chmod 755 "$work"
printf 'auth: { cleartext: always }\n' >>"$work/docker/etc/popinjay.yaml"
compose up -d --no-build >"$work/up.log" 2>&1 || { tail "$work/up.log"; bad "compose up"; }
for _ in $(seq 60); do curl -sS --max-time 5 -u tea:kettle pop3://127.0.0.1:$POP3_PORT/ >/dev/null 2>&1 && break; sleep 1; done
for _ in $(seq 30); do
  printf 'From: a@example.net\nTo: tea@example.org\nSubject: by post\n\nFrom here\n' |
    curl -sS --max-time 10 smtp://127.0.0.1:$SMTP_PORT --mail-from a@example.net --mail-rcpt tea@example.org -T - 2>"$work/smtp" && break
  sleep 1
done
for _ in $(seq 30); do
  curl -sS --max-time 5 -u tea:kettle pop3://127.0.0.1:$POP3_PORT/1 >"$work/mail" 2>/dev/null && grep -q '^Subject: by post' "$work/mail" && break
  sleep 1
done
grep -q '^Subject: by post' "$work/mail" || { cat "$work/smtp"; compose logs --tail 20 2>&1 | tail -40; bad "mail from Postfix over POP3"; }
curl -sS --max-time 10 -u tea:kettle "imap://127.0.0.1:$IMAP_PORT/INBOX;MAILINDEX=1" | grep -q '^>From here' || bad "mail from Postfix over IMAP"
sleep 5
for expression in up popinjay_connections_opened_total; do
  curl -sS --max-time 10 "http://127.0.0.1:$PROMETHEUS_PORT/api/v1/query?query=$expression" | grep -q '"value":\[[0-9.]*,"[1-9]' || bad "Prometheus has no $expression"
done
docker stop -t 20 "$(compose ps -q popinjay)" >/dev/null
code=$(docker inspect -f '{{.State.ExitCode}}' "$(compose ps -q popinjay)")
[ "$code" = 0 ] || bad "the container ended with $code"
exit $failed
