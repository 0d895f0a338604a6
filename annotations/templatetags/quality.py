"""Tables of figures as HTML. Written here and not in a template: a report has thousands of cells."""

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from annotations.reports.showing import Cell, Table

register = template.Library()


@register.simple_tag
def figures_table(table: Table) -> SafeString:
    """Heads and rows; a figure with clips behind it leads to them. Everything that is not markup is escaped."""
    heads = "".join(
        f'<th scope="col"{"" if at == 0 else " class=num"}>{escape(head)}</th>' for at, head in enumerate(table.heads)
    )
    rows = "".join(f"<tr>{''.join(_cell(cell, at) for at, cell in enumerate(row))}</tr>" for row in table.rows)
    return mark_safe(  # noqa: S308 - escaped cell by cell
        '<div class="table-wrap"><table class="table figures">'
        f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _cell(cell: Cell, at: int) -> str:
    inside = str(escape(cell.text))
    if cell.url:
        inside = f'<a href="{escape(cell.url)}">{inside}</a>'
    if cell.note:
        inside += f" <small>{escape(cell.note)}</small>"
    if at == 0:
        return f'<th scope="row">{inside}</th>'
    kind = "num" if cell.is_number else "says"
    shade = "" if cell.shade is None else f" shade-{cell.shade}"
    return f'<td class="{kind}{shade}">{inside}</td>'
