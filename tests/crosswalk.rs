//! The crosswalk, rule by rule: each folder of `fixtures/crosswalk` names one rule and holds a case of it.
//!
//! A folder holds an entity and, in `mods.xml`, the whole record it must become:
//!
//! - `manifest.json`: the body the entity API answers. Its `components` may be left out: every other file beside it
//!   is added under its name, with the CID of its bytes. A component listed there without a file is unreachable.
//! - `context.json`, where a rule needs it: options of the job (`includeOcr`, `cheimarrosMode`), the `position` of
//!   the entity in the exported tree (`depth`, `parent`, `path`), whose record stands in a collection then, the
//!   `host` as its own record says it (`title`, `isCollection`, `kinds` of names by their keys).
//! - `spellings.json`, where a value can be said in several ways: for a field of the pinax, others that make the
//!   same record. Where the record quotes the value, it quotes theirs.
//! - `repairs.json`: the repairs that the report names besides, as `component, field: reason`. Without the file, there
//!   may be none.
//!
//! Whatever a record says of the encoding of a date is judged by a parser that is not ours.
//!
//! With `UPDATE_FIXTURES=1` every `mods.xml` is written anew, to be read before it is believed.

#[path = "worker/support/dates.rs"]
mod dates;

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use arke_mods_export_worker::arke::content::{Content, FetchedComponent};
use arke_mods_export_worker::arke::entity::with_entity;
use arke_mods_export_worker::arke::manifest;
use arke_mods_export_worker::arke::{ComponentRole, Manifest, ManifestReading, Pi, Unavailable};
use arke_mods_export_worker::crosswalk::{CheimarrosMode, Context, Options, Position, crosswalk};
use arke_mods_export_worker::mods::NameKind;
use arke_mods_export_worker::mods::document::Host;
use bytes::Bytes;
use quick_xml::escape::{escape, partial_escape};
use roxmltree::Document;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

/// What a folder holds besides components.
const MANIFEST: &str = "manifest.json";
const CONTEXT: &str = "context.json";
const RECORD: &str = "mods.xml";
const SPELLINGS: &str = "spellings.json";
const REPAIRS: &str = "repairs.json";
const PINAX: &str = "pinax.json";

/// Why a case has not passed.
type Failure = String;

#[test]
fn every_case_becomes_the_record_beside_it() {
    let folders = case_folders();
    let is_update = env::var_os("UPDATE_FIXTURES").is_some_and(|value| value == "1");
    let failures: Vec<String> = folders
        .iter()
        .filter_map(|folder| {
            let name = folder.file_name().unwrap_or_default().to_string_lossy();
            let failure = check(folder, is_update).err()?;
            Some(format!("{name}: {failure}"))
        })
        .collect();
    assert!(!folders.is_empty(), "no case in fixtures/crosswalk");
    assert!(
        failures.is_empty(),
        "{} of {} cases differ\n\n{}\n",
        failures.len(),
        folders.len(),
        failures.join("\n\n")
    );
}

#[test]
fn what_is_too_long_for_readers_is_split_or_left_out_and_told() {
    const MOST: usize = 9_000_000;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures/crosswalk/graph-relations-go-to-the-extension");
    let page = "a line of the page, and more of it\n".repeat(270_000);
    let long = "x".repeat(9_100_000);
    let graph = json!({"entities": {"harbour": {"type": "place", "label": &long, "properties": {"said": &long, "of": "1885"}}}});
    let files = [
        ("page.ref.json", json!({"filename": &long, "ocr": &page})),
        ("cheimarros.json", graph),
        (
            PINAX,
            json!({"title": "Log of the keepers", "keywords": "lamps"}),
        ),
    ];
    let files = files.map(|(key, json)| (key.to_owned(), json.to_string().into()));
    let (record, repairs) = conversion(&folder, &files.into()).expect("a record");
    let document = Document::parse(&record).expect("well-formed");
    for node in document.descendants() {
        assert!(
            node.text().unwrap_or_default().len() <= MOST,
            "{}",
            node.tag_name().name()
        );
        assert!(
            node.attributes()
                .all(|attribute| attribute.value().len() <= MOST)
        );
    }
    let notes = document
        .descendants()
        .filter(|node| node.attribute("type") == Some("ocr"));
    let (labels, texts): (Vec<_>, Vec<_>) = notes
        .map(|note| {
            (
                note.attribute("displayLabel").unwrap_or_default(),
                note.text().unwrap_or_default(),
            )
        })
        .unzip();
    assert_eq!(labels, ["OCR Text, part 1 of 2", "OCR Text, part 2 of 2"]);
    assert!(texts.concat() == page && texts.iter().all(|text| text.ends_with('\n')));
    let told =
        |name| format!("the record, {name}: 9100000 bytes where readers take 9000000; left out");
    for name in [
        "title",
        "geographic",
        "arke:entity label",
        "arke:property value",
    ] {
        assert!(repairs.contains(&told(name)), "{name}: {repairs:?}");
    }
}

