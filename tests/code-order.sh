#!/usr/bin/env bash
# Writes src/Exporter/CodeOrder.txt anew: the functions that a running exporter enters, which the compiler lays side by side. The kernel
# maps code in runs of 64 KiB; strewn over the program, what a scrape uses makes nearly all of it resident.
#   tests/code-order.sh     once in a while, after larger changes; a name that is no more does no harm, a new one lies elsewhere
# Needs (Debian): gcc binutils jq curl, the .NET SDK, x86-64, and the right to trace a process of one's own.
set -euo pipefail
cd "$(dirname "$0")/.."
. tests/bench-state.sh

seconds=45 # the checks that call out have had their turn again
work=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$work"' EXIT
dotnet publish src/Exporter -r linux-x64 -c Release --nologo -v quiet -o "$work/program"
gcc -O2 -Wall -Wextra -o "$work/code-order" tests/code-order.c
program=$work/program/tradingbot_exporter

# "[18] __managedcode PROGBITS 0000000000144680 144680 97ff22 …": between these two lies what the compiler may order.
read -r first size < <(readelf -SW "$program" | sed -n 's/.*__managedcode *PROGBITS *\([0-9a-f]*\) [0-9a-f]* \([0-9a-f]*\) .*/\1 \2/p')
last=$(printf '%016x' $((16#$first + 16#$size)))
nm -n src/Exporter/bin/Release/net10.0/linux-x64/native/tradingbot_exporter.dbg | awk -v first="$first" -v last="$last" '$2 == "t" && $1 >= first && $1 < last { print $1, $3 }' > "$work/symbols"

make_bot "$work/bot" 1100
port=$(free_port) node_port=$(free_port) # no venue answers there
configure "$work/config.json" "$work/state" "$port" "$work/bot"
"$program" --config.file "$work/config.json" >/dev/null 2>&1 &
exporter=$!
url=http://127.0.0.1:$port
until curl -fs -o /dev/null "$url/metrics"; do sleep 0.05; done
sleep 2 # until what happens once has happened

base=$(sed -n '1s/-.*//p' "/proc/$exporter/maps")
"$work/code-order" "$exporter" "$work/symbols" "$base" "$seconds" > "$work/names" &
for ((i = 0; i < 400; i++)); do # connections of their own and kept ones, both formats, compressed and not
  curl -s "$url/metrics#[1-20]" "$url/-/ready" || true # twenty scrapes on one connection
  curl -s --compressed -H 'Accept: application/openmetrics-text;version=1.0.0' "$url/metrics" "$url/metrics" || true
  sleep 0.08
done >/dev/null
wait %2
[ "$(wc -l < "$work/names")" -gt 1000 ] || { echo "code-order: too few functions were seen" >&2; exit 1; }
cp "$work/names" src/Exporter/CodeOrder.txt
wc -l src/Exporter/CodeOrder.txt
