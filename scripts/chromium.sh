#!/bin/sh
# Print the path of a Chromium for the browser tests; install Debian's package where that is possible.
set -eu
find_one() {
    if [ -n "${CHROMIUM:-}" ]; then
        command -v "$CHROMIUM" && return 0
        echo "CHROMIUM names $CHROMIUM, which cannot be run." >&2
        exit 1
    fi
    for name in chromium chromium-browser google-chrome google-chrome-stable; do
        command -v "$name" && return 0
    done
    return 1
}

find_one && exit 0
if command -v apt-get >/dev/null; then
    as_root=""
    if [ "$(id -u)" -ne 0 ]; then
        as_root="sudo -n"
    fi
    echo "Installing Chromium for the browser tests" >&2
    export DEBIAN_FRONTEND=noninteractive
    { $as_root apt-get update -qq && $as_root apt-get install -y -qq --no-install-recommends chromium; } >&2 || true
fi
find_one && exit 0
echo "The browser tests need Chromium. Install it (Debian: apt-get install chromium), or set CHROMIUM to the path of one." >&2
exit 1
