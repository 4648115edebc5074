"""What the reading judges compare with.

That is the records of a file, read by the standard library alone, and what the source says that they say: the rows of
the files that RECORDS_SAID names, with columns as in fixtures/clean.tsv.
"""

import csv
import dataclasses
import os
import sys
import unicodedata
import xml.etree.ElementTree as ElementTree

NAMESPACES = {"m": "http://www.loc.gov/mods/v3"}


@dataclasses.dataclass
class Record:
    id: str
    title: str
    creators: list[str]
    institutions: list[str]
    dates: list[str]
    names: int
    subjects: int
    rights: list[str | None]


@dataclasses.dataclass
class Said:
    title: str
    creators: list[str]
    dates: list[str]
    rights: str


def rows_said():
    for file in filter(None, os.environ.get("RECORDS_SAID", "").split(":")):
        with open(file, encoding="utf-8", newline="") as rows:
            for row in csv.DictReader(rows, delimiter="\t", quoting=csv.QUOTE_NONE):
                several = {column: list(filter(None, row[column].split("|"))) for column in ("creators", "dates")}
                yield f"entity-{row['PI']}", Said(title=row["title"], rights=row["rights"], **several)


SAID = dict(rows_said())
compared = 0


def against_the_source(record, title=None, creators=None, dates=None, rights=None):
    """Yields what a judge has read otherwise than the source says; what it cannot read is None."""
    said = SAID.get(record.id)
    if said is None:
        return
    global compared
    compared += 1
    if title is not None and letters(title) != letters(said.title):
        yield f"title {title!r} where the source says {said.title!r}"
    if creators is not None and sorted(map(unordered, creators)) != sorted(map(unordered, said.creators)):
        yield f"creators {creators} where the source says {said.creators}"
    if dates is not None and letters("".join(dates)) != letters("".join(said.dates)):
        yield f"dates {dates} where the source says {said.dates}"
    if rights is not None and rights != said.rights:
        yield f"rights {rights!r} where the source says {said.rights!r}"


def texts(element, path):
    return ["".join(found.itertext()).strip() for found in element.findall(path, NAMESPACES)]


def read(file):
    root = ElementTree.parse(file).getroot()
    mods = f"{{{NAMESPACES['m']}}}mods"
    return [record(element) for element in ([root] if root.tag == mods else root.findall(mods))]


def record(element):
    main = element.find("m:titleInfo", NAMESPACES)
    parts = [] if main is None else texts(main, "m:title") + texts(main, "m:subTitle")
    names = element.findall("m:name", NAMESPACES)
    return Record(
        id=element.get("ID", ""),
        title=" ".join(parts),
        creators=[
            # The years of a life are no part of the name, and no reader may make them one.
            " ".join("".join(part.itertext()) for part in name.findall("m:namePart", NAMESPACES) if part.get("type") != "date")
            for name in names
            # Many readers join the terms of a role.
            if "creator" in texts(name, "m:role")
        ],
        institutions=texts(element, "m:location/m:physicalLocation"),
        dates=texts(element, "m:originInfo/m:dateCreated"),
        names=len(names),
        subjects=len(element.findall("m:subject", NAMESPACES)),
        rights=[
            condition.get("{http://www.w3.org/1999/xlink}href")
            for condition in element.findall("m:accessCondition", NAMESPACES)
        ],
    )


def letters(text):
    """Letters and digits alone: readers may quote, fold and punctuate as they like."""
    return "".join(c for c in unicodedata.normalize("NFKD", text or "").casefold() if c.isalnum())


def unordered(name):
    """The letters of a name in any order: "Ann Lee" and "Lee, Ann" are one person."""
    return "".join(sorted(letters(name)))


def judge(check):
    """Answers every file of the command line; `check` yields the reasons to refuse one."""
    for file in sys.argv[1:]:
        try:
            reasons = list(check(file))
        except Exception as error:  # A reader that fails on a file refuses it.
            reasons = [f"{type(error).__name__}: {error}"]
        for reason in reasons:
            print("refused", file, " ".join(reason.split()), sep="\t")
        if not reasons:
            print("ok", file, sep="\t")
    print("compared", compared, sep="\t")
