"""The rows of the table: what, the bar, and per column what was measured and whether the bar is held."""

from dataclasses import dataclass, field

BOTH = "both"
"""The column of a row that no recording is part of."""


@dataclass
class Row:
    """One line of the table. A row without a bar informs."""

    what: str
    bar: str | None
    columns: dict = field(default_factory=dict)

    def measured(self, column, text, held=None, worst=()):
        """Sets a column; `worst` names the files that are furthest off, each with a number."""
        self.columns[column] = {"text": text, "held": None if held is None else bool(held), "worst": list(worst)}
        return self

    def as_json(self):
        """The row as plain values."""
        return {"what": self.what, "bar": self.bar, "columns": self.columns}


def percent(share, digits=1):
    """A share as text."""
    return f"{100 * share:.{digits}f} %"


def furthest(errors, unit, count=8):
    """The names with the largest errors, largest first. `errors` maps names to signed numbers."""
    ordered = sorted(errors.items(), key=lambda item: (-abs(item[1]), item[0]))
    return [f"{name} {error:+.3g} {unit}" for name, error in ordered[:count] if error != 0]
