//! The content of an archive: manifests by PI, component bytes by CID.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use bytes::Bytes;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// The parent that stands for "no parent": the archive's origin.
pub(crate) const ORIGIN: &str = "00000000000000000000000000";

const CROCKFORD: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const RFC_4648: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
/// Multicodec number of plain bytes.
const RAW: u8 = 0x55;
/// Multicodec number of the form manifests are stored in.
const DAG_CBOR: u8 = 0x71;

/// An archive in memory.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tree {
    /// The body of `GET /entities/{pi}`, by PI.
    pub(crate) entities: BTreeMap<String, String>,
    /// The bytes of the components, by CID.
    pub(crate) ipfs: BTreeMap<String, Bytes>,
}

impl Tree {
    /// Reads a folder that holds `entities/{PI}` and `ipfs/{CID}`.
    pub(crate) fn from_folder(folder: &Path) -> Self {
        let entities = files(&folder.join("entities"))
            .map(|(pi, body)| (pi, String::from_utf8(body).expect("a manifest in UTF-8")))
            .collect();
        let ipfs = files(&folder.join("ipfs"))
            .map(|(cid, body)| (cid, body.into()))
            .collect();
        Self { entities, ipfs }
    }

    /// Stores a component, and returns its CID.
    pub(crate) fn component(&mut self, bytes: impl Into<Bytes>) -> String {
        let bytes = bytes.into();
        let cid = cid(RAW, &bytes);
        self.ipfs.insert(cid.clone(), bytes);
        cid
    }

    /// Stores a manifest as it stands.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "tests write the manifest in place"
    )]
    pub(crate) fn entity(&mut self, pi: &str, manifest: Value) {
        self.entities.insert(pi.to_owned(), manifest.to_string());
    }

    /// Stores an entity whose components are stored already, with a manifest in the live shape.
    pub(crate) fn node(
        &mut self,
        pi: &str,
        parent: &str,
        children: &[String],
        components: &BTreeMap<String, String>,
    ) {
        let manifest = json!({
            "pi": pi, "ver": 4, "ts": "2025-11-13T17:05:11.207Z",
            "manifest_cid": cid(DAG_CBOR, pi.as_bytes()), "prev_cid": null,
            "components": components, "children_pi": children, "parent_pi": parent,
        });
        self.entity(pi, manifest);
    }

    /// Stores an entity that has a `pinax.json` with this title and nothing else.
    pub(crate) fn titled(&mut self, pi: &str, parent: &str, children: &[String], title: &str) {
        let cid = self.component(pinax(pi, title).to_string());
        self.node(
            pi,
            parent,
            children,
            &BTreeMap::from([("pinax.json".to_owned(), cid)]),
        );
    }

    /// A root with two children, each with a component of every kind.
    pub(crate) fn small() -> Self {
        Self::synthetic(3, 2, 1, 10)
    }

    /// Makes a tree of this shape whose graphs hold nothing but the files and two entities more.
    pub(crate) fn synthetic(entities: u64, fan_out: u64, refs: u64, ocr_bytes: usize) -> Self {
        Self::of(Shape {
            entities,
            fan_out,
            refs,
            ocr_bytes,
            people: 0,
        })
    }

    /// Makes a tree of [`pi`]`(0)` to `pi(entities - 1)`, the same one each time.
    ///
    /// The children of entity `i` are `i * fan_out + 1` and those after it, so the numbers are in
    /// breadth-first order. Each entity has a pinax, a description, a graph, its digitized files
    /// and, where the graph tells of people, a text that is linked and never fetched.
    pub(crate) fn of(shape: Shape) -> Self {
        let mut tree = Self::default();
        for n in 0..shape.entities {
            let title = format!("Letters of the Austen family, folder {n}");
            let description = format!("# {title}\n\n## Overview\n\n{}", prose(n, 1500));
            let mut components = BTreeMap::from([
                (
                    "pinax.json".to_owned(),
                    tree.component(pinax(&pi(n), &title).to_string()),
                ),
                ("description.md".to_owned(), tree.component(description)),
                (
                    "cheimarros.json".to_owned(),
                    tree.component(graph(n, shape).to_string()),
                ),
            ]);
            for file in 0..shape.refs {
                let text = prose(n * shape.refs + file + 1_000_000, shape.ocr_bytes);
                let cid = tree.component(file_ref(n, file, &text).to_string());
                components.insert(format!("{}.ref.json", file_name(n, file)), cid);
            }
            if shape.people > 0 {
                components.insert("notes.txt".to_owned(), cid(RAW, &n.to_be_bytes()));
            }
            tree.node(&pi(n), &shape.parent(n), &shape.children(n), &components);
        }
        tree
    }

    /// Makes a tree of this shape whose entities have nothing but a `pinax.json`.
    pub(crate) fn of_titles(shape: Shape) -> Self {
        let mut tree = Self::default();
        for n in 0..shape.entities {
            let title = format!("Letter {n}");
            tree.titled(&pi(n), &shape.parent(n), &shape.children(n), &title);
        }
        tree
    }
}

/// What a made tree is like.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shape {
    /// How many entities there are.
    pub(crate) entities: u64,
    /// How many children each has, while there are enough.
    pub(crate) fan_out: u64,
    /// How many digitized files each has.
    pub(crate) refs: u64,
    /// How much text OCR read on each file.
    pub(crate) ocr_bytes: usize,
    /// How many people each graph tells of, besides the one who wrote the files.
    pub(crate) people: u64,
}

