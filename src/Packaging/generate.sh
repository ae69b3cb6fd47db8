#!/usr/bin/env bash
# Writes what is made from something else: the catalogue's tables in docs/, the PrometheusRule in src/Packaging/kubernetes. Tests fail when they
# are not current. Run it after changing a check's texts or an alert rule.
set -euo pipefail
cd "$(dirname "$0")/../.."

page=docs/TRADING_FAILURE_POINT_ASSESSMENT.md
tables=$(mktemp)
trap 'rm -f "$tables"' EXIT
dotnet run --project src/Exporter -- failure-points --markdown > "$tables"
sed -i -e '/^<!-- failure-points: begin -->$/,/^<!-- failure-points: end -->$/{//!d}' \
  -e "/^<!-- failure-points: begin -->$/r $tables" "$page"

rule=src/Packaging/kubernetes/prometheusrule.yaml
{
  cat <<'YAML'
# Made from prometheus/rules by src/Packaging/generate.sh: change the rules there.
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: tradingbot
  labels:
    app.kubernetes.io/name: tradingbot-exporter
spec:
  groups:
YAML
  for file in prometheus/rules/*.yml; do
    sed -e '1,/^groups:$/d' -e 's/^\(.\)/  \1/' "$file"
  done
} > "$rule"
echo "written: $page, $rule"