/// Returns the folders of the cases in the order of their names.
fn case_folders() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/crosswalk");
    let entries = fs::read_dir(&root).unwrap_or_else(|error| panic!("{}: {error}", root.display()));
    let mut folders: Vec<PathBuf> = entries
        .map(|entry| entry.expect("a readable folder").path())
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    folders
}

fn check(folder: &Path, is_update: bool) -> Result<(), Failure> {
    let files = components(folder)?;
    let (record, repairs) = conversion(folder, &files)?;
    let document = Document::parse(&record).map_err(|error| error.to_string())?;
    dates::judge(&document)?;
    let path = folder.join(RECORD);
    if is_update {
        fs::write(&path, record).map_err(|error| format!("{RECORD}: {error}"))?;
        return write_repairs(&folder.join(REPAIRS), &repairs);
    }
    let expected = fs::read_to_string(&path).map_err(|error| format!("{RECORD}: {error}"))?;
    if let Some(difference) = first_difference(&expected, &record) {
        return Err(difference);
    }
    let expected_repairs = read_repairs(&folder.join(REPAIRS))?;
    if repairs != expected_repairs {
        return Err(format!(
            "repairs {repairs:?} instead of {expected_repairs:?}"
        ));
    }
    check_spellings(folder, &files, &expected)
}

/// Says the values of a field in every other way, and compares the records.
fn check_spellings(
    folder: &Path,
    files: &BTreeMap<String, Bytes>,
    expected: &str,
) -> Result<(), Failure> {
    let path = folder.join(SPELLINGS);
    if !path.exists() {
        return Ok(());
    }
    let pinax: Value = serde_json::from_slice(&files[PINAX]).map_err(|error| error.to_string())?;
    for (field, spellings) in read_object(&path)? {
        let quoted = pinax[&field].as_str().unwrap_or_default();
        for spelling in spellings.as_array().into_iter().flatten() {
            let mut pinax = pinax.clone();
            pinax[&field] = spelling.clone();
            let mut files = files.clone();
            files.insert(PINAX.to_owned(), pinax.to_string().into());
            let (record, _) = conversion(folder, &files)?;
            let spelt = spelling.as_str().unwrap_or_default();
            let in_attribute = |text: &str| format!(" {field}=\"{}\"", escape(text.trim()));
            let in_note = |text: &str| format!(" as given: {}<", partial_escape(text.trim()));
            let expected = expected
                .replace(&in_attribute(quoted), &in_attribute(spelt))
                .replace(&in_note(quoted), &in_note(spelt));
            if let Some(difference) = first_difference(&expected, &record) {
                return Err(format!("{field} {spelling}: {difference}"));
            }
        }
    }
    Ok(())
}

fn read_repairs(path: &Path) -> Result<Vec<String>, Failure> {
    if !path.exists() {
        return Ok(Vec::new());
    }
    let bytes = fs::read(path).map_err(|error| error.to_string())?;
    serde_json::from_slice(&bytes).map_err(|error| format!("{REPAIRS}: {error}"))
}

fn write_repairs(path: &Path, repairs: &[String]) -> Result<(), Failure> {
    if repairs.is_empty() {
        // There may be none to take away.
        let _ = fs::remove_file(path);
        return Ok(());
    }
    let json = serde_json::to_string_pretty(repairs).map_err(|error| error.to_string())?;
    fs::write(path, json + "\n").map_err(|error| format!("{REPAIRS}: {error}"))
}