impl Shape {
    fn children(self, n: u64) -> Vec<String> {
        (n * self.fan_out + 1..=(n + 1) * self.fan_out)
            .filter(|&child| child < self.entities)
            .map(pi)
            .collect()
    }

    fn parent(self, n: u64) -> String {
        if n == 0 {
            ORIGIN.to_owned()
        } else {
            pi((n - 1) / self.fan_out)
        }
    }
}

/// The `n`th of a row of valid PIs.
pub(crate) fn pi(n: u64) -> String {
    let mut pi = "01K9Z3K4GM".to_owned();
    for digit in (0..16).rev() {
        let five_bits = (u128::from(n) >> (5 * digit)) & 31;
        pi.push(CROCKFORD[usize::try_from(five_bits).expect("a small number")].into());
    }
    pi
}

/// The `CIDv1` of a block: base32 of version, codec and SHA-256.
fn cid(codec: u8, bytes: &[u8]) -> String {
    let block = [1, codec, 0x12, 0x20]
        .into_iter()
        .chain(Sha256::digest(bytes));
    let (mut text, mut rest, mut bits) = (String::from("b"), 0_u32, 0);
    for byte in block {
        rest = (rest << 8) | u32::from(byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            text.push(RFC_4648[(rest >> bits) as usize & 31].into());
        }
        rest &= (1 << bits) - 1;
    }
    // 36 bytes leave three bits over.
    text.push(RFC_4648[(rest << (5 - bits)) as usize & 31].into());
    text
}

fn files(folder: &Path) -> impl Iterator<Item = (String, Vec<u8>)> {
    let entries =
        fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    entries.map(|entry| {
        let entry = entry.expect("a readable folder");
        let name = entry.file_name().into_string().expect("a name in UTF-8");
        (name, fs::read(entry.path()).expect("a readable file"))
    })
}

fn pinax(pi: &str, title: &str) -> Value {
    json!({
        "id": pi, "title": title, "type": "Text",
        "creator": ["Alice Cornell Austen", "Gertrude Eccleston"],
        "institution": "Alice Austen House", "created": "1885-11-02", "language": "en",
        "subjects": ["Correspondence", "Photography"],
        "description": "Letters received at Clear Comfort.",
        "access_url": format!("https://arke.institute/{pi}"), "source": "PINAX",
        "rights": "PUBLIC DOMAIN", "place": "Staten Island",
    })
}

fn file_name(n: u64, file: u64) -> String {
    format!("1885_{n}-{file} copy.jpg")
}

fn file_ref(n: u64, file: u64, ocr: &str) -> Value {
    json!({
        "url": format!("https://cdn.arke.institute/asset/{}", pi(n * 1_000 + file)),
        "type": "image/jpeg", "size": 318_066, "filename": file_name(n, file), "ocr": ocr,
    })
}

fn graph(n: u64, shape: Shape) -> Value {
    let mut entities = json!({
        "alice_austen": {
            "type": "person", "label": "Alice Austen", "source": "inline",
            "properties": {"full_name": "Alice Cornell Austen"},
        },
        "date_1885_11_02": {"type": "date", "label": "November 2, 1885", "source": "inline"},
    });
    let mut relationships = Vec::new();
    for file in 0..shape.refs {
        let code = format!("file_{n}_{file}");
        let name = file_name(n, file);
        entities[&code] =
            json!({"type": "file", "label": "File", "source": "auto", "filename": name});
        relationships
            .push(json!({"subject": code, "predicate": "written by", "object": "alice_austen"}));
    }
    for person in 0..shape.people {
        let code = format!("friend_{n}_{person}");
        let properties =
            json!({"full_name": format!("Friend {person} of folder {n}"), "role": "Correspondent"});
        entities[&code] = json!({"type": "person", "label": "Friend", "source": "inline", "properties": properties});
        relationships
            .push(json!({"subject": code, "predicate": "wrote to", "object": "alice_austen"}));
    }
    let metadata = json!({"model": "synthetic"});
    json!({"entities": entities, "relationships": relationships, "metadata": metadata})
}

/// Lines of words, the same for the same seed; about as many signs that have to be escaped, in JSON or in XML, as in
/// what OCR reads of real letters: a line end after some 70 bytes, quotation marks and markup after some 500.
fn prose(seed: u64, bytes: usize) -> String {
    const WORDS: [&str; 14] = [
        "dear",
        "Alice",
        "the",
        "tennis",
        "club",
        "at",
        "Staten",
        "Island",
        "was",
        "delightful",
        "yesterday",
        "with",
        "Trude",
        "and",
    ];
    const SELDOM: [&str; 4] = ["grounds &", "<illegible>", "\"Punch\"", "“Punch”"];
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut text = String::with_capacity(bytes + 16);
    while text.len() < bytes {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        let drawn = (state >> 56) as usize;
        let word = SELDOM.get(drawn).unwrap_or(&WORDS[drawn % WORDS.len()]);
        text.push_str(word);
        text.push(if state.is_multiple_of(12) { '\n' } else { ' ' });
    }
    text
}
