"""Numbers in words: what prose, captions, alt texts, tables and solutions say stands in code, outputs or formulas near.

A number of two or more digits (a zero before the point does not count) stands in its own section or the one before,
rounded as it is said: 0.7313 printed is 0.73 or 73 % in words, and 681 is about 700. Beginnings and summaries say what
the words of their page say, captions what the code between their figure and the words above does, what holds of a
statement (claims.csv) the sections of the cells that settle it, other pages their own code. What stands nowhere near
for a good reason is on the list exempt.csv, keyed by the words around it. Numbers written as words are left to the
reader, and numbers of one digit to a report (guards/verdicts.py).
"""

import csv
import io
import re
from bisect import bisect_left
from dataclasses import dataclass, field

from guards.book import Fault
from guards.claims import STATEMENTS
from guards.formulas.printed import pages
from guards.reading import ALT, NUMBER, in_code, in_text, plain, reckoned, tex, unfenced

LIST = "guards/exempt.csv"
GENERATED = {"chapters/benchmarks.md"}  # from benchmarks/results.json, and a test compares the two
REASONS = {
    "world": "a fact outside the book: a year, a standard, a format, another's number as cited",
    "reckoned": "follows from numbers that stand near, in words or code, by a line of arithmetic",
    "drawn": "read off the picture that the words describe",
    "elsewhere": "stands in another section, chapter or file",
    "for example": "an example or a question; nothing depends on it",
}
NAMED = re.compile(  # what a number is not looked for after: chapter 14, tables 3 and 4
    r"\b(?:chapters?|sections?|sec\.|ch\.|figures?|fig\.|tables?|equations?|eq\.|theorems?|lemma|algorithm|appendix|"
    r"exercises?|pages?|pp?\.|vol\.|Python|version|problem|cells?)\s*(?:\d[\d.]*\s*(?:,|and|to|or)\s*)*$",
    re.IGNORECASE)
VAGUE = re.compile(r"(?:about|nearly|some|roughly|almost|over|under|than|least|most|around|above|below|within|beyond|"
                   r"~|<|>)\s*$")
AGAIN = re.compile(r"## (?:What the sources say|Five sentences|Often said|In practice|Where it breaks|References|"
                   r"Exercises)")


@dataclass
class Section:
    """What a section says and what its numbers may be taken from."""

    again: bool = False  # it begins or sums up, and says what other sections of its page say
    said: list = field(default_factory=list)  # (path, cell, kind, text), and for a caption the numbers of its cells
    known: set = field(default_factory=set)
    settles: set = field(default_factory=set)  # the tags of its cells


@dataclass(frozen=True)
class Said:
    """A number in words: its value, give or take half a unit of its last digit, and the words around it."""

    path: str
    cell: int | None
    kind: str
    shown: str
    words: str
    value: float
    half: float
    percent: bool

    @property
    def digits(self):
        return len(re.sub(r"^0(?=\.)|\D", "", self.shown).lstrip("0" if "." in self.shown else ""))

    @property
    def units(self):
        """What its value may be counted in: 73 % is 73, or 0.73."""
        return (1, 0.01) if self.percent else (1,)

    def stands_in(self, known):
        """Whether one of the sorted numbers, rounded as this one is said, is this one; none is 07."""
        if re.match(r"0\d", self.shown):
            return False
        for unit in self.units:
            at = bisect_left(known, unit * (self.value - self.half * 1.0001))
            if at < len(known) and known[at] <= unit * (self.value + self.half * 1.0001):
                return True
        return False


def faults(book):
    """Numbers in words that stand nowhere near, and exemptions that nothing needs any more."""
    yield from misled(book)
    exempt = {(row["page"], row["words"]): row["reason"] for row in csv.DictReader(io.StringIO(book.texts[LIST]))}
    used = set()
    for number in unknown(book):
        page = page_of(number.path)
        covering = {key for key in exempt if key[0] == page and number.shown in key[1] and key[1] in number.words}
        used |= covering
        if number.digits > 1 and not covering:
            yield Fault(number.path, number.cell, f"the {number.kind} says {number.shown} ({number.words!r}), and no "
                        f"output, code or formula near it does", f"correct it, assert it there, or exempt it in {LIST}")
    for key, reason in exempt.items():
        if reason not in REASONS:
            yield Fault(LIST, None, f"{key} has the reason {reason!r}", f"choose one of {', '.join(REASONS)}")
        if key not in used:
            yield Fault(LIST, None, f"nothing needs {key} any more", "delete its line")


def misled(book):
    """Yield chapters that are called by another number than they have, or that do not exist."""
    last = max(int(page_of(path)[:2]) for path in book.notebooks) if book.notebooks else 0
    for path, cell, text in pages(book):
        for shown, target in re.findall(r"\[(?:[Cc]hapter )?(\d+)\]\((\d\d)_", text):
            if int(shown) != int(target):
                yield Fault(path, cell, f"a link says {shown} and leads to chapter {int(target)}")
        for shown in re.findall(r"[Cc]hapters? (\d+)", text):
            if not 0 <= int(shown) <= last or (shown[0] == "0" and shown != "0"):
                yield Fault(path, cell, f"there is no chapter {shown}")


