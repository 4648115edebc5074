#!/usr/bin/env bash
set -euo pipefail

export XML_CATALOG_FILES=$MODS_SCHEMA_DIR/catalog.xml
for file in "$@"; do
    if output=$(xmllint --nonet --noout --schema "$MODS_SCHEMA_DIR/mods-3-8.xsd" "$file" 2>&1); then
        printf 'ok\t%s\n' "$file"
    else
        printf 'refused\t%s\t%s\n' "$file" "$(head -n 1 <<<"$output" | tr '\t' ' ')"
    fi
done