fn first_difference(expected: &str, written: &str) -> Option<String> {
    if expected == written {
        return None;
    }
    // Not `lines`: a carriage return and the end of the last line count too.
    let (mut expected, mut written) = (expected.split('\n'), written.split('\n'));
    let mut number = 0;
    loop {
        number += 1;
        let (expected, written) = (expected.next(), written.next());
        if expected != written {
            let shown =
                |line: Option<&str>| line.map_or("(no such line)".to_owned(), str::to_owned);
            return Some(format!(
                "line {number}\n  expected: {}\n  written:  {}",
                shown(expected),
                shown(written)
            ));
        }
    }
}

/// Makes the record of the entity in a folder; returns it with its repairs.
fn conversion(
    folder: &Path,
    files: &BTreeMap<String, Bytes>,
) -> Result<(String, Vec<String>), Failure> {
    let (pi, manifest) = read_manifest(folder, files)?;
    let CaseContext {
        options,
        position,
        host,
    } = CaseContext::read(folder)?;
    let context = Context {
        options,
        site_url: "https://arke.institute",
        ipfs_url: "https://ipfs.arke.institute",
        position: position.as_ref(),
    };
    let fetched = fetched(&manifest, files, options.cheimarros_mode);
    let conversion = with_entity(pi, &manifest, &fetched, |entity| {
        crosswalk(entity, &context)
    });
    let pieces = conversion.record.pieces(host.as_ref()).concat();
    let record = String::from_utf8(pieces).map_err(|error| error.to_string())?;
    let (head, tail) = (context.document().head(), context.document().tail());
    let repairs = conversion.diagnostics.repairs.iter();
    Ok((
        format!("{head}{record}{tail}"),
        repairs
            .map(|repair| {
                let component = repair.component.as_deref().unwrap_or(MANIFEST);
                format!("{component}, {}: {}", repair.field, repair.reason)
            })
            .collect(),
    ))
}

/// Reads the files that stand for components, by key.
fn components(folder: &Path) -> Result<BTreeMap<String, Bytes>, Failure> {
    let mut components = BTreeMap::new();
    for entry in fs::read_dir(folder).map_err(|error| error.to_string())? {
        let entry = entry.map_err(|error| error.to_string())?;
        let key = entry
            .file_name()
            .into_string()
            .map_err(|name| format!("{}: not UTF-8", name.display()))?;
        if ![MANIFEST, CONTEXT, RECORD, SPELLINGS, REPAIRS].contains(&key.as_str()) {
            let bytes = fs::read(entry.path()).map_err(|error| format!("{key}: {error}"))?;
            components.insert(key, bytes.into());
        }
    }
    Ok(components)
}

fn read_manifest(
    folder: &Path,
    files: &BTreeMap<String, Bytes>,
) -> Result<(Pi, Manifest), Failure> {
    let mut body = read_object(&folder.join(MANIFEST))?;
    let listed = body.remove("components").unwrap_or_else(|| json!({}));
    let Value::Object(mut listed) = listed else {
        return Err(format!("{MANIFEST}: components is no object"));
    };
    for (key, bytes) in files {
        listed.insert(key.clone(), json!(cid(bytes)));
    }
    body.insert("components".to_owned(), Value::Object(listed));
    let pi = pi(body.get("pi").or_else(|| body.get("id")))?;
    match manifest::read(Value::Object(body).to_string().as_bytes(), pi) {
        Ok(ManifestReading::Entity(manifest)) => Ok((pi, *manifest)),
        other => Err(format!("{MANIFEST}: {other:?}")),
    }
}

/// Answers as the archive would: a file's bytes, or that there is none; what is never fetched is left out.
fn fetched(
    manifest: &Manifest,
    files: &BTreeMap<String, Bytes>,
    mode: CheimarrosMode,
) -> Vec<FetchedComponent> {
    let components = manifest.components.iter().enumerate();
    let wanted = components.filter(|(_, component)| match component.role {
        ComponentRole::Cheimarros => mode != CheimarrosMode::Skip,
        role => role.is_fetched(),
    });
    wanted
        .map(|(index, component)| FetchedComponent {
            index,
            content: files
                .get(&*component.key)
                .cloned()
                .ok_or_else(|| Unavailable::Unreachable("no such file".to_owned()))
                .and_then(|body| Content::read(component.role, body)),
        })
        .collect()
}

