"""Lists that fetch their next page while one goes through them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from earmark_client.answers import Answer
from earmark_client.errors import UnexpectedAnswer

A = TypeVar("A", bound=Answer)
Fetch = Callable[[dict[str, Any]], Any]


@dataclass(frozen=True)
class Page(Generic[A]):
    """`items` of this page and `total` of all pages; going through it (`for item in page`) goes through all of them.

    After a call with `ending_before`, the pages go backwards; inside a page items keep the list's order.
    """

    items: list[A]
    total: int
    has_more: bool
    kind: type[A] = field(repr=False)
    asked: Mapping[str, Any] = field(repr=False)
    fetch: Fetch = field(repr=False)

    def __iter__(self) -> Iterator[A]:
        for page in self.pages():
            yield from page.items

    def pages(self) -> "Iterator[Page[A]]":
        """This page and those after it."""
        page: Page[A] | None = self
        while page is not None:
            yield page
            page = page.next_page()

    def next_page(self) -> "Page[A] | None":
        """The page after this one in the direction asked for, or None."""
        if not self.has_more or not self.items:
            return None
        if self.asked.get("ending_before"):
            step = {"ending_before": self.items[0].raw["id"]}
        else:
            step = {"starting_after": self.items[-1].raw["id"]}
        return page_of(self.kind, {**self.asked, **step}, self.fetch)


def page_of(kind: type[A], asked: dict[str, Any], fetch: Fetch) -> Page[A]:
    """The page that `fetch` gets with these parameters."""
    raw = fetch(asked)
    if not isinstance(raw, dict) or not isinstance(raw.get("items"), list):
        raise UnexpectedAnswer(f"Expected a list, got {str(raw)[:200]}")
    items = [kind.read(row) for row in raw["items"]]
    return Page(items, raw.get("total", len(items)), bool(raw.get("has_more")), kind, asked, fetch)
