#!/usr/bin/env bash
# Makes one archive per platform: binary, unit, sample configuration, rules, install.sh, uninstall.sh, SBOM, and SHA256SUMS beside them.
#   src/Packaging/release.sh [linux-x64] [linux-arm64]      default: linux-x64, and linux-arm64 where its cross linker is installed
# PUBLISHED=DIR takes what was published there before, instead of publishing again; RELEASE_OUT=DIR: where the archives go.
# For linux-arm64 on an amd64 Debian:
#   dpkg --add-architecture arm64 && apt-get update && apt-get install clang gcc-aarch64-linux-gnu zlib1g-dev:arm64
set -euo pipefail
cd "$(dirname "$0")/../.."

platforms=("$@")
if [ ${#platforms[@]} -eq 0 ]; then
  platforms=(linux-x64)
  ! command -v aarch64-linux-gnu-gcc >/dev/null || platforms+=(linux-arm64)
fi

version=$(sed -n 's:.*<Version>\(.*\)</Version>.*:\1:p' Directory.Build.props)
out=${RELEASE_OUT:-artifacts/release}
mkdir -p "$out"
# One directory, small enough to copy to any machine on which a bot runs.
limit=30000000
build_id() { readelf -n "$1" 2>/dev/null | sed -n 's/.*Build ID: //p'; }

for platform in "${platforms[@]}"; do
  name=tradingbot_exporter-$version.$platform
  stage=$out/$name
  rm -rf "$stage" "$out/$name.tar.gz" "$out/$name.dbg.gz"

  if [ -n "${PUBLISHED:-}" ]; then
    mkdir -p "$stage"
    cp "$PUBLISHED"/tradingbot_exporter "$PUBLISHED"/*.so "$stage/"
  else
    dotnet publish src/Exporter -r "$platform" -c Release --nologo -o "$stage"
  fi
  # Symbols travel apart: who debugs fetches them, who installs does not.
  symbols=src/Exporter/bin/Release/net10.0/$platform/native/tradingbot_exporter.dbg
  [ -n "$(build_id "$symbols")" ] && [ "$(build_id "$symbols")" = "$(build_id "$stage/tradingbot_exporter")" ] || { echo "release: $symbols does not hold the symbols of this build; publish it again" >&2; exit 1; }
  gzip -9 -c "$symbols" > "$out/$name.dbg.gz"
  chmod 0755 "$stage"/tradingbot_exporter "$stage"/*.so

  mkdir -p "$stage/prometheus" "$stage/alertmanager"
  cp -r prometheus/rules "$stage/prometheus/"
  cp -r alertmanager/alertmanager.yml alertmanager/templates "$stage/alertmanager/"
  cp src/Packaging/install.sh src/Packaging/uninstall.sh src/Packaging/exporter.json src/Packaging/systemd/*.service "$stage/"
  cp LICENSE README.md CHANGELOG.md "$stage/"
  src/Packaging/sbom.sh "$platform" "$version" > "$stage/sbom.cdx.json"

  # The newest glibc symbol version that the binaries ask for is the oldest glibc that they run on.
  floor=$(for file in "$stage/tradingbot_exporter" "$stage"/*.so; do objdump -T "$file"; done | grep -o 'GLIBC_[0-9.]*' | sort -uV | tail -n 1)
  size=$(find "$stage" -type f -printf '%s\n' | awk '{ sum += $1 } END { print sum }')
  printf '%s\n' "${floor#GLIBC_}" > "$stage/GLIBC_FLOOR"

  tar --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$(git log -1 --format=%ct)" -C "$out" -czf "$out/$name.tar.gz" "$name"
  printf '%s: needs glibc %s or newer, %s bytes unpacked\n' "$name.tar.gz" "${floor#GLIBC_}" "$size"
  [ "$size" -lt "$limit" ] || { echo "release: $name is not under $limit bytes unpacked" >&2; exit 1; }
done

(cd "$out" && sha256sum ./*.tar.gz ./*.dbg.gz > SHA256SUMS && cat SHA256SUMS)
