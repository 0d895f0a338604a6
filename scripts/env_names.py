"""Check that `.env.example` lists every environment variable the code reads, and no other."""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("config", "workspaces", "datasets", "detectors", "annotations", "evaluations")
READERS = {"str", "int", "bool", "float", "list", "dj_db_url", "dj_email_url", "get", "getenv"}
# Read by boto3 itself.
BY_LIBRARIES = {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"}


def names_read(source: str) -> Iterator[str]:
    """The names in `env.str("NAME")`, `os.environ.get("NAME")`, `os.environ["NAME"]` and `os.getenv("NAME")`."""
    for node in ast.walk(ast.parse(source)):
        first: ast.expr | None = None
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in READERS
            and node.args
        ):
            owner = ast.unparse(node.func.value)
            first = node.args[0] if owner in ("env", "os.environ", "os") else None
        elif isinstance(node, ast.Subscript) and ast.unparse(node.value) == "os.environ":
            first = node.slice
        if isinstance(first, ast.Constant) and isinstance(first.value, str):
            yield first.value


def all_names_read() -> set[str]:
    files = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    return {name for path in files for name in names_read(path.read_text(encoding="utf-8"))}


def names_documented() -> set[str]:
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    return set(re.findall(r"^#?\s?([A-Z][A-Z0-9_]+)=", text, flags=re.MULTILINE))


def main() -> int:
    read, documented = all_names_read() | BY_LIBRARIES, names_documented()
    for name in sorted(read - documented):
        sys.stderr.write(f"{name} is read but not in .env.example\n")
    for name in sorted(documented - read):
        sys.stderr.write(f"{name} is in .env.example but nobody reads it\n")
    return int(read != documented)


if __name__ == "__main__":
    sys.exit(main())
