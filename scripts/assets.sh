#!/bin/sh
# Install the browser packages that package-lock.json names, and copy the files we serve to static/vendor.
set -eu
cd "$(dirname "$0")/.."
folder=$(scripts/node.sh)
echo "Installing the browser assets"
PATH="$folder:$PATH"
npm ci --no-progress --loglevel=error
node scripts/assets.mjs
