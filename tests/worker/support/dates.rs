//! Dates of a record, judged by parsers that are not ours.

use edtf_core::Edtf;
use roxmltree::Document;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// What `edtf-core` says of a year that it has no number for. The standard sets no limit.
const TOO_LARGE_FOR_IT: [&str; 2] = [
    "number out of supported range",
    "exponent out of supported range",
];

/// Checks that every text with an `encoding` follows it; the first that does not is in the error.
pub(crate) fn judge(document: &Document<'_>) -> Result<(), String> {
    document.descendants().try_for_each(|node| {
        let Some(encoding) = node.attribute("encoding") else {
            return Ok(());
        };
        let text = node.text().unwrap_or_default();
        let judged = match encoding {
            "edtf" => judge_edtf(text),
            "w3cdtf" => judge_w3cdtf(text),
            _ => Err("no encoding of dates".to_owned()),
        };
        judged.map_err(|reason| format!("{encoding} {text:?}: {reason}"))
    })
}

fn judge_edtf(text: &str) -> Result<(), String> {
    match Edtf::parse(text) {
        Err(error) if !TOO_LARGE_FOR_IT.contains(&error.message) => Err(error.to_string()),
        _ => Ok(()),
    }
}

/// Takes dates of level 0 of EDTF, and moments of RFC 3339 whose seconds may be missing: W3CDTF is just these.
fn judge_w3cdtf(text: &str) -> Result<(), String> {
    let Some((date, time)) = text.split_once('T') else {
        let date = Edtf::parse(text).map_err(|error| error.to_string())?;
        let is_plain = matches!(date, Edtf::Date(_)) && date.level() == 0;
        return is_plain.then_some(()).ok_or("no plain date".to_owned());
    };
    let moment = match time.split_at_checked(5) {
        Some((minutes, zone)) if !zone.starts_with(':') => format!("{date}T{minutes}:00{zone}"),
        _ => text.to_owned(),
    };
    let parsed = OffsetDateTime::parse(&moment, &Rfc3339);
    parsed.map(|_| ()).map_err(|error| error.to_string())
}
