//! The crosswalk, claim by claim: each folder of `fixtures/crosswalk` states one rule by its name.
//!
//! A folder holds an entity and, in `mods.xml`, the whole record it must become:
//!
//! - `manifest.json`: the body the entity API answers. Its `components` may be left out: every other file beside it
//!   is added under its name, with the CID of its bytes. A component listed there without a file is unreachable.
//! - `context.json`, where a rule needs it: options of the job (`includeOcr`, `cheimarrosMode`), the `place` of the
//!   entity in the exported tree (`depth`, `parent`, `path`), the `hostTitle` that its host's record has.
//!
//! With `UPDATE_FIXTURES=1` every `mods.xml` is written anew, to be read before it is believed.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use arke_mods_export_worker::arke::entity::{FetchedComponent, with_entity};
use arke_mods_export_worker::arke::manifest;
use arke_mods_export_worker::arke::{ComponentRole, Lack, Manifest, ManifestReading, Pi};
use arke_mods_export_worker::crosswalk::{Context, Place, crosswalk};
use arke_mods_export_worker::job::{CheimarrosMode, ExportOptions};
use arke_mods_export_worker::mods::document::{DocumentKind, HostTitle};
use bytes::Bytes;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

/// What a folder holds besides components.
const MANIFEST: &str = "manifest.json";
const CONTEXT: &str = "context.json";
const RECORD: &str = "mods.xml";

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
    let written = record(folder)?;
    let path = folder.join(RECORD);
    if is_update {
        return fs::write(&path, written).map_err(|error| format!("{RECORD}: {error}"));
    }
    let expected = fs::read_to_string(&path).map_err(|error| format!("{RECORD}: {error}"))?;
    match first_difference(&expected, &written) {
        None => Ok(()),
        Some(difference) => Err(difference),
    }
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

/// Makes the record of the entity in a folder.
fn record(folder: &Path) -> Result<String, Failure> {
    let files = components(folder)?;
    let (pi, manifest) = read_manifest(folder, &files)?;
    let CaseContext {
        options,
        place,
        host_title,
    } = CaseContext::read(folder)?;
    let context = Context {
        options: &options,
        site_url: "https://arke.institute",
        ipfs_url: "https://ipfs.arke.institute",
        document: DocumentKind::Record,
        place: place.as_ref(),
    };
    let fetched = fetched(&manifest, &files, options.cheimarros_mode);
    let crosswalked = with_entity(pi, &manifest, &fetched, |entity| {
        crosswalk(entity, &context)
    });
    let host_title = host_title.map(|title| HostTitle {
        title: title.into(),
        sub_title: None,
    });
    let pieces = crosswalked.record.pieces(host_title.as_ref()).concat();
    let record = String::from_utf8(pieces).map_err(|error| error.to_string())?;
    let (head, tail) = (context.document.head(), context.document.tail());
    Ok(format!("{head}{record}{tail}"))
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
        if ![MANIFEST, CONTEXT, RECORD].contains(&key.as_str()) {
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
    let wanted = components.filter(|(_, component)| match component.role() {
        ComponentRole::Cheimarros => mode != CheimarrosMode::Skip,
        role => role.limit_bytes().is_some(),
    });
    wanted
        .map(|(index, component)| FetchedComponent {
            index,
            body: files
                .get(&*component.key)
                .cloned()
                .ok_or_else(|| Lack::Unreachable("no such file".to_owned())),
        })
        .collect()
}

/// What `context.json` says.
#[derive(Debug)]
struct CaseContext {
    options: ExportOptions,
    place: Option<Place>,
    host_title: Option<String>,
}

impl CaseContext {
    fn read(folder: &Path) -> Result<Self, Failure> {
        let path = folder.join(CONTEXT);
        let mut object = if path.exists() {
            read_object(&path)?
        } else {
            Map::new()
        };
        let place = object
            .remove("place")
            .as_ref()
            .map(read_place)
            .transpose()?;
        let host_title = match object.remove("hostTitle") {
            None => None,
            Some(Value::String(title)) => Some(title),
            Some(other) => return Err(format!("{CONTEXT}: hostTitle is {other}")),
        };
        let (mut warnings, mut problems) = (Vec::new(), Vec::new());
        let options = ExportOptions::read(
            &Value::Object(object).to_string(),
            &mut warnings,
            &mut problems,
        );
        problems.append(&mut warnings);
        if !problems.is_empty() {
            return Err(format!("{CONTEXT}: {}", problems.join("; ")));
        }
        Ok(Self {
            options,
            place,
            host_title,
        })
    }
}

fn read_place(place: &Value) -> Result<Place, Failure> {
    let (Some(depth), Some(path)) = (place["depth"].as_u64(), place["path"].as_str()) else {
        return Err(format!("{CONTEXT}: place needs depth and path"));
    };
    Ok(Place {
        depth: depth.try_into().map_err(|_| "too deep".to_owned())?,
        parent: place
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
    let told = |problem: String| format!("{}: {problem}", path.display());
    let bytes = fs::read(path).map_err(|error| told(error.to_string()))?;
    serde_json::from_slice(&bytes).map_err(|error| told(error.to_string()))
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
