"""A person going through the wizard, for tests of its steps."""

import re

NEW = "/w/speech-lab/tasks/new/"
QUESTIONS = {
    "row": ["q1", "q2", "q3", "q4"],
    "q1-type": "regions", "q1-name": "Mark artifacts", "q1-required": "on", "q1-labels": ["glitch"],
    "q2-type": "categorical", "q2-name": "Pace", "q2-choices": "slow\n\n normal \nfast", "q2-multi": "on",
    "q3-type": "timestamp", "q3-name": "Moments",
    "q4-type": "free_text", "q4-name": "Note", "q4-prompt": "Anything else?", "q4-max_length": "80",
    "instructions": "Mark **all**.",
}  # fmt: skip
POOL = {"staffing": "pool", "overlap": "1", "lease_minutes": "45"}
NO_REVIEW = {"review_mode": "none"}


class Wizard:
    """A person going through the steps. Each answer is the page that comes, after redirects."""

    def __init__(self, client):
        self.client, self.address = client, NEW

    def send(self, fields, do="next", **headers):
        response = self.client.post(self.address, {**fields, "do": do}, headers=headers)
        if response.status_code == 302:
            self.address = response.url
            response = self.client.get(response.url)
        return response.status_code, response.content.decode()

    def look(self):
        return self.client.get(self.address).content.decode()

    def at(self, step):
        """Go straight to a step of the same plan, as a bookmark would."""
        self.address = re.sub(r"step=\w+", f"step={step}", self.address)
        return self.look()

    @property
    def step(self):
        return re.search(r"step=(\w+)", self.address).group(1)

    def through(self, dataset, *, questions=QUESTIONS, people=POOL, review=NO_REVIEW):
        self.send({"name": "Calls", "dataset": str(dataset.pk)})
        for fields in (questions, people, review):
            if fields is not None:
                self.send(fields)
        return self


def errors(html):
    return [
        re.sub(r"<[^>]+>", "", error).strip()
        for error in re.findall(r'class="errors".*?</ul>', html, re.S)
        for error in re.findall(r"<li>(.*?)</li>", error)
    ]


def seats(kind, **numbers):
    """Fields of the list of people: seats("annotator", **{id: number})."""
    return {kind: list(numbers), **{f"{kind}-{pk}": number for pk, number in numbers.items()}}