def page_of(path):
    return path.rpartition("/")[2].partition(".")[0]


def unknown(book):
    """Yield every number said, of any length, that does not stand near."""
    settled: dict[str, set] = {}  # by statement, what stands near the cells that settle it
    for sections in chapters(book):
        spoken = in_words(sections)
        before: set = set()
        for section in sections:
            near, before = section.known | before, section.known
            for tag in section.settles:
                settled.setdefault(tag, set()).update(near)
            for path, cell, kind, text, *own in section.said:
                if kind == "text":
                    here = near | set(reckoned(text)) | (spoken[path] if section.again else set())
                else:
                    here, = own or [near]
                yield from missing(path, cell, kind, text, here)
    for row in csv.DictReader(io.StringIO(book.texts[STATEMENTS])):
        if row["id"] in settled:
            text = plain(row["what_holds"])
            yield from missing(STATEMENTS, None, f"row {row['id']}", text, settled[row["id"]] | set(reckoned(text)))


def missing(path, cell, kind, text, known):
    known = sorted(known)
    return (number for number in numbers(path, cell, kind, text) if not number.stands_in(known))


def in_words(sections):
    """By page, the numbers that its words say, without those sections that only say them again."""
    spoken: dict[str, set] = {}
    for section in sections:
        for path, cell, kind, text, *_ in section.said:
            found = spoken.setdefault(path, set())
            if not section.again:
                found.update(unit * number.value for number in numbers(path, cell, kind, text) for unit in number.units)
    return spoken


def chapters(book):
    """The sections of each chapter (its core and its deeper page together), and of each page that is no notebook."""
    by_chapter: dict = {}
    for path, notebook in book.notebooks.items():
        by_chapter.setdefault(page_of(path)[:2], []).extend(split(path, notebook))
    for path, text in book.texts.items():
        if path.endswith(".md") and path not in GENERATED:
            by_chapter[path] = [Section()]
            read_markdown(by_chapter[path][0], path, None, text)
    return by_chapter.values()


def split(path, notebook):
    """The sections of a notebook: at headings of the second level and at exercises."""
    sections, block = [Section(again=True)], set[float]()  # block: the numbers of the code cells since the last words
    for place, cell in enumerate(notebook.cells, start=1):
        if cell.cell_type == "markdown":
            block = set()
            for piece in re.split(r"^(?=## |`{3,}\{exercise)", cell.source, flags=re.MULTILINE):
                if re.match(r"## |`{3,}\{exercise", piece):
                    sections.append(Section(again=bool(AGAIN.match(piece))))
                read_markdown(sections[-1], path, place, piece)
        else:
            form = cell.metadata.get("mystnb", {})
            block |= in_code(cell.source)
            for output in cell.outputs:
                printed = output.get("text") or output.get("data", {}).get("text/plain", "")
                block |= in_text("" if printed.startswith("<Figure") else printed)
            sections[-1].known |= block
            sections[-1].settles |= set(cell.metadata.get("tags", []))
            sections[-1].said += [(path, place, "caption", plain(form.get("figure", {}).get("caption") or ""), block),
                                  (path, place, "alt text", plain(form.get("image", {}).get("alt") or ""))]
    return sections


def read_markdown(section, path, place, text):
    for alt in ALT.findall(text):
        section.said.append((path, place, "alt text", plain(alt)))
    for code in unfenced(text)[1]:
        section.known |= in_code(code)
    for cited in re.findall(r"\{cite:\w+\}`([^`]*)`", text):
        section.known |= {float(year) for year in re.findall(r"\d{4}", cited)}
    for formula in re.findall(r"\$\$(.*?)\$\$", text, re.DOTALL):
        formula = tex(formula)
        section.known |= in_text(formula) | set(reckoned(formula))
    section.said.append((path, place, "text", plain(text)))


def numbers(path, cell, kind, text):
    """Yield each number that a plain text says; not those of chapters and sections."""
    for match in re.finditer(NUMBER + r"(?!\w|\.\d)|" + NUMBER + r"(?=(?:st|nd|rd|th)\b)", text):
        shown, before = match[0], text[max(0, match.start() - 40):match.start()]
        after = text[match.end():match.end() + 40]
        if NAMED.search(before):
            continue
        mantissa, _, power = re.sub("[,_]", "", shown).partition("e")
        unit = 10.0 ** (int(power or 0) - len(mantissa.partition(".")[2]))
        if VAGUE.search(before) and not power and "." not in mantissa:
            unit = 10.0 ** (len(mantissa) - len(mantissa.rstrip("0")))
        value = float(mantissa + (f"e{power}" if power else ""))
        scale = re.match(r" (thousand|million|billion)\b", after)
        times = {"thousand": 1e3, "million": 1e6, "billion": 1e9}[scale[1]] if scale else 1
        half = min(unit / 2, value / 8 or 0.5)
        percent = re.match(r"(?:(?: to| and|,| or|–|-) ?[\d.]+)? ?(?:%|per ?cent)", after)
        yield Said(path, cell, kind, shown, before + shown + after, value * times, half * times, bool(percent))


