#!/bin/sh
# Installs the exporter for a bot on a machine with systemd, or adds a further bot. Run it from the unpacked archive; again to upgrade.
#   sudo ./install.sh --bot /srv/mybot [--name mybot] [--user USER] [--heal] [--allow-root] [--prefix /usr/local] [--root DIR]
# It runs as the owner of the bot's directory (healing writes only as that user), listens on 127.0.0.1:10042, and sees the bot's directory
# read-only unless --heal is given. A bot of another owner gets an exporter of its own, tradingbot_exporter@NAME, on the next port.
set -eu

usage() { sed -n '2,5s/^# \{0,1\}//p' "$0"; }
die() { echo "install.sh: $*" >&2; exit 64; }

bot='' name='' user='' heal='' allow_root='' prefix=/usr/local root=''
while [ $# -gt 0 ]; do
  case "$1" in
    --bot) bot=${2:?}; shift 2 ;;
    --name) name=${2:?}; shift 2 ;;
    --user) user=${2:?}; shift 2 ;;
    --heal) heal=yes; shift ;;
    --allow-root) allow_root=yes; shift ;;
    --prefix) prefix=${2:?}; shift 2 ;;
    --root) root=${2:?}; shift 2 ;;   # install below another root, such as an image's
    -h|--help) usage; exit 0 ;;
    *) die "unknown argument '$1' (see --help)" ;;
  esac
done

# What goes into a unit and a configuration holds no blank, quote or line break that could mean something there.
plain() { # what value
  case "$2" in
    *[!A-Za-z0-9_./@-]* | */../* | */..) die "the $1 '$2' may hold letters, digits, '_', '.', '-', '@' and '/' only; give another, or a link to it" ;;
  esac
}
[ -n "$bot" ] || { usage; die "say which bot to watch: --bot DIR"; }
case "$bot" in /*) ;; *) die "--bot needs an absolute path, got '$bot'" ;; esac
plain "path of the bot" "$bot"
plain prefix "$prefix"
bot=${bot%/}
[ -d "$root$bot" ] || die "$bot is no directory: give the bot's root"
[ -n "$name" ] || name=$(basename "$bot")
case "$name" in '' | [!A-Za-z0-9]* | *[!A-Za-z0-9_.-]*) die "the name '$name' may hold letters, digits, '_', '.' and '-' only, a letter or digit first: give another with --name" ;; esac
owner=$(stat -c %U "$root$bot")
[ -n "$user" ] || user=$owner
[ "$user" != UNKNOWN ] || die "the owner of $bot has no name on this machine: create that user, or name one with --user"
case "$user" in '' | [!A-Za-z0-9_]* | *[!A-Za-z0-9_.-]*) die "'$user' is no name of a user" ;; esac
[ "$user" != root ] || [ -n "$allow_root" ] || die "$bot belongs to root, and the exporter should not run as root: give the bot a user of its own, or say --allow-root"
[ "$(id -u)" -eq 0 ] || die "run it as root (sudo), so that it can write below $prefix and /etc"
if [ "$user" != "$owner" ]; then
  [ -z "$heal" ] || die "--heal needs the bot's own user: $bot belongs to $owner, and healing writes only as the owner"
  hidden=$(setpriv --reuid "$user" --regid "$(id -g "$user")" --init-groups find "$root$bot" \( -type d ! -executable -o ! -readable \) -print -quit 2>/dev/null || echo "$bot")
  [ -z "$hidden" ] || die "$user may not read $hidden: run it as $owner (leave --user out)"
fi

here=$(cd "$(dirname "$0")" && pwd)
lib=$root$prefix/lib/tradingbot_exporter
units=$root/etc/systemd/system

# The exporter that runs as this user, if there is one, takes the bot as well; the first of all has the plain name.
unit=''
for found in "$units"/tradingbot_exporter.service "$units"/tradingbot_exporter@*.service; do
  if [ -e "$found" ] && grep -qx "User=$user" "$found"; then
    unit=$(basename "$found" .service)
    break
  fi
done
port=10042
if [ -z "$unit" ]; then
  unit=tradingbot_exporter
  [ ! -e "$units/tradingbot_exporter.service" ] || unit=tradingbot_exporter@$name
  while grep -qs "127.0.0.1:$port\"" "$root"/etc/tradingbot_exporter*/exporter.json; do port=$((port + 1)); done
