//! The words and signs around a date, in the languages that archives catalogue in.
//!
//! All in lower case. The signs are those of cataloguing (AACR2, RDA, RAD, DACS): brackets for what is supplied, a
//! question mark for what is probable, "circa" for what is near.

use crate::mods::DateQualifier::{self, Approximate, Inferred, Questionable};

/// Brackets around a date, and what they say of it.
pub(super) const BRACKETS: [(char, char, Option<DateQualifier>); 4] = [
    ('[', ']', Some(Inferred)),
    ('〔', '〕', Some(Inferred)),
    ('(', ')', None),
    ('<', '>', None),
];
/// Words before a date. A bare "c" needs its blank: "c1885" is a year of copyright.
#[rustfmt::skip]
pub(super) const WORDS_OF_DOUBT: [(&str, DateQualifier); 43] = [
    ("circa", Approximate), ("ca.", Approximate), ("ca", Approximate), ("c.", Approximate), ("c ", Approximate),
    ("cca", Approximate), ("approximately ", Approximate), ("approx.", Approximate), ("approx ", Approximate),
    ("about ", Approximate), ("around ", Approximate), ("vers ", Approximate), ("environ ", Approximate),
    ("env.", Approximate), ("um ", Approximate), ("etwa ", Approximate), ("hacia ", Approximate),
    ("alrededor de ", Approximate), ("cerca de ", Approximate), ("por volta de ", Approximate),
    ("intorno al ", Approximate), ("verso il ", Approximate), ("rond ", Approximate), ("omstreeks ", Approximate),
    ("omkring ", Approximate), ("noin ", Approximate), ("n. ", Approximate), ("około ", Approximate),
    ("ok. ", Approximate), ("kolem ", Approximate), ("около ", Approximate), ("ок. ", Approximate),
    ("約", Approximate), ("约", Approximate),
    ("probably ", Questionable), ("prob. ", Questionable), ("possibly ", Questionable), ("perhaps ", Questionable),
    ("wohl ", Questionable), ("vermutlich ", Questionable), ("wahrscheinlich ", Questionable),
    ("peut-être ", Questionable), ("probablement ", Questionable),
];
/// Signs before and after a single date; at a range they belong to one end.
#[rustfmt::skip]
pub(super) const SIGNS: [(&str, &str, Option<DateQualifier>); 16] = [
    ("~", "", Some(Approximate)), ("", "~", Some(Approximate)), ("", "頃", Some(Approximate)),
    ("", "ごろ", Some(Approximate)),
    ("", "(?)", Some(Questionable)), ("", "[?]", Some(Questionable)), ("", "?", Some(Questionable)),
    ("ad ", "", None), ("a.d. ", "", None), ("anno ", "", None), ("anno domini ", "", None), ("dated ", "", None),
    ("", " ad", None), ("", " a.d.", None), ("", " ce", None), ("", " c.e.", None),
];
/// Words before a date that has an open side, and what EDTF writes before and after it.
#[rustfmt::skip]
pub(super) const LIMITS: [(&[&str], &str, &str); 2] = [
    (&["before ", "prior to ", "not after ", "no later than ", "not later than ", "until ", "till ", "up to ", "to ",
       "by ", "ante ", "pre-", "pre ", "avant ", "jusqu'à ", "vor ", "bis ", "antes de ", "hasta ", "até ", "prima del ",
       "fino al ", "voor ", "före ", "før ", "przed ", "do ", "před ", "до "], "../", ""),
    (&["after ", "not before ", "no earlier than ", "not earlier than ", "since ", "from ", "post ", "post-", "après ",
       "depuis ", "à partir de ", "nach ", "ab ", "seit ", "después de ", "desde ", "depois de ", "dopo il ", "dal ",
       "na ", "efter ", "po ", "od ", "после ", "с "], "", "/.."),
];
/// What stands for the end of what goes on.
#[rustfmt::skip]
pub(super) const ENDLESS: [&str; 16] = [
    "", "present", "the present", "now", "today", "date", "ongoing", "current", "..", "...", "9999", "9999-12-31", "heute",
    "aujourd'hui", "presente", "actualidad",
];
/// What stands for an end that is not known.
pub(super) const UNKNOWN_ENDS: [&str; 4] = ["?", "uuuu", "unknown", "[?]"];
/// Words before and between the ends of a range which is not filled: it was some day in it.
#[rustfmt::skip]
pub(super) const EITHER: [(&str, &str); 16] = [
    ("between ", " and "), ("between ", "-"), ("between ", "–"), ("entre ", " et "), ("entre ", " y "),
    ("entre ", " e "), ("zwischen ", " und "), ("tussen ", " en "), ("tra il ", " e il "), ("mellan ", " och "),
    ("między ", " a "), ("между ", " и "), ("", " or "), ("", " oder "), ("", " ou "), ("", " o "),
];
/// Words before a range.
#[rustfmt::skip]
pub(super) const FROM: [&str; 12] =
    ["from ", "von ", "vom ", "du ", "de ", "desde ", "del ", "dal ", "van ", "od ", "från ", "с "];
/// What stands between the ends of a range.
#[rustfmt::skip]
pub(super) const BETWEEN: [&str; 20] = [
    " to ", " through ", " thru ", " until ", " till ", " bis ", " à ", " au ", " a ", " al ", " até ", " tot ",
    " till och med ", " do ", " по ", "/", "–", "—", "-", "〜",
];
/// What begins a remark on the dates before it.
#[rustfmt::skip]
pub(super) const REMARKS: [&str; 11] = [
    "bulk", "predominant", "mostly", "mainly", "chiefly", "largely", "majority", "inclusive", "undated", "and undated",
    "n.d.",
];
