//! A tree as an archive in a folder: manifests by PI, bytes of components by CID.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use data_encoding::BASE32_NOPAD;
use sha2::{Digest as _, Sha256};

use super::entity;
use super::json::Json;
use super::random::Random;
use super::shape::Shape;
use super::words::{odd, pick};

/// Multicodec number of plain bytes.
const RAW: u8 = 0x55;
/// Multicodec number of a file in blocks, whose CID is not that of its bytes.
const DAG_PB: u8 = 0x70;
/// Multicodec number of the form manifests are stored in.
const DAG_CBOR: u8 = 0x71;
/// Multihash of a SHA-256: its number and its length.
const SHA_256: [u8; 2] = [0x12, 0x20];
const BASE_58: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
/// What stands where a CID should.
const NO_CIDS: [&str; 9] = [
    "null",
    "7",
    "true",
    "[]",
    "\"\"",
    "\"../../etc/passwd\"",
    "\"bafkrei/é\"",
    "\"\\ud800\"",
    "{\"/\": \"bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku\"}",
];

/// An archive in memory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tree {
    /// The answers of the entity API, by PI.
    pub(crate) entities: BTreeMap<String, Vec<u8>>,
    /// The bytes of the components, by CID.
    pub(crate) ipfs: BTreeMap<String, Vec<u8>>,
}

impl Tree {
    /// Makes the tree of this number in the row that the seed gives.
    pub(crate) fn damaged(seed: u64, number: u64) -> Self {
        let row = Random::new(seed).below(u64::MAX);
        let mut random = Random::new(row.wrapping_add(number));
        let shape = Shape::draw(&mut random);
        let mut tree = Self::default();
        for place in 0..shape.entities.len() {
            if let Some(body) = entity::body(&mut random, &mut tree, &shape, place) {
                tree.entities.insert(shape.entities[place].pi.clone(), body);
            }
        }
        tree
    }

    /// Writes the tree into a folder that is made for it.
    ///
    /// # Errors
    ///
    /// Passes on why a file cannot be written.
    pub(crate) fn write(&self, folder: &Path) -> io::Result<()> {
        for (name, files) in [("entities", &self.entities), ("ipfs", &self.ipfs)] {
            let folder = folder.join(name);
            fs::create_dir_all(&folder)?;
            for (name, bytes) in files {
                fs::write(folder.join(name), bytes)?;
            }
        }
        Ok(())
    }

    /// Stores a component; returns what the manifest has for its CID, which may be broken.
    pub(crate) fn component(&mut self, random: &mut Random, bytes: Vec<u8>) -> Json {
        let right = cid(RAW, &bytes);
        let name = match random.below(100) {
            76..82 => old_cid(&bytes),
            82..85 => cid(DAG_PB, &bytes),
            85 => right.to_uppercase(),
            86 => right.replace('a', "A").replacen('A', "a", 1),
            87..91 => {
                if let Some(other) = self.proven_cid(random) {
                    return other.into();
                }
                right
            }
            // Nothing is there.
            91..94 => return right.into(),
            // The bytes are not those that it names.
            94..97 => cid(RAW, format!("{right} is another").as_bytes()),
            97..100 => return no_cid(random),
            _ => right,
        };
        self.ipfs.insert(name.clone(), bytes);
        name.into()
    }

    /// Draws the CID of another component, if there is one.
    ///
    /// Only of those that prove their bytes: the metrics count how often others came, and what two entities share may
    /// come once or twice.
    fn proven_cid(&self, random: &mut Random) -> Option<&str> {
        let cids = self.ipfs.keys().map(String::as_str);
        let proven: Vec<&str> = cids.filter(|cid| cid.starts_with("bafkrei")).collect();
        (!proven.is_empty()).then(|| pick(random, &proven))
    }
}

/// The CID of a version of a manifest.
pub(crate) fn manifest_cid(of: &str) -> String {
    cid(DAG_CBOR, of.as_bytes())
}

fn no_cid(random: &mut Random) -> Json {
    match random.below(12) {
        0 => odd(random).into(),
        1 => "b".repeat(129).into(),
        _ => Json::raw(pick(random, &NO_CIDS)),
    }
}

/// The `CIDv1` of a block: base32 of version, codec and SHA-256.
fn cid(codec: u8, bytes: &[u8]) -> String {
    let block = [&[1, codec], &SHA_256[..], &Sha256::digest(bytes)].concat();
    format!("b{}", BASE32_NOPAD.encode(&block).to_lowercase())
}

/// The `CIDv0` of bytes, which are never stored so: base58 of the SHA-256.
fn old_cid(bytes: &[u8]) -> String {
    let mut rest = [&SHA_256[..], &Sha256::digest(bytes)].concat();
    let mut digits = Vec::new();
    while rest.iter().any(|&byte| byte > 0) {
        let mut remainder = 0;
        for byte in &mut rest {
            let number = remainder * 256 + usize::from(*byte);
            *byte = u8::try_from(number / 58).expect("below 256");
            remainder = number % 58;
        }
        digits.push(BASE_58[remainder]);
    }
    digits
        .iter()
        .rev()
        .map(|&digit| char::from(digit))
        .collect()
}
