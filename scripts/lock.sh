#!/bin/sh
# Write the lock files anew: versions and hashes, and no download addresses. Needs uv.
set -eu
cd "$(dirname "$0")/.."
options="--quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate"
# shellcheck disable=SC2086 - the options are words
uv pip compile $options pyproject.toml -o requirements.lock
# shellcheck disable=SC2086
uv pip compile $options -c requirements.lock pyproject.toml --group test --group check -o requirements-dev.lock
# shellcheck disable=SC2086
uv pip compile $options --group node -o requirements-node.lock
# shellcheck disable=SC2086
echo "scale-gp-beta==0.1.0" | uv pip compile $options --no-deps - -o requirements-sdk.lock
# shellcheck disable=SC2086
uv pip compile $options --group oracles -o requirements-oracles.lock
