#!/bin/sh
# Everything that can be said about the code without running it. Goes on after a failure, so that one run shows them all.
set -u
cd "$(dirname "$0")/.."
failed=0
say_ok() {
    printf '%-12s' "$1"
    shift
    if output=$("$@" 2>&1); then
        echo "ok"
    else
        echo "FAILED"
        printf '%s\n' "$output"
        failed=1
    fi
}
templates() {
    git ls-files -z --cached --others --exclude-standard -- 'templates/*.html' | xargs -0 -r .venv/bin/djade --check --target-version 5.2
}
EARMARK_DATA_DIR=$(mktemp -d)
export EARMARK_DATA_DIR
trap 'rm -rf "$EARMARK_DATA_DIR"' EXIT

say_ok format .venv/bin/ruff format --check --quiet .
say_ok lint .venv/bin/ruff check --quiet .
say_ok types .venv/bin/mypy
say_ok imports .venv/bin/lint-imports --no-cache
say_ok system .venv/bin/python manage.py check --fail-level WARNING
say_ok migrations .venv/bin/python manage.py makemigrations --check --dry-run
say_ok templates templates
say_ok settings .venv/bin/python scripts/env_names.py
exit "$failed"
