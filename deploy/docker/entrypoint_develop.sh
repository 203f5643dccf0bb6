#!/bin/sh
# Builds and starts the backend from the mounted checkout.
#
# Without arguments, or with a subcommand of the binary, it runs the binary; any other program
# runs as it is: `docker run … backend-dev cargo xtask test`.
set -eu

if [ ! -f Cargo.toml ]; then
  echo "entrypoint: no Cargo.toml here: mount the checkout at $PWD" >&2
  exit 66
fi

if [ $# -gt 0 ] && command -v "$1" >/dev/null 2>&1; then
  exec "$@"
fi
# `cargo run` stays in front and would not pass SIGTERM on; the binary itself does it right.
cargo build --package app --bin backend
exec "${CARGO_TARGET_DIR:-target}/debug/backend" "$@"
