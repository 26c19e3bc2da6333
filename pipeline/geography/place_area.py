"""The end of a place's words: town, region, postal code and country."""

from typing import Final

from pipeline import patterns
from pipeline.geography.countries import country_code
from pipeline.geography.place_parts import MAX_WORDS, is_street, may_be_street, names_house
from pipeline.geography.regions import is_region, region_called
from pipeline.geography.rooms import is_room
from pipeline.geography.towns import town_called, towns_called, widely_known

#: The least letters of a country's name; shorter words are states ("IN", "DE"), but for those in `_SIGNS`.
_LEAST_OF_COUNTRY: Final = 4
_SIGNS: Final = frozenset({"US", "USA", "U.S.A.", "U.S.", "UK", "GB"})
#: A longer part is none of an address.
_LONGEST_PART: Final = 200
#: The most characters of a town's name, and words of one that is looked for behind a street.
_LONGEST_TOWN: Final = 40
_MOST_WORDS: Final = 4
#: The digits of the least postal code that tells a town which is not known: a shorter number is a house's.
_LEAST_OF_CODE: Final = 5
#: So many parts may stand between a town and its country.
_MOST_PROVINCES: Final = 4
_ASIDE: Final = patterns.compile(r"(?<=\S)\s++\([^()]*+\)$", longest=MAX_WORDS)
_POSTCODE: Final = (
    r"(?:\d{4} [A-Z]{2}(?![A-Z])|(?:[A-Z]{1,2}-)?\d{4,6}(?:-\d{3,4})?|\d{3} \d{2,3}|\d{2}-\d{3}|\d{3}-\d{4}"
    r"|[A-Z]\d[A-Z] ?\d[A-Z]\d|[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2})"
)
_CODE: Final = patterns.compile(_POSTCODE, longest=MAX_WORDS)
_BEFORE_TOWN: Final = patterns.compile(
    rf"^(?:(?P<street>\S.*?)\s+(?:[-–—]\s+)?)?(?P<code>{_POSTCODE})\s+(?P<town>[^\W\d][^\d,]{{1,40}})$",
    longest=_LONGEST_PART,
)
_STATE_AND_CODE: Final = patterns.compile(
    r"^(?P<front>.*\S)\s+(?P<state>[A-Z]{2,3}\s+\d{4,5}(?:-\d{4})?)$", longest=_LONGEST_PART
)
_BEHIND_TOWN: Final = patterns.compile(
    rf"^(?P<town>[^\d,]{{2,40}}?)(?:\s+(?P<state>[A-Z]{{2,3}}))?(?:\s+(?P<code>{_POSTCODE}))?$",
    longest=_LONGEST_PART,
)
#: Where words were run together: "StudioLos Angeles"; and how a list of people ends.
_TOGETHER: Final = patterns.compile(r"(?<=[a-z])(?=[A-Z])", longest=_LONGEST_PART)
_OTHERS: Final = patterns.compile(r"& \d+ others?$", longest=_LONGEST_PART)
_JOINTS: Final = frozenset({"in", "à", "im", "-", "–", "—"})


