"""Finding a station by any of its names."""

from __future__ import annotations

import re
import unicodedata
from difflib import get_close_matches
from typing import TYPE_CHECKING

from routesim.errors import UnknownNameError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def fold_name(name: str) -> str:
    """Reduce a name to what look-ups compare: no case, diacritics or punctuation.

    Examples
    --------
    >>> fold_name("Ch'ŏngjin  Ch'ŏngnyŏn")
    'chongjin chongnyon'
    >>> fold_name("Komsomolsk-na-Amure") == fold_name("komsomolsk na amure")
    True
    """
    decomposed = unicodedata.normalize("NFKD", name)
    bare = "".join(sign for sign in decomposed if not unicodedata.combining(sign))
    bare = re.sub(r"['\u2018\u2019\u02bc\u02bb`]", "", bare.casefold())
    bare = re.sub(r"[^\w]+", " ", bare).strip()
    return unicodedata.normalize("NFC", bare)


class NameIndex:
    """An index from any name of a thing to its one plain name.

    It is made of the other names of each plain name; messages name the ``kind`` of thing that
    is looked up: ``station``.
    """

    def __init__(self, kind: str, names: Mapping[str, Iterable[str]]) -> None:
        self._kind = kind
        self._plain = tuple(names)
        self._by_folded: dict[str, str] = {}
        self._shown: dict[str, str] = {}
        for plain, others in names.items():
            for other in (plain, *others):
                self._by_folded.setdefault(fold_name(other), plain)
                self._shown.setdefault(fold_name(other), other)

    def find(self, name: str) -> str:
        """Return the plain name.

        Raises
        ------
        UnknownNameError
            With the nearest names, if none matches.
        """
        if not isinstance(name, str):
            raise UnknownNameError(self._kind, repr(name)[:60], self._plain)
        found = self._by_folded.get(fold_name(name)) if name else None
        if found is None:
            raise UnknownNameError(self._kind, name, self._suggest_from(name))
        return found

    def __contains__(self, name: str) -> bool:
        """Return whether any name matches."""
        return fold_name(name) in self._by_folded

    def _suggest_from(self, name: str) -> tuple[str, ...]:
        near = get_close_matches(fold_name(name), list(self._shown), n=3, cutoff=0.5)
        return tuple(self._shown[folded] for folded in near) or self._plain
