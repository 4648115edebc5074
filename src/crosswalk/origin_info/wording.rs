//! Dates as people write them: ranges, limits, doubts.

use super::figures;
use super::parts::Parts;
use super::span::{LAST_YEAR, is_believable, span};
use super::w3cdtf::{is_date, number};
use super::words::{Words, is_one_of, table};
use crate::mods::DateQualifier;

/// A date, or the two ends of a range.
pub(super) struct Wording {
    pub(super) start: Bound,
    pub(super) end: Option<Bound>,
    /// Whether the words say something that the dates do not.
    pub(super) is_lossy: bool,
}

/// One date in W3CDTF, or alone one in EDTF, and how sure it is.
pub(super) struct Bound {
    pub(super) date: String,
    pub(super) qualifier: Option<DateQualifier>,
}

impl Wording {
    fn of(date: String, qualifier: Option<DateQualifier>) -> Self {
        Self {
            start: Bound { date, qualifier },
            end: None,
            is_lossy: qualifier == Some(DateQualifier::Approximate),
        }
    }

    /// Says that the words say more.
    pub(super) fn lossy(self) -> Self {
        Self {
            is_lossy: true,
            ..self
        }
    }

    /// Returns the date if it is one alone, which can be an end.
    fn point(self) -> Option<Bound> {
        (self.end.is_none() && is_date(&self.start.date)).then_some(self.start)
    }
}

/// Reads a date or a range in lower case; `None` if the words have no reading or several.
pub(super) fn read(text: &str) -> Option<Wording> {
    let main = without_remark(text);
    let wording = single(main).or_else(|| limit(main)).or_else(|| range(main));
    let wording = wording.or_else(|| corrected(main));
    if main.len() < text.len() {
        wording.map(Wording::lossy)
    } else {
        wording
    }
}

/// Takes off what is said of the dates behind them, such as which years most of it is from.
fn without_remark(text: &str) -> &str {
    let begins = |remark: &Words| {
        let (before, _) = text.split_once(remark.before)?;
        before
            .ends_with([' ', '(', '['])
            .then(|| before.trim_end_matches([' ', ',', ';', '(', '[']))
    };
    let mains = table("remark").iter().filter_map(begins);
    let main = mains.min_by_key(|main| main.len());
    main.filter(|main| !main.is_empty()).unwrap_or(text)
}

/// Reads what a cataloguer put in the place of a date that is wrong: `1885 [i.e. 1886]`.
fn corrected(text: &str) -> Option<Wording> {
    let (_, correction) = text.strip_suffix(']')?.split_once("[i.e. ")?;
    let date = single(correction)?.point()?.date;
    Some(Wording::of(date, Some(DateQualifier::Inferred)).lossy())
}

/// Reads a date that was not yet, or no longer.
fn limit(text: &str) -> Option<Wording> {
    let (text, doubt) = without_words_of_doubt(text);
    let mut limits = table("limit").iter();
    let (date, in_edtf) = limits.find_map(|limit| Some((limit.inside(text)?, limit.meaning)))?;
    Some(open(&single(date)?.point()?, doubt, in_edtf))
}

/// Returns an interval of EDTF without one of its ends; the other takes the place of "…".
fn open(bound: &Bound, doubt: Option<DateQualifier>, interval: &str) -> Wording {
    let date = interval.replace('…', &bound.date);
    Wording::of(date, bound.qualifier.max(doubt)).lossy()
}

fn range(text: &str) -> Option<Wording> {
    let (text, doubt) = without_words_of_doubt(text);
    let mut either = table("either").iter();
    let either = either.find_map(|words| {
        let ends = text.strip_prefix(words.before)?;
        ends.split_once(words.behind)
    });
    if let Some((from, to)) = either {
        let doubt = doubt.max(Some(DateQualifier::Questionable));
        return joined(from, &in_full(from, to), " ", doubt).map(Wording::lossy);
    }
    let mut from = table("from").iter();
    let text = from.find_map(|from| from.inside(text)).unwrap_or(text);
    table("between")
        .iter()
        .flat_map(|between| text.match_indices(between.behind))
        .find_map(|(at, between)| joined(&text[..at], &text[at + between.len()..], between, doubt))
        .or_else(|| abbreviated(text, doubt))
}

/// Tells whether `1914-30` may be a range of years: it ends in the same century, or in the next, if that has come.
pub(super) fn may_be_short_range(text: &str) -> bool {
    let ends_in_next = |year, end| year / 100 * 100 + 100 + end <= LAST_YEAR;
    short_range(text, '-').is_some_and(|(year, end)| end > year % 100 || ends_in_next(year, end))
}

fn short_range(text: &str, between: char) -> Option<(u32, u32)> {
    let (year, end) = text.split_once(between)?;
    Some((number(year, 4)?, number(end, 2)?))
}

/// Reads `1914-18`, unless it may also be a month, or with a hyphen a season of EDTF.
fn abbreviated(text: &str, doubt: Option<DateQualifier>) -> Option<Wording> {
    let with_hyphen = short_range(text, '-').filter(|(_, end)| !(21..=41).contains(end));
    let (year, end) = with_hyphen.or_else(|| short_range(text, '–'))?;
    let end = (end > 12 && end > year % 100).then_some(year / 100 * 100 + end)?;
    joined(&format!("{year:04}"), &format!("{end:04}"), "–", doubt)
}

/// Returns a year of two digits with the century of the one before it.
fn in_full<'t>(from: &'t str, to: &'t str) -> std::borrow::Cow<'t, str> {
    match (number(from, 4), number(to, 2)) {
        (Some(year), Some(end)) if end > year % 100 => format!("{}{to}", &from[..2]).into(),
        _ => to.into(),
    }
}

