#!/bin/sh
# Installs the exporter for one bot on a machine with systemd. Run it from the unpacked archive.
#   sudo ./install.sh --bot /srv/mybot [--name mybot] [--user USER] [--heal] [--prefix /usr/local] [--root DIR]
# It runs as the owner of the bot's directory (healing writes only as that user), listens on 127.0.0.1:10042, and writes nothing
# into the bot's directory unless --heal is given.
set -eu

usage() { sed -n '2,5s/^# \{0,1\}//p' "$0"; }
die() { echo "install.sh: $*" >&2; exit 64; }

bot='' name='' user='' heal='' prefix=/usr/local root=''
while [ $# -gt 0 ]; do
  case "$1" in
    --bot) bot=${2:?}; shift 2 ;;
    --name) name=${2:?}; shift 2 ;;
    --user) user=${2:?}; shift 2 ;;
    --heal) heal=yes; shift ;;
    --prefix) prefix=${2:?}; shift 2 ;;
    --root) root=${2:?}; shift 2 ;;   # install below another root, such as an image's
    -h|--help) usage; exit 0 ;;
    *) die "unknown argument '$1' (see --help)" ;;
  esac
done

[ -n "$bot" ] || { usage; die "say which bot to watch: --bot DIR"; }
case "$bot" in /*) ;; *) die "--bot needs an absolute path, got '$bot'" ;; esac
[ -d "$root$bot" ] || die "$bot is no directory: give the bot's root, the one that holds feature_store/ and logs/"
[ -n "$name" ] || name=$(basename "$bot")
case "$name" in *[!A-Za-z0-9_.-]*) die "the name '$name' may hold letters, digits, '_', '.' and '-' only: give another with --name" ;; esac
[ -n "$user" ] || user=$(stat -c %U "$root$bot")
[ "$user" != UNKNOWN ] || die "the owner of $bot has no name on this machine: create that user, or name one with --user"
[ "$(id -u)" -eq 0 ] || die "run it as root (sudo), so that it can write below $prefix and /etc"

here=$(cd "$(dirname "$0")" && pwd)
lib=$root$prefix/lib/tradingbot_exporter
etc=$root/etc/tradingbot_exporter
unit=$root/etc/systemd/system/tradingbot_exporter.service

install -d -m 0755 "$lib" "$root$prefix/bin" "$etc" "$(dirname "$unit")"
# A new file and a rename: a running exporter keeps the old program until it is restarted.
for file in tradingbot_exporter libe_sqlite3.so; do
  install -m 0755 "$here/$file" "$lib/.$file.new"
  mv -f "$lib/.$file.new" "$lib/$file"
done
install -m 0755 "$here/uninstall.sh" "$lib/uninstall.sh"
ln -sfn "$prefix/lib/tradingbot_exporter/tradingbot_exporter" "$root$prefix/bin/tradingbot_exporter"
for directory in prometheus alertmanager; do
  install -d -m 0755 "$lib/$directory"
  cp -r "$here/$directory/." "$lib/$directory/"
done

if [ ! -e "$etc/exporter.json" ]; then
  enabled=false
  [ -z "$heal" ] || enabled=true
  cat > "$etc/exporter.json" <<EOF
// Check it with: tradingbot_exporter config validate --config.file /etc/tradingbot_exporter/exporter.json
{
  "Bots": [ { "Name": "$name", "Root": "$bot" } ],
  "Healing": { "Enabled": $enabled }
}
EOF
  chmod 0644 "$etc/exporter.json"
else
  echo "kept $etc/exporter.json as it is"
fi

sed -e "s|@PREFIX@|$prefix|g" -e "s|@USER@|$user|g" -e "s|@BOT@|$bot|g" "$here/tradingbot_exporter.service" > "$unit"
chmod 0644 "$unit"

if [ -z "$root" ] && [ -d /run/systemd/system ]; then
  systemctl daemon-reload
  systemctl enable --now tradingbot_exporter.service
  echo "The exporter watches $name. Look: http://127.0.0.1:10042/   or: tradingbot_exporter why"
else
  echo "Installed below ${root:-/}. Start it with: systemctl enable --now tradingbot_exporter.service"
fi
