"""Reads every record with the Python package pymods."""

import pymods

import records


def heading(name):
    """Takes off the years of a life, which pymods puts behind the name."""
    years = records.texts(name.elem, "m:namePart[@type='date']")
    return name.text.removesuffix(", " + years[0]) if years else name.text


def check(file):
    expected = records.read(file)
    read = list(pymods.MODSReader(file))
    if not expected or len(read) != len(expected):
        yield f"{len(read)} records read where {len(expected)} mods elements stand"
        return
    for record, mods in zip(expected, read):
        for reason in (*differences(record, mods), *against_the_source(record, mods)):
            yield f"{record.id}: {reason}"


def differences(record, mods):
    titles = mods.titles
    if not titles or not titles[0].strip():
        yield "no title"
    elif records.letters(titles[0]) != records.letters(record.title):
        yield f"title read as {titles[0]!r}"

    names = mods.names
    if len(names) != record.names:
        yield f"{len(names)} names read where {record.names} stand"
    for name in names:
        if not name.text:
            yield "a name without text"
        elif not name.role.text:
            yield f"{name.text!r} has no role"
        elif name.role.code:
            yield f"{name.text!r} has a role of two terms"

    dates = mods.dates or []
    if record.dates and not (dates and all(date.text for date in dates)):
        yield f"dates {record.dates} not readable"

    subjects = mods.subjects
    if len(subjects) != record.subjects:
        yield f"{len(subjects)} subjects read where {record.subjects} stand"

    rights = mods.rights
    if [right.uri for right in rights] != record.rights:
        yield "another rights URI"
    if not all(right.text and right.text.strip() for right in rights):
        yield "a rights statement without text"

    # These have to be readable; what they say is the schema's business.
    _ = (mods.abstract, mods.collection, mods.digital_origin, mods.extent, mods.genre, mods.identifiers)
    _ = (mods.internet_media_type, mods.language, mods.note, mods.physical_location, mods.purl)
    _ = mods.type_of_resource


def against_the_source(record, mods):
    rights = [right.uri or right.text for right in mods.rights]
    return records.against_the_source(
        record,
        title=(mods.titles or [""])[0],
        creators=[heading(name) for name in mods.names if name.role.text == "creator"],
        dates=[date.text for date in mods.dates or []],
        rights="; ".join(rights),
    )


records.judge(check)
