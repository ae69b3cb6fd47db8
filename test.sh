#!/usr/bin/env bash
# Builds with warnings as errors, verifies formatting, runs every test. Needs the .NET 10 SDK; installs the rest (Debian, Ubuntu).
#   ./test.sh           everything: unit tests, the native build, end-to-end tests with real Prometheus, Alertmanager and Chromium
#   ./test.sh --quick   build, formatting and unit tests
set -euo pipefail
cd "$(dirname "$0")"

quick=false
case "${1:-}" in
  '') ;;
  --quick) quick=true ;;
  *) echo "usage: ./test.sh [--quick]" >&2; exit 64 ;;
esac

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1
results=TestResults
rm -rf "$results"
mkdir -p "$results"

say() { printf '\n== %s\n' "$*"; }

# Program → Debian package: what the full run needs beside the SDK.
install_missing() {
  local missing=()
  local pair
  for pair in clang:clang curl:curl jq:jq prometheus:prometheus promtool:prometheus \
              prometheus-alertmanager:prometheus-alertmanager amtool:prometheus-alertmanager chromium:chromium \
              docker-compose:docker-compose systemd-analyze:systemd node:nodejs npm:npm bwrap:bubblewrap objdump:binutils faketime:faketime nginx:nginx-light haproxy:haproxy; do
    command -v "${pair%%:*}" >/dev/null || missing+=("${pair##*:}")
  done
  [ -e /usr/include/zlib.h ] || missing+=(zlib1g-dev)
  [ ${#missing[@]} -eq 0 ] && return
  say "installing ${missing[*]}"
  local sudo=''
  [ "$(id -u)" -eq 0 ] || sudo=sudo
  $sudo apt-get update -qq
  DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

run_tests() { # project, further arguments of dotnet test
  local project=$1
  shift
  dotnet test "$project" --no-restore -c Debug --nologo --results-directory "$results" \
    --logger "trx;LogFileName=$(basename "$project").trx" --logger "console;verbosity=minimal" "$@" || failed=true
}

failed=false
$quick || install_missing

say "restore and build"
dotnet restore
dotnet build --no-restore --nologo -v quiet

say "formatting"
# Layout only, and without loading the projects: the rules of code style are analyzers, and the build has just enforced them.
dotnet format whitespace . --folder --verify-no-changes

say "unit tests"
if $quick; then
  run_tests tests/Exporter.Tests --no-build --filter Category!=slow
else
  run_tests tests/Exporter.Tests --no-build
fi

if ! $quick; then
  say "dashboards against Grafana's types"
  if npm ci --prefix tests/grafana --no-audit --no-fund --loglevel=error; then
    node tests/grafana/check.mjs || failed=true
  else
    echo "skipped: the packages of tests/grafana cannot be fetched from npm"
  fi
  say "native build"
  rm -rf artifacts/linux-x64 # what lies there is what ships, and its size is tested
  dotnet publish src/Exporter -r linux-x64 -c Release --nologo -o artifacts/linux-x64
  say "end-to-end tests"
  EXPORTER_BINARY="$PWD/artifacts/linux-x64/tradingbot_exporter" run_tests tests/Exporter.EndToEnd --no-build
fi

# One closing line in plain words, summed over the result files.
outcomes() { cat "$results"/*.trx | grep -o "<UnitTestResult [^>]*outcome=\"$1\"" | wc -l || true; }
passed=$(outcomes Passed) broken=$(outcomes Failed) skipped=$(outcomes NotExecuted)
printf '\n%d passed, %d failed, %d skipped\n' "$passed" "$broken" "$skipped"
! $failed
