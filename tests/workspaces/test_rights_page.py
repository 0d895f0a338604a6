from pathlib import Path

from django.conf import settings

from workspaces.management.commands.rights import page


def test_the_page_in_the_docs_is_the_table_the_program_asks() -> None:
    assert Path(settings.BASE_DIR, "docs", "rights.md").read_text(encoding="utf-8") == page(), (
        "Run: python manage.py rights > docs/rights.md"
    )
