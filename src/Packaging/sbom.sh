#!/usr/bin/env bash
# CycloneDX 1.5 bill of materials from the lock file: what is in the binary, with the hash that the restore verified.
#   src/Packaging/sbom.sh PLATFORM VERSION
set -euo pipefail
cd "$(dirname "$0")/../.."
jq --arg platform "$1" --arg version "$2" --arg revision "$(git rev-parse HEAD)" '
  [.dependencies["net10.0"], (.dependencies["net10.0/" + $platform] // {})]
  | map(to_entries) | add | unique_by(.key)
  | map(select(.value.type != "Project"))
  | {
      bomFormat: "CycloneDX", specVersion: "1.5", version: 1,
      metadata: {component: {type: "application", name: "tradingbot_exporter", version: $version, "bom-ref": ("tradingbot_exporter@" + $revision)}},
      components: map({
        type: "library", name: .key, version: .value.resolved,
        purl: ("pkg:nuget/" + .key + "@" + .value.resolved),
        hashes: (if .value.contentHash then [{alg: "SHA-512", content: .value.contentHash}] else [] end)
      })
    }' src/Exporter/packages.lock.json
