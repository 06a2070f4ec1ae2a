"""What a format's types do not tell: legal values, what belongs together, what is no part of a request."""

import json
from dataclasses import dataclass, field
from typing import Any

from ..shapes import Object

Path = tuple[str | int, ...]


@dataclass
class Form:
    """Fields are named by their path, `messages[user].content[text].text`, or by type and member, `ImageURL.url`."""

    name: str
    root: Object
    body: dict
    """The shortest legal request."""
    samples: dict[str, Any] = field(default_factory=dict)
    """Values for a field; a tuple holds alternatives, the first that changes the request is taken."""
    each: set[str] = field(default_factory=set)
    """Fields whose words are tried one by one."""
    needs: dict[str, dict] = field(default_factory=dict)
    """Members that an object needs though its type does not demand them; by path or type."""
    leads: dict[str, list] = field(default_factory=dict)
    """What stands before a new item in a list."""
    contexts: dict[str, tuple[dict, Path]] = field(default_factory=dict)
    """Whole requests around an object, and where it stands in them."""
    alongside: dict[str, dict] = field(default_factory=dict)
    """Top-level members that a field makes no sense without."""
    exclusive: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Members of a type of which an object has but one."""
    links: dict[str, list[Path]] = field(default_factory=dict)
    """Other places that must have the field's value, too."""
    moot: dict[str, str] = field(default_factory=dict)
    """Fields whose value here asks for nothing, and why: no provider needs to be told."""
    left_out: dict[str, str] = field(default_factory=dict)
    """Fields that are no part of what is converted, and why."""

    def base(self) -> dict:
        return json.loads(json.dumps(self.body))

    def wire(self, model: str, body: dict) -> dict:
        """The body as it is sent."""
        return {"model": model, **body}