else
  port=$(sed -n 's/.*"127\.0\.0\.1:\([0-9]*\)".*/\1/p' "$root/etc/$unit/exporter.json" | head -n 1)
fi
etc=$root/etc/$unit
state=$root/var/lib/$unit

install -d -m 0755 "$lib" "$root$prefix/bin" "$etc" "$units" "$root/var/lib"
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

entry="    { \"Name\": \"$name\", \"Root\": \"$bot\" }"
marker='// install.sh adds bots before this line'
if [ ! -e "$etc/exporter.json" ]; then
  enabled=false
  [ -z "$heal" ] || enabled=true
  cat > "$etc/exporter.json" <<EOF
// Check it with: tradingbot_exporter config validate --config.file /etc/$unit/exporter.json
{
  "Bots": [
$entry,
    $marker
  ],
  "Web": { "ListenAddresses": [ "127.0.0.1:$port" ] },
  "Healing": { "Enabled": $enabled }
}
EOF
  chmod 0644 "$etc/exporter.json"
elif grep -qF "\"Root\": \"$bot\"" "$etc/exporter.json"; then
  echo "kept $etc/exporter.json as it is"
elif grep -qF "\"Name\": \"$name\"" "$etc/exporter.json"; then
  die "$etc/exporter.json has another bot named $name: give this one another name with --name"
elif grep -qF "$marker" "$etc/exporter.json"; then
  sed "s|^ *$marker|$entry,\\n&|" "$etc/exporter.json" > "$etc/.exporter.json.new"
  chmod 0644 "$etc/.exporter.json.new"
  mv -f "$etc/.exporter.json.new" "$etc/exporter.json"
  echo "added $name to $etc/exporter.json"
else
  echo "kept $etc/exporter.json as it is; add the bot to its Bots yourself:" >&2
  echo "$entry" >&2
fi

sed -e "s|@PREFIX@|$prefix|g" -e "s|@USER@|$user|g" -e "s|@UNIT@|$unit|g" -e "s|@PORT@|$port|g" "$here/tradingbot_exporter.service" > "$units/$unit.service"
chmod 0644 "$units/$unit.service"

# What the unit may see of the bots. Your own changes go into a drop-in of another name (systemctl edit $unit), which stays.
install -d -m 0755 "$units/$unit.service.d"
view=ReadOnlyPaths
! grep -q '"Healing": { "Enabled": true' "$etc/exporter.json" || view=ReadWritePaths
{
  echo '# Made by install.sh from the bots in exporter.json, and made anew by its next run.'
  echo '[Service]'
  sed -n 's/.*"Root": "\([A-Za-z0-9_.\/@-]*\)".*/\1/p' "$etc/exporter.json" | while read -r watched; do
    echo "$view=$watched"
    # The exporter does not need the bot's keys.
    echo "InaccessiblePaths=-$watched/.env"
  done
} > "$units/$unit.service.d/10-bots.conf"
chmod 0644 "$units/$unit.service.d/10-bots.conf"

# The token that a webhook must show; serve would make the same at its first start.
install -d -m 0700 "$state"
if [ ! -e "$state/token" ]; then
  (umask 077 && od -An -v -N32 -tx1 /dev/urandom | tr -d ' \n' > "$state/token")
fi
chown -R "$user" "$state"

if [ -z "$root" ] && [ -d /run/systemd/system ]; then
  systemctl daemon-reload
  systemctl enable --now "$unit.service"
  # All of them run the program that was just replaced.
  systemctl try-restart 'tradingbot_exporter*.service'
  echo "The exporter watches $name. Look: http://127.0.0.1:$port/   or: tradingbot_exporter why --url http://127.0.0.1:$port"
else
  echo "Installed below ${root:-/}. Start it with: systemctl enable --now $unit.service"
fi
cat <<EOF
Alertmanager calls it back with these lines (receivers: in alertmanager.yml), once its own user may read a copy of the token:
  install -o alertmanager -m 0400 /var/lib/$unit/token /etc/alertmanager/heal_token
  webhook_configs:
    - url: http://127.0.0.1:$port/heal
      http_config:
        authorization:
          credentials_file: /etc/alertmanager/heal_token
EOF
