"""Reads each `records.csv` below the folders of the command line as others would.

By Python's csv: rows, states and metrics agree, and each record that is cut out of its file by `start` and `length` is
valid by itself, by xmllint. By LibreOffice: its own table has the same cells.
"""

import collections
import csv
import json
import os
import pathlib
import subprocess
import sys
import tempfile

SCHEMA = os.environ.get("MODS_SCHEMA_DIR")
RECORDS = {"ok", "incomplete", "lacking"}
STATES = {
    "entities_exported": RECORDS,
    "entities_incomplete": {"incomplete"},
    "entities_failed": {"failed"},
    "entities_deleted": {"deleted"},
    "entities_merged": {"merged"},
}
CHANGES = ["new", "changed", "reworked", "touched", "worse", "same", "gone", "unseen"]


def read(file):
    with open(file, encoding="utf-8-sig", newline="") as table:
        return list(csv.reader(table))


def check_counts(rows, metrics):
    states = collections.Counter(row["state"] for row in rows)
    for metric, of in STATES.items():
        counted = sum(states[state] for state in of)
        assert counted == metrics[metric], f"{metric}: {counted} rows and {metrics[metric]}"
    changes = collections.Counter(row["change"] for row in rows)
    for change in CHANGES:
        metric = metrics.get(f"records_{change}", 0)
        assert changes[change] == metric, f"{change}: {changes[change]} rows and {metric}"


def cut(rows, xml, folder):
    content = xml.read_bytes()
    for row in rows:
        if row["state"] in RECORDS:
            start, length = int(row["start"]), int(row["length"])
            record = folder / f"{row['pi']}.xml"
            record.write_bytes(content[start : start + length])
            yield record


def check_records(records):
    schema = ["--schema", f"{SCHEMA}/mods-3-8.xsd"] if SCHEMA else []
    environment = {**os.environ, "XML_CATALOG_FILES": f"{SCHEMA}/catalog.xml"}
    call = ["xmllint", "--nonet", "--noout", *schema, *map(str, records)]
    done = subprocess.run(call, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr.splitlines()[:3]


def check_spreadsheet(file, table, folder):
    """LibreOffice reads the table with every cell as text, and writes it again."""
    columns = "/".join(f"{number}/2" for number in range(1, len(table[0]) + 1))
    call = [
        "soffice", "--headless", f"-env:UserInstallation=file://{folder}/profile", "--convert-to",
        "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,true,true",
        f"--infilter=Text - txt - csv (StarCalc):44,34,76,1,{columns}",
        "--outdir", folder / "out", file,
    ]
    done = subprocess.run(call, capture_output=True, text=True)
    written = folder / "out" / file.name
    assert written.exists(), f"LibreOffice: {done.stdout} {done.stderr}"
    other = read(written)
    assert len(other) == len(table), f"LibreOffice has {len(other)} rows of {len(table)}"
    for ours, theirs in zip(table, other):
        assert ours == theirs, f"LibreOffice reads {theirs} for {ours}"


def check(file):
    table = read(file)
    lines = file.read_text(encoding="utf-8-sig").count("\n")
    assert lines == len(table), f"{lines} lines for {len(table)} rows"
    rows = [dict(zip(table[0], row, strict=True)) for row in table[1:]]
    report = json.loads(file.with_name("report.json").read_text())
    assert report["records_csv"]["records"] == len(rows)
    check_counts(rows, report["metrics"])
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        records = list(cut(rows, file.with_name(report["output_file_name"]), folder))
        assert len(records) == report["metrics"]["entities_exported"]
        check_records(records)
        check_spreadsheet(file, table, folder)
    return len(rows)


def main():
    files = sorted(file for folder in sys.argv[1:] for file in pathlib.Path(folder).rglob("records.csv"))
    assert files, "no inventory to judge"
    rows = 0
    for file in files:
        try:
            rows += check(file)
        except AssertionError as error:
            sys.exit(f"{file}: {error}")
    print(f"{len(files)} inventories of {rows} rows: read by Python and LibreOffice, each record cut out and valid")


main()
