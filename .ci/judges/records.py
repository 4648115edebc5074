"""What the reading judges compare with: the records of a file, read by the standard library alone."""

import dataclasses
import sys
import unicodedata
import xml.etree.ElementTree as ElementTree

NAMESPACES = {"m": "http://www.loc.gov/mods/v3"}
CREATOR = {"cre", "creator"}


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
            " ".join(texts(name, "m:namePart"))
            for name in names
            if CREATOR & {role.casefold() for role in texts(name, "m:role/m:roleTerm")}
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
