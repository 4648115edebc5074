//! `ETag` of an object or a part, which tells its bytes: the MD5 in hexadecimal, or that of the MD5s of its parts, a
//! hyphen and their number.

use data_encoding::HEXLOWER;
use md5::{Digest as _, Md5};

/// Returns the `ETag` of bytes with this MD5.
pub(super) fn of_whole(md5: [u8; 16]) -> String {
    HEXLOWER.encode(&md5)
}

/// Returns the `ETag` of an object that is made of parts with these MD5s.
pub(super) fn of_parts(md5s: &[[u8; 16]]) -> String {
    let digest = Md5::digest(md5s.concat());
    format!("{}-{}", HEXLOWER.encode(&digest), md5s.len())
}

/// Tells whether what the bucket has is what was sent, as far as its `ETag` shows that: one of another form, which some
/// servers give, shows it only where the answer to the request named the same.
pub(super) fn is_ours(found: &str, ours: &str, answered: Option<&str>) -> Option<bool> {
    let found = bare(found);
    if form(found) == form(ours) {
        return Some(found.eq_ignore_ascii_case(ours));
    }
    answered.map(|answered| bare(answered) == found)
}

/// Takes off what stands around a value: quotes, and the mark of a weak one that a proxy may add.
fn bare(e_tag: &str) -> &str {
    e_tag.trim_start_matches("W/").trim_matches('"')
}

/// Tells whether a value has the form of an MD5 alone, of one of parts, or another.
fn form(e_tag: &str) -> Option<bool> {
    let (digest, parts) = match e_tag.split_once('-') {
        Some((digest, parts)) => (digest, Some(parts)),
        None => (e_tag, None),
    };
    let is_md5 = digest.len() == 32 && digest.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_number = |text: &str| text.parse::<u32>().is_ok();
    (is_md5 && parts.is_none_or(is_number)).then_some(parts.is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_e_tag_is_compared_with_ours_where_it_has_the_form_of_one() {
        let ours = of_whole(Md5::digest("abc").into());
        assert_eq!(ours, "900150983cd24fb0d6963f7d28e17f72");
        let quoted = format!("\"{}\"", ours.to_uppercase());
        let other = of_whole(Md5::digest("abd").into());
        assert_eq!(is_ours(&quoted, &ours, None), Some(true));
        assert_eq!(is_ours(&format!("W/{quoted}"), &ours, None), Some(true));
        assert_eq!(is_ours(&other, &ours, Some(&other)), Some(false));
    }

    #[test]
    fn that_of_parts_counts_them() {
        let ours = of_parts(&[Md5::digest("abc").into(), Md5::digest("d").into()]);
        assert!(ours.ends_with("-2"), "{ours}");
        assert_eq!(is_ours(&ours, &ours, None), Some(true));
        let more = ours.replace("-2", "-3");
        assert_eq!(is_ours(&more, &ours, Some(&more)), Some(false));
    }

    #[test]
    fn one_of_another_form_is_compared_with_the_answer() {
        let ours = of_whole([0; 16]);
        let of_parts = of_parts(&[[0; 16]]);
        for other in ["opaque", &of_parts, ""] {
            assert_eq!(is_ours(other, &ours, None), None, "{other:?}");
            let answered = format!("\"{other}\"");
            assert_eq!(is_ours(other, &ours, Some(&answered)), Some(true));
            assert_eq!(is_ours(other, &ours, Some("another")), Some(false));
        }
    }
}
