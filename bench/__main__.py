"""`python -m bench [SECTION ...]`: measure, print the table, write bench.json into the data folder."""

import os
import sys
import time
from pathlib import Path

from bench import (
    annotation_sets,
    audio,
    browser,
    evaluation_pages,
    evaluation_results,
    evaluations,
    f1,
    learning,
    server,
    study,
)
from bench.rows import Row, Section, as_table, written

SECTIONS: dict[str, Section] = {
    "queries": server.measure_queries,
    "team": server.measure_team,
    "crowd": server.measure_crowd,
    "evaluations": evaluations.measure,
    "evaluation_results": evaluation_results.measure,
    "evaluation_pages": evaluation_pages.measure,
    "server": server.measure,
    "audio": audio.measure,
    "annotation_sets": annotation_sets.measure,
    "learning": learning.measure,
    "f1": f1.measure,
    "study": study.measure,
    "browser": browser.measure,
}


def main(names: list[str]) -> int:
    unknown = set(names) - SECTIONS.keys()
    if unknown:
        print(f"There is no section {', '.join(sorted(unknown))}. Choose from: {', '.join(SECTIONS)}")
        return 2
    rows: list[Row] = []
    for name in names or SECTIONS:
        begun = time.monotonic()
        rows += SECTIONS[name]()
        print(f"{name}: {time.monotonic() - begun:.0f} s, load {os.getloadavg()[0]:.1f}", file=sys.stderr)
    folder = Path(os.environ.get("EARMARK_DATA_DIR", "var"))
    folder.mkdir(parents=True, exist_ok=True)
    written(rows, to=folder / "bench.json")
    print(as_table(rows))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
