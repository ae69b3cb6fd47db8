# For scripts to source: a bot's state like a real one's, and a configuration that watches it. Needs jq.

free_port() { # the kernel's choice; nobody else is about to take it
  python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])' 2>/dev/null \
    || { local port; while port=$((20000 + RANDOM % 20000)); (: </dev/tcp/127.0.0.1/$port) 2>/dev/null; do :; done; echo $port; }
}

make_bot() { # directory, closed positions: a bot's state in the shape and size of a real one (about 2.3 kB a position)
  mkdir -p "$1"/logs "$1"/feature_store/intelligence "$1"/state/heartbeats "$1"/configs
  jq -nc --argjson closed "$2" '
    def features: [range(0; 90)] | map({key: "ml_feature_\(.)", value: (. * 0.731)}) | from_entries;
    def position($i; $open): {symbol: "SYM\($i % 12)USDT", direction: (if $i % 2 == 0 then "LONG" else "short" end), strategy: "strategy-\($i % 5)",
      entry_price: (12.3 + $i), size: 241.6, leverage: 1, margin_collateral: 241.6, opened_at: "2026-01-15T11:17:04.531774-07:00"}
      + features + (if $open then {} else {closed_at: "2026-01-15T12:17:04.531774-07:00", pnl: 0.13} end);
    {open_positions: [range(0; 8) | position(.; true)], closed_positions: [range(0; $closed) | position(.; false)]}' > "$1"/logs/positions_futures.json
  jq -nc --arg ts "$(date -u +%Y-%m-%dT%H:%M:%S.000000Z)" '{ts: $ts, signals: ([range(0; 8)] | map({key: "SYM\(.)USDT", value: {direction: "LONG",
    confidence: 0.4, composite: 0.2, funding: {rate: 0.01}, oi: {change: 1.2}}}) | from_entries)}' > "$1"/feature_store/intelligence/summary.json
  echo "{\"component\":\"bot_cycle\",\"last_heartbeat_ts\":$(date +%s),\"metadata\":{\"available_margin\":6166.6}}" > "$1"/state/heartbeats/bot_cycle.json
  echo '{"mode":"paper"}' > "$1"/configs/trading_config.json
  echo '{"restrict_to_golden_hour":false}' > "$1"/feature_store/golden_hour_config.json
}

configure() { # file, storage directory, port, bot directories…; the venue is the node_exporter beside it: no call leaves the machine
  local file=$1 storage=$2 port=$3
  shift 3
  printf '%s\n' "$@" | jq -R . | jq -s --arg storage "$storage" --arg port "$port" --arg venue "http://127.0.0.1:$node_port" '{
    Bots: [to_entries[] | {Name: "bot\(.key)", Root: .value}],
    Checks: {ExchangeApi: {Exchange: "custom", Custom: {Url: ($venue + "/")}}, Network: {Endpoints: [$venue]}},
    Storage: {Path: $storage}, Web: {ListenAddresses: ["127.0.0.1:\($port)"]}, Log: {Level: "error"},
    Healing: {Trigger: "alertmanager"}}' > "$file"
  chmod 600 "$file"
}
