#!/bin/sh
# Run the script tests, then all others; arguments go to pytest. EARMARK_TEST_PROCESSES sets how many run at once.
set -eu
cd "$(dirname "$0")/.."
CHROMIUM=$(scripts/chromium.sh)
export CHROMIUM
node=$(scripts/node.sh)/node
failed=0
report=$(mktemp)
trap 'rm -f "$report"' EXIT

if "$node" --test --test-reporter=spec tests/js/*.test.mjs >"$report" 2>&1; then
    echo "Script tests: $(grep -E '^ℹ (pass|fail) ' "$report" | sed 's/ℹ //' | tr '\n' ' ')"
else
    cat "$report"
    failed=1
fi
.venv/bin/python -m pytest -q -n "${EARMARK_TEST_PROCESSES:-2}" "$@" || failed=$?
if [ "$failed" -ne 0 ]; then
    echo "Tests failed." >&2
fi
exit "$failed"
