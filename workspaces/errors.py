"""What a verb raises when it cannot be done."""


class IllegalMove(Exception):
    """The moment is wrong: the row is not in a state from which this can be done. HTTP 409; the message is shown."""


class Invalid(Exception):
    """What was sent cannot be accepted. HTTP 422; `problems` lists (location, message, type) per field."""

    def __init__(self, problems: "list[tuple[tuple[str | int, ...], str, str]]") -> None:
        self.problems = problems
        super().__init__("; ".join(message for _, message, _ in problems))
