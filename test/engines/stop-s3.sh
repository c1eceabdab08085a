#!/usr/bin/env bash
# stop-s3.sh DIR [--kill] [--purge] - ends what start-s3.sh started in DIR, by process id.
# --kill uses SIGKILL, as a crash would; --purge removes DIR afterwards.
set -euo pipefail
[ $# -ge 1 ] || { echo "usage: $0 DIR [--kill] [--purge]" >&2; exit 2; }
DIR=$1
shift
SIGNAL=TERM
PURGE=
for option; do
  case $option in
    --kill) SIGNAL=KILL ;;
    --purge) PURGE=1 ;;
    *) echo "unknown option $option" >&2; exit 2 ;;
  esac
done

running() {
  local state
  state=$(sed 's/.*) //' "/proc/$1/stat" 2>/dev/null) && [ -n "$state" ] && [ "${state%% *}" != Z ]
}

for daemon in rgw:radosgw osd:ceph-osd mon:ceph-mon; do
  file=$DIR/run/${daemon%%:*}.pid
  pid=$(cat "$file" 2>/dev/null) || continue
  # An id that another program has by now is not ours to end.
  if grep -qs "^${daemon#*:}" "/proc/$pid/comm"; then
    kill -s "$SIGNAL" "$pid"
    for _ in $(seq 100); do
      running "$pid" || break
      sleep 0.1
    done
    ! running "$pid" || kill -KILL "$pid"
  fi
  rm -f "$file"
done
[ -z "$PURGE" ] || rm -rf "$DIR"
