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

for platform in "${platforms[@]}"; do
  name=tradingbot_exporter-$version.$platform
  stage=$out/$name
  rm -rf "$stage" "$out/$name.tar.gz" "$out/$name.dbg.gz"

  if [ -n "${PUBLISHED:-}" ]; then
    mkdir -p "$stage"
    cp "$PUBLISHED"/tradingbot_exporter "$PUBLISHED"/tradingbot_exporter.dbg "$PUBLISHED"/*.so "$stage/"
  else
    dotnet publish src/Exporter -r "$platform" -c Release --nologo -o "$stage"
  fi
  # Symbols travel apart: who debugs fetches them, who installs does not.
  gzip -9 -c "$stage/tradingbot_exporter.dbg" > "$out/$name.dbg.gz"
  rm "$stage/tradingbot_exporter.dbg"
  chmod 0755 "$stage"/tradingbot_exporter "$stage"/*.so

  mkdir -p "$stage/prometheus" "$stage/alertmanager"
  cp -r prometheus/rules "$stage/prometheus/"
  cp -r alertmanager/alertmanager.yml alertmanager/templates "$stage/alertmanager/"
  cp src/Packaging/install.sh src/Packaging/uninstall.sh src/Packaging/exporter.json src/Packaging/systemd/*.service "$stage/"
  cp LICENSE README.md CHANGELOG.md "$stage/"
  src/Packaging/sbom.sh "$platform" "$version" > "$stage/sbom.cdx.json"

  # The newest glibc symbol version that the binaries ask for is the oldest glibc that they run on.
  floor=$(for file in "$stage/tradingbot_exporter" "$stage"/*.so; do objdump -T "$file"; done | grep -o 'GLIBC_[0-9.]*' | sort -uV | tail -n 1)
  size=$(du -sk "$stage" | cut -f 1)
  printf '%s\n' "${floor#GLIBC_}" > "$stage/GLIBC_FLOOR"

  tar --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$(git log -1 --format=%ct)" -C "$out" -czf "$out/$name.tar.gz" "$name"
  printf '%s: needs glibc %s or newer, %s KiB unpacked\n' "$name.tar.gz" "${floor#GLIBC_}" "$size"
  [ "$size" -le 25600 ] || { echo "release: $name is over 25 MB unpacked" >&2; exit 1; }
done

(cd "$out" && sha256sum ./*.tar.gz ./*.dbg.gz > SHA256SUMS && cat SHA256SUMS)
