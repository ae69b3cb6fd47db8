#!/bin/sh
# Removes the exporter. Keeps /etc/tradingbot_exporter and /var/lib/tradingbot_exporter (journals, ledger, copies of good
# configurations) unless --purge is given. The bot's directory is not touched.
#   sudo ./uninstall.sh [--purge] [--prefix /usr/local] [--root DIR]
set -eu

purge='' prefix=/usr/local root=''
while [ $# -gt 0 ]; do
  case "$1" in
    --purge) purge=yes; shift ;;
    --prefix) prefix=${2:?}; shift 2 ;;
    --root) root=${2:?}; shift 2 ;;
    *) echo "uninstall.sh: unknown argument '$1'" >&2; exit 64 ;;
  esac
done
[ "$(id -u)" -eq 0 ] || { echo "uninstall.sh: run it as root (sudo)" >&2; exit 64; }

if [ -z "$root" ] && [ -d /run/systemd/system ]; then
  for unit in "$root"/etc/systemd/system/tradingbot_exporter.service "$root"/etc/systemd/system/tradingbot_exporter@*.service; do
    [ ! -e "$unit" ] || systemctl disable --now "$(basename "$unit")" 2>/dev/null || true
  done
fi
rm -f "$root/etc/systemd/system/tradingbot_exporter.service" "$root"/etc/systemd/system/tradingbot_exporter@*.service "$root$prefix/bin/tradingbot_exporter"
rm -f "$root"/etc/systemd/system/tradingbot_exporter*.service.d/10-bots.conf
# A drop-in of the owner's own stays.
for dropins in "$root"/etc/systemd/system/tradingbot_exporter*.service.d; do
  rmdir "$dropins" 2>/dev/null || true
done
rm -rf "$root$prefix/lib/tradingbot_exporter"
if [ -n "$purge" ]; then
  rm -rf "$root"/etc/tradingbot_exporter "$root"/etc/tradingbot_exporter@* "$root"/var/lib/tradingbot_exporter "$root"/var/lib/tradingbot_exporter@*
fi
if [ -z "$root" ] && [ -d /run/systemd/system ]; then
  systemctl daemon-reload
fi
echo "The exporter is gone${purge:+, with its configuration and records}."
