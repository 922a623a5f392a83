"""The law of time in plain Python, written from the design's words: a list of acts, and every answer found by reading
all of them again. No Django, no periods, no indexes: slow, short and easy to believe."""

from dataclasses import dataclass, field
from itertools import product

BASE, LISTED = "BASE", "LISTED"
# Nation < class without area < area < class with area < one agency.
RANKS = {"nation": 0, "class": 1, "area": 2, "class in area": 3, "agency": 4}


@dataclass
class Act:
    """A decision (or a catalogue file) opens or closes one text, or one place in a list, from a day on."""

    by: str
    key: tuple  # procedure, scope, part
    opens: bool
    text: str | None
    day: object
    known_day: object  # the day as the source states it; None when it does not
    signed: object
    place: int
    recorded: object
    withdrawn: object = None
    ref: int | None = None

    def stands(self, known):
        """Whether the portal held it true at that moment."""
        return known_at(self.recorded, self.withdrawn, known)


@dataclass
class Member:
    agency: str
    group: str
    start: object
    end: object
    recorded: object
    withdrawn: object = None


def known_at(recorded, withdrawn, known):
    return recorded <= known and (withdrawn is None or withdrawn > known)


@dataclass
class Plain:
    """A small country: who stands below whom, which scopes there are, and all that was ever published."""

    parents: dict  # agency -> agency above it, or None
    central: set
    groups: dict  # class -> its area, or None
    scopes: dict  # scope -> (kind, agency or class)
    days: list
    acts: list = field(default_factory=list)
    members: list = field(default_factory=list)
    successors: list = field(default_factory=list)  # (old, new)
    ends: dict = field(default_factory=dict)
    rolled_back: set = field(default_factory=set)
    gave_way: dict = field(default_factory=dict)  # decision -> acts of catalogue files it took the place of
    published: int = 0

    # Places

    def at_or_above(self, agency):
        while agency is not None:
            yield agency
            agency = self.parents[agency]

    def is_member(self, agency, group, day, known):
        return any(
            m.agency == agency
            and m.group == group
            and m.start <= day
            and (m.end is None or day < m.end)
            and known_at(m.recorded, m.withdrawn, known)
            for m in self.members
        )

    def holds_for(self, scope, agency, day, known):
        kind, target = self.scopes[scope]
        if kind == "nation":
            return True
        if kind == "area":
            return target in self.at_or_above(agency)
        if kind == "agency":
            return target == agency
        return self.is_member(agency, target, day, known)

    def rank(self, scope):
        return RANKS[self.scopes[scope][0]]

    def join(self, group, agencies, day, at):
        self.members += [Member(agency, group, day, None, at) for agency in agencies]

    def merge(self, olds, new, day, at):
        """The olds' memberships end on that day and the new agency takes over what was left of them."""
        for m in [m for m in self.members if m.agency in olds and m.withdrawn is None]:
            if m.end is None or m.end > day:
                m.withdrawn = at
                if m.start < day:
                    self.members.append(Member(m.agency, m.group, m.start, day, at))
                self.members.append(Member(new, m.group, max(m.start, day), m.end, at))
        self.successors += [(old, new) for old in olds]
        self.ends |= dict.fromkeys(olds, day)

    # Who may do what

    def is_competent(self, issuer, scope):
        kind, target = self.scopes[scope]
        place = self.groups[target] if kind.startswith("class") else target
        if place is None:
            return issuer in self.central
        heirs = {place}
        while more := {new for old, new in self.successors if old in heirs} - heirs:
            heirs |= more
        return any(issuer in self.at_or_above(heir) for heir in heirs)

    def ties(self, acts, known):
        """Whether a text newly opened and another of the same rank would hold for one agency on one day."""
        for act, scope in product([a for a in acts if a.opens and a.key[2] != LISTED], self.scopes):
            procedure, own, part = act.key
            if scope == own or self.rank(scope) != self.rank(own):
                continue
            rival = procedure, scope, part
            for day, agency in product(self.days, self.parents):
                both = self.holds_for(own, agency, day, known) and self.holds_for(scope, agency, day, known)
                if both and self.in_force(act.key, day, known) is act and self.in_force(rival, day, known):
                    return True
        return False

    # Acts

    def publish(self, issuer, name, number, acts, at):
        """Publish all the acts of a decision or none; return why it was refused, or None."""
        if any(not self.is_competent(issuer, act.key[1]) for act in acts):
            return "competence"
        texts = [(act.key, act.day, act.text) for act in acts if act.opens]
        if any(one[:2] == two[:2] and one[2] != two[2] for one, two in product(texts, texts)):
            return "two texts"
        opened = {act.key for act in acts if act.opens and act.key[2] != LISTED}
        gone = [
            act
            for act in self.standing()
            if act.by.startswith("file") and act.key in opened and act.opens and act.text.endswith(number)
        ]
        self._record(acts, at)
        for act in gone:
            act.withdrawn = at
        if self.ties(acts, at):
            del self.acts[-len(acts) :]
            for act in gone:
                act.withdrawn = None
            return "tie"
        self.gave_way[name] = gone
        return None

    def take_in(self, acts, at):
        """A catalogue file: no issuer, nothing refused."""
        self._record(acts, at)

    def _record(self, acts, at):
        self.published += 1
        for act in acts:
            act.place, act.recorded = self.published, at
        self.acts += acts

    def standing(self):
        return [act for act in self.acts if act.withdrawn is None]

    def correct(self, act, text, at):
        """The same act with the right text; what was published before stays as it was known then."""
        act.withdrawn = at
        self.acts.append(Act(act.by, act.key, True, text, act.day, act.known_day, act.signed, act.place, at))
        return self.acts[-1]

    def roll_back(self, name, at):
        """Take back all that stands of a publication; what stood before stands again, also the file that gave way."""
        for act in [act for act in self.standing() if act.by == name]:
            act.withdrawn = at
        for a in self.gave_way.pop(name, []):
            if a.by not in self.rolled_back:
                self.acts.append(Act(a.by, a.key, True, a.text, a.day, a.known_day, a.signed, a.place, at))
        self.rolled_back.add(name)

    # Questions

    def in_force(self, key, day, known):
        """The act that rules this key on that day: the last by effective day, signed day and order of publishing.

        Within one publication closing comes first: a decision that closes and opens on one day replaces.
        """
        last = None
        for act in self.acts:
            if act.key == key and act.day <= day and act.stands(known):
                order = (act.day, act.signed or act.day, act.place, act.opens)
                if last is None or order >= last[0]:
                    last = order, act
        return last[1] if last and last[1].opens else None

    def texts(self, procedure, part, agency, day, known):
        """The texts of the highest rank that holds for the agency; more than one only after a merger made a tie."""
        found = {
            scope: act
            for scope in self.scopes
            if self.holds_for(scope, agency, day, known)
            and (act := self.in_force((procedure, scope, part), day, known))
        }
        top = max((self.rank(scope) for scope in found), default=None)
        return [act for scope, act in found.items() if self.rank(scope) == top]

    def shows(self, procedure, agency, day, known, parts):
        """All the answers that are right, each a dict from part to act; one, unless a tie arose."""
        if agency is None:
            return self._shows_without_place(procedure, day, known, parts)
        if not self.texts(procedure, BASE, agency, day, known):
            return [{}]
        chosen = {part: self.texts(procedure, part, agency, day, known) for part in parts}
        chosen = {part: acts for part, acts in chosen.items() if acts}
        return [dict(zip(chosen, acts, strict=True)) for acts in product(*chosen.values())]

    def _shows_without_place(self, procedure, day, known, parts):
        """Without a place: the nation's text, or, where only places have one, the widest of them."""
        based = [scope for scope in self.scopes if self.in_force((procedure, scope, BASE), day, known)]
        widest = min((self.rank(scope) for scope in based), default=None)
        return [
            {part: act for part in parts if (act := self.in_force((procedure, scope, part), day, known))}
            for scope in based
            if self.rank(scope) == widest
        ] or [{}]

    def list_of(self, agency, day, known, procedures):
        """The procedures in the agency's list, each with the base texts that may stand in it."""
        listed = {
            procedure
            for procedure, scope in product(procedures, self.scopes)
            if self.holds_for(scope, agency, day, known) and self.in_force((procedure, scope, LISTED), day, known)
        }
        found = {procedure: self.texts(procedure, BASE, agency, day, known) for procedure in listed}
        return {procedure: acts for procedure, acts in found.items() if acts}