class Area:
    """Reads town, region, postal code and country from the end of the parts; `at` is where they begin."""

    def __init__(self, parts: list[str], country: str) -> None:
        self.parts, self.at = list(parts), len(parts)
        self.town = self.region = self.postcode = ""
        self.country, self.formed = country, False
        if len(parts) > 1 and _CODE.fullmatch(parts[-1]) and country_code(parts[-2]):
            self.parts[-2:] = parts[:-3:-1]  # "Ukraine, 02000"
        self._country()
        stated = _STATE_AND_CODE.match(self._last()) if self.at else None
        if stated and region_called(stated["state"].split()[0], self.country)[0]:
            self.parts[self.at - 1 : self.at] = [stated["front"].rstrip(" ,"), stated["state"]]
            self.at += 1
        while self.at > 1 and self._region():
            self.at -= 1
        self._provinces()
        self._apart()
        self._town()

    def _country(self) -> None:
        """A country at the end of the last part, also without a comma before it: "Oregon 97214 US"."""
        words = self.parts[-1].split() if self.parts else []
        for count in range(min(3, len(words)), 0, -1):
            last = " ".join(words[-count:]).strip(" .;")
            if is_region(last):
                return
            if last in _SIGNS or (len(last) >= _LEAST_OF_COUNTRY and country_code(last)):
                before = " ".join(words[:-count]).strip(" ,")
                if before and last not in _SIGNS and not _ends_area(before):
                    return
                self.country, self.formed = country_code(last), True
                self.parts[-1:] = [before, last] if before else [last]
                self.at = len(self.parts) - 1
                return

    def _region(self) -> bool:
        """Whether the last part is a state, a postal code, or both: "NY 14830", "Karnataka", "14901"."""
        part = self.parts[self.at - 1]
        code = _CODE.search(part)
        if code and not self.postcode and part.endswith(code.group()) and not self.region:
            name = part[: code.start()].strip()
        elif code:
            return False
        else:
            name = part
        known = region_called(name, self.country)
        if name and (self.region or not (known[0] or (len(name) == 2 and name.isalpha() and name.isupper()))):
            return False
        self.region, self.postcode = name or self.region, self.postcode or (code.group() if code else "")
        self.country, self.formed = self.country or known[0], True
        return True

    def _provinces(self) -> None:
        """Leave out what stands between a town and its country: "Girona, Catalonia, Spain". The town is the largest
        place of that country among the last parts: a province may have the name of a village."""
        if not self.formed or self.region or not self.country:
            return
        most, town = -1, self.at - 1
        for at in range(self.at - 1, max(-1, self.at - 1 - _MOST_PROVINCES), -1):
            name = _CODE.sub(" ", self.parts[at]).strip(" -–")
            people = max((one.people for one in towns_called(name) if one.country == self.country), default=0)
            if not people and (may_be_street(name) or names_house(name) or is_room(name)):
                break
            if people > most:
                most, town = people, at
        if most > 0 and town < self.at - 1:
            self.region, self.at = self.parts[self.at - 1], town + 1

    def _town(self) -> None:
        part = _ASIDE.sub("", self._last())
        if (coded := _BEFORE_TOWN.match(part)) and self._is_coded(
            coded["street"] or "", coded["code"], coded["town"]
        ):
            self._take(coded["town"], coded["street"] or "", code=coded["code"])
        elif (
            (coded := _BEHIND_TOWN.match(part))
            and (coded["code"] or coded["state"])
            and self._is_stated(coded)
        ):
            self._take(coded["town"], "", code=coded["code"] or "", region=coded["state"] or "")
        elif self.formed and (
            self._is_known(part) or (self.at > 1 and (self.region or self.postcode) and _may_be_town(part))
        ):
            self._take(part, "")
        else:
            self._behind_street(part)
        if not self.town and self.at > 1 and widely_known(part, self.country):
            self._take(part, "", formed=self.formed)
        if not self.town and self.region and widely_known(self.region):
            self.town, self.region, self.at = self.region, "", self.at  # "Bryant Park, New York"

    def _apart(self) -> None:
        """Part a town from words that a page ran together with it: "Blue StudioLos Angeles, California". Names of
        people ("Ann, Bob & 2 others") are no house."""
        part = self._last()
        for found in _TOGETHER.finditer(part) if self.formed else ():
            if self._is_known(part[found.end() :]):
                before = [] if _OTHERS.search(part[: found.end()]) else [part[: found.end()]]
                begin = self.at - 1 if before else 0
                self.parts[begin : self.at] = [*before, part[found.end() :]]
                self.at = begin + len(before) + 1
                return

    def _last(self) -> str:
        """The part before the area, '' for one that is too long."""
        part = self.parts[self.at - 1] if self.at else ""
        return part if len(part) <= _LONGEST_PART else ""

    def _is_coded(self, street: str, code: str, name: str) -> bool:
        """Whether words behind a number are a town behind its postal code, and not a street behind its house: "03044
        Cottbus", but "1945 NW Quimby"."""
        whole = sum(map(str.isdigit, code)) >= _LEAST_OF_CODE
        return bool(towns_called(_once(name))) or (
            whole and (self.at > 1 or may_be_street(street)) and not may_be_street(name)
        )

    def _is_stated(self, reported: patterns.Match[str]) -> bool:
        """Whether a state or code behind a name are its own: "Davis CA 95616", "Portland OR"."""
        known = region_called(reported["state"] or "", self.country)
        state = known[1] if known[0] == "US" else ""
        inside = town_called(reported["town"], country=known[0] or self.country, state=state) is not None
        return inside or (self.at > 1 and bool(reported["code"]) and _may_be_town(reported["town"]))

    def _is_known(self, name: str) -> bool:
        known = region_called(self.region, self.country)
        state = known[1] if known[0] == "US" else ""
        return any(
            town.country in (self.country, known[0]) and state in ("", town.state)
            for town in towns_called(name)
        )

    def _behind_street(self, part: str) -> None:
        """A town behind a street or "in", without a comma: "12 Main St Springfield", "Room 205 in Portland"."""
        words = part.split()
        for count in range(min(_MOST_WORDS, len(words) - 1), 0, -1):
            name, before = " ".join(words[-count:]), words[:-count]
            inside = before[-1].casefold() in _JOINTS
            known = (self.formed and self._is_known(name)) or widely_known(name, self.country)
            if known and (inside or is_street(" ".join(before))):
                self._take(name, " ".join(before[:-1] if inside else before))
                return

    def _take(self, town: str, before: str, *, code: str = "", region: str = "", formed: bool = True) -> None:
        """Set the town that ends a part; what stands before it in the part becomes a part of its own."""
        self.at -= 1
        if before:
            part = self.parts[self.at]
            self.parts[self.at : self.at + 1] = [before, part[part.rindex(code or town) :]]
            self.at += 1
        self.town = _once(town.rstrip(" -–"))
        self.postcode, self.region = self.postcode or code, self.region or region
        self.formed = formed or bool(code)
        self.country = self.country or region_called(region)[0]


def _ends_area(words: str) -> bool:
    """Whether words end with a digit, a state or a town, so that a country may follow without a comma."""
    last = words.split()[-2:]
    ends = (" ".join(last), last[-1])
    return words[-1].isdigit() or bool(towns_called(words)) or any(region_called(end)[0] for end in ends)


def _once(words: str) -> str:
    """Words without their repetition: "Cottbus Cottbus"."""
    reported = words.split()
    half = len(reported) // 2
    return " ".join(reported[:half] if half and reported[:half] == reported[half:] else reported)


def _may_be_town(part: str) -> bool:
    return (
        2 < len(part) <= _LONGEST_TOWN
        and not any(char.isdigit() for char in part)
        and not may_be_street(part)
    )