fn joined(from: &str, to: &str, between: &str, doubt: Option<DateQualifier>) -> Option<Wording> {
    let end = to.trim();
    // What EDTF writes behind a slash is read by its own rules.
    let is_read = between != "/" || end == "9999";
    let is_endless = is_read
        && match end {
            "" => number(from.trim(), 4).is_some(),
            _ => is_one_of(end, "endless"),
        };
    if is_endless || is_one_of(end, "unknown") {
        let interval = if is_endless { "…/.." } else { "…/" };
        return Some(open(&single(from)?.point()?, doubt, interval));
    }
    if !can_be_ends(from, to, between) {
        return None;
    }
    let (from, mut to) = match (single(from), single(to)) {
        (Some(from), Some(to)) => (from, to),
        _ if between == "/" => return None,
        _ => lent(from, to)?,
    };
    let year = |bound: &Bound| bound.date.get(..4)?.parse::<i32>().ok();
    let years = |ends: &Wording| Some(year(ends.end.as_ref()?)? - year(&ends.start)?);
    let is_hundred = years(&to) == Some(99) && end.contains(&to.start.date);
    if is_hundred && years(&from).is_none_or(|years| years < 10) {
        // Beside a year or a decade, "1900s" is a decade too.
        to.end
            .iter_mut()
            .for_each(|end| end.date.replace_range(2..3, "0"));
    }
    let is_lossy = from.is_lossy || to.is_lossy || doubt == Some(DateQualifier::Approximate);
    let qualified = |bound: Bound| Bound {
        qualifier: bound.qualifier.max(doubt),
        ..bound
    };
    let start = qualified(from.start);
    let end = qualified(to.end.unwrap_or(to.start));
    // Dates of unequal precision are in order as far as both go.
    let shared = start.date.len().min(end.date.len());
    let is_range = is_date(&start.date)
        && is_date(&end.date)
        && start.date[..shared] <= end.date[..shared]
        && is_believable(year(&start)?, year(&end)?);
    is_range.then_some(Wording {
        start,
        end: Some(end),
        is_lossy,
    })
}

/// Tells whether what stands on both sides of a sign can be the ends of a range.
///
/// `1902-03-04-1905` can be cut in several places. In `3 March 1719/1720` the years are those of two calendars.
fn can_be_ends(from: &str, to: &str, between: &str) -> bool {
    let is_year = |text: &str| number(text.trim(), 4).is_some();
    let is_beside_year = |test: fn(&Parts) -> bool| {
        let named = |text: &str| Parts::read(text).is_some_and(|parts| test(&parts));
        is_year(to) && named(from) || is_year(from) && named(to)
    };
    let is_figures = |text: &str| {
        let mut bytes = text.bytes();
        bytes.all(|byte| byte.is_ascii_digit() || byte == b'-')
    };
    match between {
        "/" => !is_beside_year(|_| true),
        "-" if is_figures(from) && is_figures(to) => from.len() == to.len(),
        "-" | "–" => !is_beside_year(Parts::has_day),
        _ => true,
    }
}

/// Reads two ends of which one lends the other its month or year: `June 3-5, 1885`, `3-5 June 1885`, `June-July 1885`.
fn lent(from: &str, to: &str) -> Option<(Wording, Wording)> {
    let (from, to) = Parts::read(from)?.lend(&Parts::read(to)?)?;
    Some((Wording::of(from, None), Wording::of(to, None)))
}

/// Reads one date with its doubts, or a decade or century.
fn single(text: &str) -> Option<Wording> {
    let (text, doubt) = without_doubt(text);
    if let Some(date) = date(text.strip_suffix('.').unwrap_or(text)) {
        return Some(Wording::of(date, doubt));
    }
    let span = span(text)?;
    let bound = |year: u32| Bound {
        date: format!("{year:04}"),
        qualifier: Some(DateQualifier::Approximate),
    };
    if span.is_over() {
        return Some(Wording {
            start: bound(span.first),
            end: Some(bound(span.last)),
            is_lossy: true,
        });
    }
    Some(Wording::of(span.in_edtf()?, doubt).lossy())
}

/// Takes off every sign and word of doubt, from the outside in.
fn without_doubt(text: &str) -> (&str, Option<DateQualifier>) {
    let (text, doubt) = without_words_of_doubt(text);
    let mut signs = table("sign").iter();
    let inside = signs.find_map(|sign| Some((sign.inside(text)?, sign.qualifier())));
    let Some((inside, qualifier)) = inside else {
        return (text, doubt);
    };
    let (text, further) = without_doubt(inside);
    (text, doubt.max(qualifier).max(further))
}

/// Takes off brackets and words, which speak of all that they enclose or precede.
fn without_words_of_doubt(text: &str) -> (&str, Option<DateQualifier>) {
    let mut text = text.trim();
    let mut doubt = None;
    let enclosed = |text| {
        let mut words = table("doubt").iter();
        words.find_map(|words| {
            let inside = words.inside(text)?;
            let is_one_pair = !inside.contains(words.before) && !inside.contains(words.behind);
            (words.behind.is_empty() || is_one_pair).then_some((inside, words))
        })
    };
    while let Some((inside, words)) = enclosed(text) {
        text = inside.trim();
        doubt = doubt.max(words.qualifier());
    }
    (text, doubt)
}

fn date(text: &str) -> Option<String> {
    if is_date(text) {
        return Some(text.to_owned());
    }
    let in_words = || Parts::read(text)?.date();
    in_words().or_else(|| figures::read(text))
}
