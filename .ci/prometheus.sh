#!/bin/bash
# prometheus.sh HOST:METRICSPORT IMAPPORT POP3PORT USER PASS SPOOL: checks the rules and the dashboard of packaging/prometheus.
# A real Prometheus scrapes the server while some sessions run; then every expression must have data.
set -u
cd "$(dirname "$0")/.."
target=$1 port=${PROM_PORT:-21991}
work=$(mktemp -d)
pid=
trap '[ -z "$pid" ] || kill "$pid" 2>/dev/null; wait 2>/dev/null; rm -rf "$work"' EXIT

command -v promtool >/dev/null && command -v prometheus >/dev/null || { echo "prometheus is not here"; exit 77; }
promtool check rules packaging/prometheus/popinjay.rules.yml || exit 1
(cd packaging/prometheus && promtool test rules popinjay.rules.test.yml) || exit 1
curl -sSf --max-time 10 "http://$target/metrics" | promtool check metrics || exit 1

cat >"$work/prometheus.yml" <<Y
global: { scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s }
rule_files: [ "$PWD/packaging/prometheus/popinjay.rules.yml" ]
scrape_configs:
  - job_name: popinjay
    static_configs: [ { targets: [ "$target" ] } ]
Y
prometheus --config.file="$work/prometheus.yml" --storage.tsdb.path="$work/db" \
  --web.listen-address="127.0.0.1:$port" --log.level=error >"$work/log" 2>&1 &
pid=$!
python3 .ci/prometheus_data.py "http://127.0.0.1:$port" "$@" || { tail -5 "$work/log"; exit 1; }
