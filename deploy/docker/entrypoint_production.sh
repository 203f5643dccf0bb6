#!/bin/sh
# Starts the backend in its production image: takes secrets from files, checks what would
# otherwise fail later, and hands the process over, so that signals reach the binary itself.
#
# Arguments are the binary's: `docker run backend migrate` runs `backend migrate`.
set -eu

# A secret may come as a file (`SECRET_KEY_FILE=/run/secrets/secret_key`), as orchestrators
# mount them; a file keeps it out of the container's description.
from_file() {
  eval "value=\${$1:-} file=\${$1_FILE:-}"
  # shellcheck disable=SC2154 # set by the line above
  if [ -n "$file" ]; then
    if [ -n "$value" ]; then
      echo "entrypoint: set $1 or $1_FILE, not both" >&2
      exit 64
    fi
    if [ ! -r "$file" ]; then
      echo "entrypoint: $1_FILE names $file, which cannot be read" >&2
      exit 66
    fi
    export "$1=$(cat "$file")"
    unset "$1_FILE"
  fi
}

for name in SECRET_KEY DATABASE_URL REDIS_URL FIRST_ADMIN_PASSWORD; do
  from_file "$name"
done

if [ ! -w "${DATA_DIR:=/data}" ]; then
  echo "entrypoint: $DATA_DIR is not writable by user $(id -u): mount a volume there" >&2
  exit 73
fi

# Files made here are nobody else's: the database, and what lies beside it.
umask 0077
exec /usr/local/bin/backend "$@"
