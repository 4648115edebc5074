//! Content identifier (CID): the name of bytes, made from the bytes.

use std::borrow::Cow;

use data_encoding::BASE32_NOPAD_NOCASE;

use super::json::{self, Value};

/// The longest CID that is believed; those in use have 46 to 62 characters.
const LENGTH_MAX: usize = 128;
/// The shortest one of a digest of 32 bytes, in whatever base.
const LENGTH_MIN: usize = 46;
/// What stands before the digest of a CID of version 1 over plain bytes: version, codec, SHA-256, its length.
const RAW_SHA_256: [u8; 4] = [1, 0x55, 0x12, 0x20];

/// Reads a CID as people and programs write it: a link of IPLD, behind `ipfs://` or `/ipfs/`, in capitals.
pub(super) fn read<'v>(value: &'v Value<'v>) -> Option<Cow<'v, str>> {
    let text = value.as_str().or_else(|| json::text(value, "/"))?.trim();
    if is_cid(text) {
        return Some(text.into());
    }
    let text = text.strip_prefix("ipfs://").unwrap_or(text);
    let cid = text.rsplit_once("ipfs/").map_or(text, |(_, cid)| cid);
    let cid = cid.strip_suffix('/').unwrap_or(cid);
    // In base 32, "B" stands for capitals; "Q" begins a CID of version 0, in which case tells digits apart.
    let is_capital = cid.starts_with('B') && !cid.bytes().any(|byte| byte.is_ascii_lowercase());
    let cid: Cow<'_, str> = if is_capital {
        cid.to_ascii_lowercase().into()
    } else {
        cid.into()
    };
    is_cid(&cid).then_some(cid)
}

/// Tells whether a text can be a CID, and so may stand in an address or a file name: it begins as those of the archive do,
/// or as others do and is as long. "pending" is none.
fn is_cid(text: &str) -> bool {
    let mut starts = ["Qm", "baf", "bag"].iter();
    let is_of_archive = starts.any(|start| text.starts_with(start));
    text.len() <= LENGTH_MAX
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && (is_of_archive || text.len() >= LENGTH_MIN && text.starts_with(['b', 'f', 'k', 'z']))
}

/// Returns the SHA-256 that the bytes of a `bafkrei...` have; `None` for other kinds, which say nothing of the bytes as
/// they come.
pub(crate) fn sha256(cid: &str) -> Option<[u8; 32]> {
    let text = cid.strip_prefix('b')?.as_bytes();
    let mut bytes = [0; RAW_SHA_256.len() + 32];
    if BASE32_NOPAD_NOCASE.decode_len(text.len()) != Ok(bytes.len()) {
        return None;
    }
    BASE32_NOPAD_NOCASE.decode_mut(text, &mut bytes).ok()?;
    bytes.strip_prefix(&RAW_SHA_256)?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_raw_cid_tells_the_digest_of_its_bytes() {
        // Of no bytes at all.
        let digest = sha256("bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku")
            .expect("a raw CID");
        assert_eq!(digest[..4], [0xe3, 0xb0, 0xc4, 0x42]);
    }

    #[test]
    fn a_cid_is_read_in_everyday_spellings() {
        let cid = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku";
        for text in [
            cid.to_owned(),
            format!(" {cid}\n"),
            cid.to_uppercase(),
            format!("ipfs://{cid}"),
            format!("/ipfs/{cid}"),
            format!("ipfs://ipfs/{cid}/"),
            format!("https://ipfs.arke.institute/ipfs/{cid}"),
        ] {
            let value = Value::Text(text.as_str().into());
            assert_eq!(read(&value).as_deref(), Some(cid), "{text}");
        }
        let link =
            json::read(br#"{"/": "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"}"#);
        let (link, _) = link.expect("JSON");
        assert_eq!(read(&link).as_deref(), Some(cid));
        for text in [
            "",
            "a/b",
            "ipfs://a/b.tif",
            "é",
            "two words",
            "pending",
            "B",
        ] {
            assert_eq!(read(&Value::Text(text.into())), None, "{text}");
        }
    }

    #[test]
    fn other_kinds_tell_nothing() {
        for cid in [
            "",
            "b",
            "QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWnPbdG",
            "bafybeihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku",
            "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyk",
        ] {
            assert_eq!(sha256(cid), None, "{cid}");
        }
    }

    #[test]
    fn what_could_lead_elsewhere_is_no_cid() {
        for text in ["", "../a", "a/b", "a?b", "a%2fb", "é", &"a".repeat(129)] {
            assert!(!is_cid(text), "{text}");
        }
        for text in ["bafk/b", "bafk?b", "bafk%2fb", "bafké"] {
            assert!(!is_cid(text), "{text}");
        }
        assert!(!is_cid(&"b".repeat(129)));
        assert!(is_cid(
            "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"
        ));
    }
}
