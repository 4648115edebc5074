//! Decades and centuries, and parts of them.
//!
//! A century is what EDTF writes `18XX`, so the 19th is 1800 to 1899; parts are its thirds or halves. All of
//! them are near the truth only, which is why the dates that come of them are approximate.

use super::w3cdtf::{number, short};

/// Parts of a century or decade, in hundredths from its start.
const PARTS: [(&str, (u32, u32)); 5] = [
    ("early", (0, 33)),
    ("mid", (34, 66)),
    ("late", (67, 99)),
    ("first half of", (0, 49)),
    ("second half of", (50, 99)),
];
/// Centuries that are found in words.
const CENTURIES: [(&str, u32); 7] = [
    ("fifteenth", 15),
    ("sixteenth", 16),
    ("seventeenth", 17),
    ("eighteenth", 18),
    ("nineteenth", 19),
    ("twentieth", 20),
    ("twenty-first", 21),
];

/// Returns the first and last year of a decade or century, or of a part of one.
pub(super) fn span(text: &str) -> Option<(u32, u32)> {
    let without_article = |text| str::strip_prefix(text, "the ").unwrap_or(text);
    let text = without_article(text);
    let part = PARTS.iter().find_map(|(part, hundredths)| {
        let rest = text.strip_prefix(part)?.strip_prefix([' ', '-'])?;
        Some((without_article(rest), *hundredths))
    });
    let (text, (from, to)) = part.unwrap_or((text, (0, 99)));
    let (start, years) = decade(text).or_else(|| century(text))?;
    Some((start + years * from / 100, start + years * to / 100))
}

/// Reads `1920s`; `1900s` is the century, since that covers both of its readings.
fn decade(text: &str) -> Option<(u32, u32)> {
    let digits = text.strip_suffix('s')?;
    let start = number(digits.strip_suffix(['\'', '’']).unwrap_or(digits), 4)?;
    match start {
        _ if start.is_multiple_of(100) => Some((start, 100)),
        _ if start.is_multiple_of(10) => Some((start, 10)),
        _ => None,
    }
}

fn century(text: &str) -> Option<(u32, u32)> {
    let number = text.strip_suffix("century")?.strip_suffix([' ', '-'])?;
    let named = CENTURIES.iter().find(|(name, _)| *name == number);
    let century = named.map_or_else(|| ordinal(number), |(_, century)| Some(*century))?;
    (2..=21)
        .contains(&century)
        .then(|| ((century - 1) * 100, 100))
}

/// Reads `19th`, `1st`, `22nd` and their like.
pub(super) fn ordinal(text: &str) -> Option<u32> {
    let endings = ["st", "nd", "rd", "th"];
    short(
        endings
            .iter()
            .find_map(|ending| text.strip_suffix(ending))?,
    )
}
