"""Which regular expressions people may put into a form: those that no text can keep busy for long. Pure."""

import re

MAX_PATTERN = 200
# Repeats without an end. Each may stop in as many places as the text is long, and where the pattern does not begin
# with ^ it may start in as many: the work is the product.
MOST_OPEN = 3
# How many ways the limited ones ({2,5}, ?) may share a text among them.
MOST_WAYS = 32

_CLASS = r"\[\^?\]?(?:\\.|[^\]\\])*\]"
_TOKEN = re.compile(
    rf"(?P<unit>\\.|{_CLASS}|[^()|*+?{{}}\\\[])|(?P<open>\((?:\?:)?(?!\?))|(?P<close>\))|(?P<bar>\|)"
    r"|(?P<repeat>\*|\+|\?|\{(?P<least>\d{1,4})(?P<comma>,(?P<most>\d{1,4})?)?\})(?P<lazy>\??)",
    re.DOTALL,
)


def is_harmless(pattern: str) -> bool:
    """Whether a search for this takes at most cubic time: no group with choices in it is repeated, no back reference.

    Refuses a few that would be harmless. Expects texts of limited length to be searched.
    """
    if len(pattern) > MAX_PATTERN or not _compiles(pattern):
        return False
    # Per group that is open: whether something in it can match in more than one way, and how many alternatives it has.
    varies, alternatives = [False], [1]
    n_open, ways, place, closed_varies, is_split = 0, 1, 0, False, False
    while place < len(pattern):
        token = _TOKEN.match(pattern, place)
        if token is None or re.match(r"\\[1-9kgPA-CE-RT-VX-Z]", token.group()):
            return False
        place = token.end()
        if token["open"]:
            varies.append(False)
            alternatives.append(1)
        elif token["bar"]:
            varies[-1] = True
            is_split |= len(varies) == 1
            alternatives[-1] += 1
        elif token["close"]:
            closed_varies = varies.pop()
            varies[-1] |= closed_varies
            ways *= alternatives.pop()
            continue
        elif token["repeat"]:
            least, most = _bounds(token)
            if closed_varies and most != 1:
                return False
            if least != most:
                varies[-1] = True
                n_open += most is None
                ways *= 1 if most is None else most - least + 1
        closed_varies = False
    is_anchored = pattern.startswith("^") and not is_split
    return n_open + (not is_anchored) <= MOST_OPEN and ways * alternatives[0] <= MOST_WAYS


def _bounds(token: "re.Match[str]") -> tuple[int, int | None]:
    """How often at least and at most, None where there is no end."""
    plain: dict[str, tuple[int, int | None]] = {"*": (0, None), "+": (1, None), "?": (0, 1)}
    if token["repeat"] in plain:
        return plain[token["repeat"]]
    least = int(token["least"])
    if token["comma"] is None:
        return least, least
    return least, int(token["most"]) if token["most"] else None


def _compiles(pattern: str) -> bool:
    try:
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError):
        return False
    return True
