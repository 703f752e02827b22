#!/usr/bin/env bash
# Replaces the containers of services one by one with containers of the present image and configuration. The others serve on.
#
#   deploy/docker/rolling-update.sh worker api
#
# Compose's own variables say which project that is: COMPOSE_FILE, COMPOSE_PROJECT_NAME, COMPOSE_PROFILES.
set -euo pipefail

GRACE="${PLATFORM_GRACE_SECONDS:-65}"
HEALTHY_WITHIN=120

if [ $# -eq 0 ]; then
  echo "usage: $0 <service>..." >&2
  exit 2
fi
if docker compose version > /dev/null 2>&1; then compose='docker compose'; else compose=docker-compose; fi

state() { docker inspect --format '{{.State.Status}}, {{.State.Health.Status}}' "$1"; }

for service in "$@"; do
  old=$($compose ps --quiet "$service")
  count=$(wc -w <<< "$old")
  for container in $old; do
    docker stop -t "$GRACE" "$container" > /dev/null
    docker rm "$container" > /dev/null
    others=$($compose ps --quiet "$service")
    # It prints each container it leaves alone.
    $compose up --detach --no-deps --no-recreate --no-build --scale "$service=$count" "$service" > /dev/null 2>&1
    new=$($compose ps --quiet "$service" | grep --invert-match --line-regexp --fixed-strings "$others")
    waited=0
    until [ "$(state "$new")" = 'running, healthy' ]; do
      if [ "$waited" -ge "$HEALTHY_WITHIN" ]; then
        echo "error: found $service ${new:0:12} $(state "$new"), expected it healthy; the rest is left as it is" >&2
        exit 1
      fi
      sleep 1
      waited=$((waited + 1))
    done
    echo "$service ${container:0:12} is replaced by ${new:0:12}"
  done
done
