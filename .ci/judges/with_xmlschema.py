"""Validates files with the Python package xmlschema."""

import os
import pathlib

import xmlschema

import records

FOLDER = pathlib.Path(os.environ["MODS_SCHEMA_DIR"]).resolve()


def local(uri):
    file = FOLDER / uri.rsplit("/", 1)[-1]
    return file.as_uri() if file.is_file() else uri


SCHEMA = xmlschema.XMLSchema(str(FOLDER / "mods-3-8.xsd"), allow="local", uri_mapper=local)


def check(file):
    for error in SCHEMA.iter_errors(file):
        where = f"line {error.sourceline}, " if error.sourceline else ""
        yield f"{where}{error.path}: {error.reason}"
        return


records.judge(check)
