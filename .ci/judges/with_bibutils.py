"""Converts every file to BibTeX and RIS with bibutils, and compares the entries with the records."""

import re
import subprocess

import records


def convert(program, file):
    run = subprocess.run([*program, file], capture_output=True, check=True, timeout=120)
    return run.stdout.decode("utf-8", "replace").lstrip("\ufeff")


def bibtex(file):
    """Entries as (title, authors); a field is one line, but for one author a line."""
    entries = []
    author = False
    for line in convert(["xml2bib", "-nb", "-nl"], file).split("\n"):
        if re.match(r"@\w+\{", line):
            entries.append(("", []))
        elif entries and (field := re.match(r"(\w+)=(.*)", line)):
            author = field[1] in ("author", "editor")
            if field[1] == "title":
                entries[-1] = (field[2].rstrip(",")[1:-1], entries[-1][1])
            elif author:
                entries[-1][1].append(field[2])
        elif entries and author and line.startswith("and "):
            entries[-1][1].append(line.removeprefix("and "))
    return entries


def ris(file):
    entries = []
    for line in convert(["xml2ris"], file).split("\n"):
        tag, _, value = line.partition("  - ")
        if tag == "TY":
            entries.append(("", []))
        elif tag in ("TI", "T1") and entries:
            entries[-1] = (value, entries[-1][1])
        elif tag in ("AU", "ED", "A1", "A2", "A3", "A4") and entries:
            entries[-1][1].append(value)
    return entries


def check(file):
    expected = records.read(file)
    for form, entries in (("BibTeX", bibtex(file)), ("RIS", ris(file))):
        if not expected or len(entries) != len(expected):
            yield f"{len(entries)} {form} entries for {len(expected)} records"
            continue
        for record, (title, authors) in zip(expected, entries):
            for reason in (
                *differences(record, title, authors),
                *records.against_the_source(record, title=title, creators=authors),
            ):
                yield f"{form} of {record.id}: {reason}"


def differences(record, title, authors):
    if not title.strip():
        yield "no title"
    elif records.letters(title) != records.letters(record.title):
        yield f"title {title!r} instead of {record.title!r}"

    found = {records.unordered(author) for author in authors}
    creators = {records.unordered(creator) for creator in record.creators}
    for creator in record.creators:
        if records.unordered(creator) not in found:
            yield f"{creator!r} is not among the authors {authors}"
    for institution in record.institutions:
        key = records.unordered(institution)
        if key in found and key not in creators:
            yield f"the institution {institution!r} became an author"


records.judge(check)
