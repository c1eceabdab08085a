#!/usr/bin/env bash
# install-openai-python.sh [DIR] - Debian's own build of the official OpenAI SDK for Python, and the Python it was
# built for, unpacked in DIR (/opt/sluice-openai-python, where the tests look for it); for where PyPI is out of reach.
#
# Installs the Debian packages that it needs when root runs it, and needs no root once they are there. What is in DIR
# already is left as it is. Prints the path of the Python, which needs neither a chroot nor the system's own Python.
set -euo pipefail
[ $# -le 1 ] || { echo "usage: $0 [DIR]" >&2; exit 2; }
DIR=${1:-/opt/sluice-openai-python}
SUITE=trixie

say() { echo "install-openai-python: $*" >&2; }
die() {
  say "$*"
  exit 1
}

works() { "$1/python3" -c 'from openai import OpenAI; OpenAI(api_key="unused")'; }

install_packages() {
  # the SDK reads the machine's certificates when a client is made, whatever that talks to
  command -v mmdebstrap >/dev/null && [ -e /etc/ssl/certs/ca-certificates.crt ] && return
  [ "$(id -u)" = 0 ] || die "only root can install what is missing: apt-get install mmdebstrap ca-certificates"
  say "installing mmdebstrap and ca-certificates"
  local log
  log=$(mktemp)
  apt-get update -qq >"$log" 2>&1
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends -o DPkg::Lock::Timeout=300 \
    mmdebstrap ca-certificates debian-archive-keyring >>"$log" 2>&1 || { tail -n 20 "$log" >&2; die "apt-get failed"; }
  rm "$log"
}

# The packages are unpacked and not configured: it takes seconds, and no more than a Python is wanted.
unpack() {
  local log=$1.log mode=chrootless
  [ "$(id -u)" != 0 ] || mode=root
  mmdebstrap --variant=extract --mode="$mode" --include=python3-openai "$SUITE" "$1" >"$log" 2>&1 ||
    { tail -n 20 "$log" >&2; die "mmdebstrap failed"; }
  rm "$log"
}

# With its own loader and C library it runs on the machine's kernel alone, and sees the machine's files.
write_python() {
  cat >"$1/python3" <<'END'
#!/bin/sh
here=$(dirname "$(readlink -f "$0")")
libraries=$(echo "$here"/usr/lib/*-linux-gnu)
PYTHONHOME=$here/usr exec "$libraries"/ld-linux-*.so.* --library-path "$libraries" "$here/usr/bin/python3" "$@"
END
  chmod +x "$1/python3"
}

if ! works "$DIR" 2>/dev/null; then
  [ ! -e "$DIR" ] || die "$DIR is there, and its Python does not work: remove it first"
  install_packages
  mkdir -p "$(dirname "$DIR")"
  # under its name only once it is whole; and the first import there leaves the compiled modules behind
  rm -rf "$DIR.new" "$DIR.new.log"
  unpack "$DIR.new"
  write_python "$DIR.new"
  works "$DIR.new" || die "the SDK does not work"
  mv "$DIR.new" "$DIR"
fi
echo "$DIR/python3"