/// What `context.json` says.
#[derive(Debug)]
struct CaseContext {
    options: Options,
    position: Option<Position>,
    host: Option<Host>,
}

impl CaseContext {
    fn read(folder: &Path) -> Result<Self, Failure> {
        let path = folder.join(CONTEXT);
        let mut object = if path.exists() {
            read_object(&path)?
        } else {
            Map::new()
        };
        let position = object
            .remove("position")
            .as_ref()
            .map(read_position)
            .transpose()?;
        let host = object.remove("host").as_ref().map(read_host);
        Ok(Self {
            options: read_options(&object)?,
            position,
            host: host.transpose()?,
        })
    }
}

fn read_host(host: &Value) -> Result<Host, Failure> {
    let kinds = host["kinds"].as_object().into_iter().flatten();
    let kinds = kinds.map(|(key, kind)| match kind.as_str() {
        Some("personal") => Ok((key.as_str().into(), NameKind::Personal)),
        Some("corporate") => Ok((key.as_str().into(), NameKind::Corporate)),
        _ => Err(format!("{CONTEXT}: {key} is {kind}")),
    });
    Ok(Host {
        title: host["title"].as_str().map(Into::into),
        sub_title: None,
        is_collection: host["isCollection"] == true,
        kinds: kinds.collect::<Result<_, _>>()?,
    })
}

fn read_options(object: &Map<String, Value>) -> Result<Options, Failure> {
    let mut options = Options::default();
    for (key, value) in object {
        match (key.as_str(), value.as_str(), value.as_bool()) {
            ("includeOcr", _, Some(include_ocr)) => options.include_ocr = include_ocr,
            ("cheimarrosMode", Some("full"), _) => options.cheimarros_mode = CheimarrosMode::Full,
            ("cheimarrosMode", Some("minimal"), _) => {
                options.cheimarros_mode = CheimarrosMode::Minimal;
            }
            ("cheimarrosMode", Some("skip"), _) => options.cheimarros_mode = CheimarrosMode::Skip,
            _ => return Err(format!("{CONTEXT}: {key} is {value}")),
        }
    }
    Ok(options)
}

fn read_position(position: &Value) -> Result<Position, Failure> {
    let (Some(depth), Some(path)) = (position["depth"].as_u64(), position["path"].as_str()) else {
        return Err(format!("{CONTEXT}: position needs depth and path"));
    };
    Ok(Position {
        depth: depth.try_into().map_err(|_| "too deep".to_owned())?,
        parent: position
            .get("parent")
            .map(|parent| pi(Some(parent)))
            .transpose()?,
        path: path.to_owned(),
    })
}

fn pi(value: Option<&Value>) -> Result<Pi, Failure> {
    let text = value.and_then(Value::as_str).unwrap_or_default();
    text.parse().map_err(|_| format!("{text:?} is no PI"))
}

fn read_object(path: &Path) -> Result<Map<String, Value>, Failure> {
    let failure = |problem: String| format!("{}: {problem}", path.display());
    let bytes = fs::read(path).map_err(|error| failure(error.to_string()))?;
    serde_json::from_slice(&bytes).map_err(|error| failure(error.to_string()))
}

/// Returns the CID of plain bytes: `b`, then base32 of four fixed bytes and the SHA-256.
fn cid(bytes: &[u8]) -> String {
    const BASE_32: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
    let block: Vec<u8> = [1, 0x55, 0x12, 0x20]
        .into_iter()
        .chain(Sha256::digest(bytes))
        .collect();
    let bit = |at: usize| {
        let byte = block.get(at / 8).copied().unwrap_or_default();
        usize::from(byte >> (7 - at % 8) & 1)
    };
    let digits = (0..block.len() * 8).step_by(5).map(|at| {
        let digit = (at..at + 5).fold(0, |digit, at| digit << 1 | bit(at));
        char::from(BASE_32[digit])
    });
    std::iter::once('b').chain(digits).collect()
}
