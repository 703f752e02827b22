#!/usr/bin/env bash
# Builds, then stops the production build in every way there is, on a Postgres and a Redis of its own. Prints pass or FAIL
# for each scenario; exit 0 only if all pass. Options: --help. See docs/shutdown-testing.md.
set -euo pipefail
cd "$(dirname "$0")/.."
if ! node -e 'process.exit(process.versions.node.split(".")[0] >= 24 ? 0 : 1)'; then
  exec npx -y -p node@24 -- scripts/test-graceful-shutdown.sh "$@"
fi
if [ ! -x node_modules/.bin/tsc ]; then
  echo 'found no node_modules; run first: npx -y -p node@24 -p pnpm@12 pnpm install' >&2
  exit 1
fi
node_modules/.bin/tsc -b apps/api apps/worker packages/devstack packages/simnet
exec node scripts/shutdown/main.ts "$@"
