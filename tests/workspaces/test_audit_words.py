"""Every verb that the program writes into the audit log has a word there."""

import ast
from collections.abc import Iterator
from pathlib import Path

from annotations.permissions import MANAGER_MOVES
from config.settings import INSTALLED_APPS
from workspaces.audit_words import VERBS

ROOT = Path(__file__).parent.parent.parent


def verbs_in(tree: ast.AST) -> Iterator[str]:
    """Texts that are given as `verb=...`, perhaps one of two, or put into a variable of that name."""
    for node in ast.walk(tree):
        names = [node.arg] if isinstance(node, ast.keyword) else []
        if isinstance(node, ast.Assign):
            names = [target.id for target in node.targets if isinstance(target, ast.Name)]
        if isinstance(node, ast.keyword | ast.Assign) and "verb" in names:
            yield from texts_of(node.value)


def texts_of(value: ast.expr) -> Iterator[str]:
    if isinstance(value, ast.IfExp):
        yield from texts_of(value.body)
        yield from texts_of(value.orelse)
    elif isinstance(value, ast.Constant) and isinstance(value.value, str):
        yield value.value


def test_every_verb_has_a_word() -> None:
    apps = [ROOT / app.split(".")[0] for app in INSTALLED_APPS if (ROOT / app.split(".")[0]).is_dir()]
    sources = [path for app in apps for path in app.rglob("*.py")]
    used = {verb for path in sources for verb in verbs_in(ast.parse(path.read_text()))} | set(MANAGER_MOVES)

    assert {"transfer", "staff", "fix", "expire", "change"} <= used
    assert used - set(VERBS) == set()
