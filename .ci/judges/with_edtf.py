"""Reads every date that claims an encoding with the Python package edtf, and moments with the standard library."""

import datetime
import xml.etree.ElementTree as ElementTree

from edtf import parse_edtf

import records


def check(file):
    encoded = [element for element in ElementTree.parse(file).iter() if element.get("encoding")]
    for element in encoded:
        encoding, text = element.get("encoding"), element.text or ""
        try:
            READERS[encoding](text)
        except Exception as error:  # It has one for each kind of fault.
            yield f"{encoding} {text!r}: {type(error).__name__}"


def read_w3cdtf(text):
    if "T" not in text:
        # Level 0 alone: a year, a month, a day.
        datetime.date.fromisoformat(text + "-01-01"[len(text) - 4 :])
        return
    if datetime.datetime.fromisoformat(text).tzinfo is None:
        raise ValueError("a moment without its zone")


READERS = {"edtf": parse_edtf, "w3cdtf": read_w3cdtf}

records.judge(check)
