//! `dateCreated`: what a date in words or figures says, and no more.
//!
//! | text | `dateCreated` |
//! |---|---|
//! | W3CDTF | as it is, `encoding="w3cdtf"` |
//! | two dates with `-`, `/`, "to" or a dash between them; what the ends share may stand once | `point="start"` and `point="end"` |
//! | `1892 or 1893`, "between 1885 and 1890" | the same, `qualifier="questionable"`, and the wording is kept |
//! | circa, ca., c., about, approx., vers, um, `~` | `qualifier="approximate"`, and the wording is kept |
//! | `?`, `[?]`, probably, possibly | `qualifier="questionable"` |
//! | `[1885]`, `1885 [i.e. 1886]` | `qualifier="inferred"` |
//! | a decade or century, or a part of one; `188-`, `18--`, `18uu` | its first and last year, both approximate, and the wording is kept |
//! | a decade or century that is not over | `202X`, `encoding="edtf"` |
//! | before, after, since, `1885-present` | an open interval, `encoding="edtf"`, and the wording is kept |
//! | a range and a remark on it ("bulk", "undated") | the range, and the wording is kept |
//! | a day or month in words of some forty languages, or in figures with one reading | W3CDTF at that precision |
//! | a moment as EXIF, SQL and programs write it | its day, and the wording is kept |
//! | other EDTF: unspecified digits, open ends, seasons that are no range (`2024-21`), years before 1 (`-0044`) | as it is, `encoding="edtf"` |
//! | anything else, and what has two readings | as it is, without an encoding |
//!
//! "1900s" is a century by itself, and a decade at the end of a range that a year or decade begins.
//!
//! Two readings have `1914-21` (a range or a season), `3 March 1719/1720` (one day in two calendars), `1902-03-04-1905`
//! and `-1885` (an end or a year BCE); no range is believed that is longer than a thousand years, and no year
//! that is far off (`5645`). Other calendars are not converted.
//!
//! Any text is valid MODS, so nothing but this file keeps an `encoding` true; in doubt there is none. The first
//! date is the key date unless it has no encoding. Guidelines:
//! <https://www.loc.gov/standards/mods/userguide/origininfo.html>.

use std::iter;

use unicode_normalization::UnicodeNormalization as _;

use super::span::is_believable;
use super::wording::Wording;
use super::{edtf, figures, span, w3cdtf, wording};
use crate::arke::Term;
use crate::mods::{Date, DateEncoding, DatePoint, Text};

/// The longest text that is searched for a date, in bytes; prose is longer.
const LONGEST: usize = 80;

/// What a text says about when the resource was made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::crosswalk) struct DateReading<'a> {
    /// `dateCreated`: none, one, or the two ends of a range.
    pub(in crate::crosswalk) dates: Vec<Date<'a>>,
    /// The source's own wording, where the dates do not say all of it.
    pub(in crate::crosswalk) as_given: Option<Text<'a>>,
    /// The last year the dates can mean, where that is known.
    pub(in crate::crosswalk) latest_year: Option<i32>,
}

impl<'a> DateReading<'a> {
    /// Returns the text that was read, unless the dates say just what it says, or it says nothing.
    pub(in crate::crosswalk) fn changed(&self, raw: Option<&'a str>) -> Option<Text<'a>> {
        let given = Text::line(raw?)?;
        let is_said = match &self.dates[..] {
            [] => true,
            [date] => date.text == given && date.qualifier.is_none(),
            _ => false,
        };
        (!is_said).then_some(given)
    }
}

/// Reads a date of creation, but for one of which more was said than is read: how sure it is, perhaps.
pub(in crate::crosswalk) fn read(raw: Term<'_>) -> DateReading<'_> {
    let Some(given) = Text::line(raw.text) else {
        return DateReading::default();
    };
    let text = plain(given.as_str());
    let lower = text.to_lowercase();
    let of_moment = || wording::read(&figures::without_times(&lower)?);
    let reading = if raw.is_partial || text.len() > LONGEST || !span::names_time(&lower) {
        None
    } else if w3cdtf::is_valid(&text) {
        Some(encoded(text, DateEncoding::W3cdtf))
    } else if let Some(wording) = wording::read(&lower) {
        Some(worded(wording, given.clone()))
    } else if edtf::is_valid(&text) && is_sure(&text) {
        Some(encoded(text, DateEncoding::Edtf))
    } else {
        of_moment().map(|day| worded(day.lossy(), given.clone()))
    };
    // 5645 is a year of another calendar; unspecified digits may be those of any year.
    let is_past = |year| is_believable(year, year) || given.as_str().contains('X');
    reading
        .filter(|reading| reading.latest_year.is_none_or(is_past))
        .unwrap_or_else(|| verbatim(given))
}

/// Returns a text with one form of each sign: typeset hyphens are hyphens, wide digits digits. A dash stays, because
/// only a range has one.
fn plain(text: &str) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    text.nfkc()
        .map(|sign| if sign == '\u{2010}' { '-' } else { sign })
        .collect()
}

/// Tells whether a text that is EDTF has no other reading: of a season a range of years, of BCE an open one.
fn is_sure(text: &str) -> bool {
    let is_long_ago = |date: &str| {
        date.strip_prefix('-')
            .is_none_or(|year| year.starts_with('0'))
    };
    let years = edtf::years(text);
    !wording::may_be_short_range(text)
        && text.split('/').all(is_long_ago)
        && years.is_none_or(|(first, last)| is_believable(first, last))
}

/// Returns the text if it is W3CDTF already.
pub(in crate::crosswalk) fn w3cdtf(raw: &str) -> Option<Text<'_>> {
    Text::line(raw).filter(|text| w3cdtf::is_valid(text.as_str()))
}

/// Returns the one sure date that a text names, in any wording, as W3CDTF.
pub(in crate::crosswalk) fn single(raw: &str) -> Option<String> {
    let reading = read(Term::of(raw));
    let mut dates = reading.dates.iter();
    let date = dates.next().filter(|_| dates.len() == 0)?;
    let is_sure = date.encoding == Some(DateEncoding::W3cdtf) && date.qualifier.is_none();
    is_sure.then(|| date.text.as_str().to_owned())
}

/// Reads the code of a date in the graph, such as `date_1885_10_28`, as W3CDTF.
///
/// A part given as `??` ends the date there: `date_1885_10_??` is October 1885.
pub(in crate::crosswalk) fn from_code(code: &str) -> Option<String> {
    let parts: Vec<&str> = code.strip_prefix("date_")?.split('_').collect();
    let sure = parts.iter().take_while(|part| **part != "??").count();
    let (known, open) = parts.split_at(sure);
    let date = known.join("-");
    (open.iter().all(|part| *part == "??") && w3cdtf::is_date(&date)).then_some(date)
}

/// A text that follows the encoding as it stands.
fn encoded(text: String, encoding: DateEncoding) -> DateReading<'static> {
    DateReading {
        latest_year: edtf::latest_year(&text),
        as_given: None,
        dates: vec![Date {
            encoding: Some(encoding),
            key_date: true,
            ..Date::of(Text::made(text))
        }],
    }
}

fn worded(wording: Wording, given: Text<'_>) -> DateReading<'_> {
    let Wording {
        start,
        end,
        is_lossy,
    } = wording;
    let is_range = end.is_some();
    let latest_year = edtf::latest_year(&end.as_ref().unwrap_or(&start).date);
    let date = |bound: wording::Bound, point| Date {
        encoding: Some(if w3cdtf::is_date(&bound.date) {
            DateEncoding::W3cdtf
        } else {
            DateEncoding::Edtf
        }),
        key_date: point == DatePoint::Start,
        point: is_range.then_some(point),
        qualifier: bound.qualifier,
        ..Date::of(Text::made(bound.date))
    };
    let start = date(start, DatePoint::Start);
    let end = end.map(|end| date(end, DatePoint::End));
    DateReading {
        dates: iter::once(start).chain(end).collect(),
        as_given: is_lossy.then_some(given),
        latest_year,
    }
}

fn verbatim(given: Text<'_>) -> DateReading<'_> {
    DateReading {
        dates: vec![Date::of(given)],
        ..DateReading::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mods::DateQualifier;

    /// Writes a reading on one line: each date with its claims, `+note` and the earliest year.
    fn shown(raw: &str) -> String {
        let reading = read(Term::of(raw));
        let mut words: Vec<String> = Vec::new();
        for date in &reading.dates {
            words.push(date.text.as_str().to_owned());
            words.extend(date.encoding.map(|encoding| encoding.as_str().to_owned()));
            words.extend(date.key_date.then(|| "key".to_owned()));
            words.extend(date.point.map(|point| match point {
                DatePoint::Start => "start".to_owned(),
                DatePoint::End => "end".to_owned(),
            }));
            words.extend(date.qualifier.map(|qualifier| match qualifier {
                DateQualifier::Approximate => "approximate".to_owned(),
                DateQualifier::Inferred => "inferred".to_owned(),
                DateQualifier::Questionable => "questionable".to_owned(),
            }));
        }
        if let Some(given) = &reading.as_given {
            assert_eq!(Some(given), Text::line(raw).as_ref());
            words.push("+note".to_owned());
        }
        words.extend(reading.latest_year.map(|year| format!("({year})")));
        words.join(" ")
    }

    #[track_caller]
    fn check(raws: &[&str], expected: &str) {
        for raw in raws {
            assert_eq!(shown(raw), expected, "{raw:?}");
        }
    }

    #[track_caller]
    fn check_verbatim(raws: &[&str]) {
        for raw in raws {
            assert_eq!(shown(raw), *raw, "{raw:?}");
        }
    }

    #[test]
    fn w3cdtf_stays_as_it_is() {
        check(&["1885", " 1885\n"], "1885 w3cdtf key (1885)");
        check(&["1885-04", "1885\u{2011}04"], "1885-04 w3cdtf key (1885)");
        check(&["1885-04-25"], "1885-04-25 w3cdtf key (1885)");
        check(
            &["2025-12-02T21:56:48.355Z"],
            "2025-12-02T21:56:48.355Z w3cdtf key (2025)",
        );
    }

    #[test]
    fn two_dates_are_the_ends_of_a_range() {
        check(
            &[
                "1885-1890",
                "1885/1890",
                "1885 to 1890",
                "1885–1890",
                "1885—1890",
                "1885 - 1890",
                "1885 – 1890",
                "1885 / 1890",
                "from 1885 to 1890",
                "From 1885 through 1890",
                "1885 until 1890",
                "1885\u{2011}1890",
                "1885-90",
                "1885–90",
            ],
            "1885 w3cdtf key start 1890 w3cdtf end (1890)",
        );
        check(
            &[
                "1885-04-1886-02",
                "1885-04/1886-02",
                "April 1885 to February 1886",
                "Apr. 1885–Feb. 1886",
            ],
            "1885-04 w3cdtf key start 1886-02 w3cdtf end (1886)",
        );
        check(
            &[
                "1993-01-01/2001-12-31",
                "1993-01-01-2001-12-31",
                "January 1, 1993 - December 31, 2001",
            ],
            "1993-01-01 w3cdtf key start 2001-12-31 w3cdtf end (2001)",
        );
        check(
            &["1885/1885-04"],
            "1885 w3cdtf key start 1885-04 w3cdtf end (1885)",
        );
    }

    #[test]
    fn a_year_that_is_far_off_is_none() {
        check_verbatim(&["5645", "2150-01-01", "21500101", "before 2150"]);
    }

    #[test]
    fn a_reversed_range_is_no_range() {
        check_verbatim(&[
            "1890-1885",
            "1890/1885",
            "1890 to 1885",
            "1885-05/1885-04",
            "1890s-1885",
        ]);
    }

    #[test]
    fn a_short_range_that_may_be_a_month_or_a_part_of_a_year_is_not_claimed() {
        check(&["1914-18"], "1914 w3cdtf key start 1918 w3cdtf end (1918)");
        check(&["1914–30"], "1914 w3cdtf key start 1930 w3cdtf end (1930)");
        check(&["1914–21"], "1914 w3cdtf key start 1921 w3cdtf end (1921)");
        check_verbatim(&[
            "1914-30",
            "1901–04",
            "1914/18",
            "1914-15-16",
            "1885-44",
            "1914-21",
            "[1914-21]",
            "1918-24",
            "2001-21",
        ]);
    }

    #[test]
    fn a_date_near_the_truth_is_approximate_and_keeps_its_wording() {
        check(
            &[
                "circa 1885",
                "Circa 1885",
                "ca. 1885",
                "ca 1885",
                "ca.1885",
                "c. 1885",
                "c.1885",
                "c 1885",
                "about 1885",
                "approx. 1885",
                "approx 1885",
                "approximately 1885",
                "around 1885",
                "~1885",
                "~ 1885",
                "1885~",
                "[ca. 1885]",
                "ca. [1885]",
                "ca. 1885?",
                "[ca. 1885?]",
            ],
            "1885 w3cdtf key approximate +note (1885)",
        );
        check(
            &["circa April 1885", "ca. 1885-04"],
            "1885-04 w3cdtf key approximate +note (1885)",
        );
        check(
            &[
                "ca. 1885-1890",
                "circa 1885 to circa 1890",
                "[ca. 1885-1890]",
                "1885~/1890~",
            ],
            "1885 w3cdtf key start approximate 1890 w3cdtf end approximate +note (1890)",
        );
        check(
            &["1885-ca. 1890"],
            "1885 w3cdtf key start 1890 w3cdtf end approximate +note (1890)",
        );
    }

    #[test]
    fn a_copyright_year_is_not_circa() {
        check_verbatim(&["c1885", "©1885", "p1885"]);
    }

    #[test]
    fn a_doubtful_date_is_questionable() {
        check(
            &[
                "1885?",
                "[1885?]",
                "[1885]?",
                "1885 ?",
                "1885 (?)",
                "probably 1885",
                "Possibly 1885",
                "perhaps 1885",
            ],
            "1885 w3cdtf key questionable (1885)",
        );
        check(&["1885-04?"], "1885-04 w3cdtf key questionable (1885)");
        check(
            &["1885/1890?", "1885-1890?"],
            "1885 w3cdtf key start 1890 w3cdtf end questionable (1890)",
        );
        check(
            &["between 1885 and 1890", "[between 1885 and 1890]"],
            "1885 w3cdtf key start questionable 1890 w3cdtf end questionable +note (1890)",
        );
    }

    #[test]
    fn a_date_in_brackets_is_inferred() {
        check(&["[1885]", "[ 1885 ]"], "1885 w3cdtf key inferred (1885)");
        check(
            &["[April 25, 1885]"],
            "1885-04-25 w3cdtf key inferred (1885)",
        );
        check(
            &["[1885-1890]", "[1885]-[1890]"],
            "1885 w3cdtf key start inferred 1890 w3cdtf end inferred (1890)",
        );
    }

    #[test]
    fn decades_and_centuries_are_approximate_spans() {
        for (raw, start, end) in [
            ("1920s", 1920, 1929),
            ("the 1920's", 1920, 1929),
            ("1920s?", 1920, 1929),
            ("circa 1920s", 1920, 1929),
            ("Early 1920s", 1920, 1923),
            ("mid-1920s", 1923, 1926),
            ("late 1920s", 1926, 1929),
            ("1900s", 1900, 1999),
            ("early 1900s", 1900, 1933),
            ("mid 1800s", 1834, 1866),
            ("late 1800s", 1867, 1899),
            ("19th century", 1800, 1899),
            ("the 19th-century", 1800, 1899),
            ("late 19th century", 1867, 1899),
            ("fifteenth century", 1400, 1499),
            ("sixteenth century", 1500, 1599),
            ("seventeenth century", 1600, 1699),
            ("eighteenth century", 1700, 1799),
            ("Late nineteenth century", 1867, 1899),
            ("twentieth century", 1900, 1999),
            ("first half of the 19th century", 1800, 1849),
            ("second half of the 20th century", 1950, 1999),
            ("1920s-1940s", 1920, 1949),
            ("late 19th century to 1920s", 1867, 1929),
            ("1890s-1900s", 1890, 1909),
            ("1890s to 1900s", 1890, 1909),
            ("late 1890s-1900s", 1896, 1909),
            ("1800s-1900s", 1800, 1999),
            ("1890s-20th century", 1890, 1999),
        ] {
            let expected = format!(
                "{start} w3cdtf key start approximate {end} w3cdtf end approximate +note ({end})"
            );
            check(&[raw], &expected);
        }
        for (raw, end) in [("1885-1920s", 1929), ("1885-1900s", 1909)] {
            let expected =
                format!("1885 w3cdtf key start {end} w3cdtf end approximate +note ({end})");
            check(&[raw], &expected);
        }
    }

    #[test]
    fn spans_of_no_century_are_not_claimed() {
        check_verbatim(&[
            "1925s",
            "0th century",
            "99th century",
            "19 century",
            "early to mid 1900s",
            "18th-19th century",
        ]);
    }

    #[test]
    fn a_day_in_words_has_its_precision() {
        check(
            &[
                "April 25, 1885",
                "25 April 1885",
                "Apr. 25, 1885",
                "April 25th, 1885",
                "25th of April 1885",
                "APRIL 25 1885",
                "1885 April 25",
                "1885, Apr. 25",
                "04/25/1885",
                "4/25/1885",
                "25.4.1885",
                "25-04-1885",
                "1885/04/25",
                "1885-4-25",
                "April 25, 1885.",
            ],
            "1885-04-25 w3cdtf key (1885)",
        );
        check(
            &[
                "Sept 1994",
                "Sept. 1994",
                "September, 1994",
                "Sep 1994",
                "1994 September",
            ],
            "1994-09 w3cdtf key (1994)",
        );
        check(&["5/5/1885"], "1885-05-05 w3cdtf key (1885)");
    }

    #[test]
    fn figures_with_two_readings_or_none_are_not_claimed() {
        check_verbatim(&[
            "4/5/1885",
            "13/13/1885",
            "10/28/85",
            "4/1885",
            "31/4/1885",
            "1885/13/01",
            "February 30, 1885",
            "1885-13-45",
            "10-28/1885",
            "April 1885 25",
            "2004-153",
            "2004-W23",
            "1086078030",
            "06/01/04",
            "2004-06-31",
            "18850231",
            "12251885",
            "1st 1885",
        ]);
    }

    #[test]
    fn other_extended_dates_are_edtf() {
        for (raw, year) in [
            ("188X", " (1889)"),
            ("18XX", " (1899)"),
            ("1885-XX", " (1885)"),
            ("1885-04-XX", " (1885)"),
            ("1885%", " (1885)"),
            ("1885?-04", " (1885)"),
            ("2024-21", " (2024)"),
            ("1931-21", " (1931)"),
            ("1885-21/1886-22", " (1886)"),
            ("-0044", " (-44)"),
            ("1885/..", ""),
            ("1885/", ""),
            ("188X/189X", " (1899)"),
            ("2004-01-01T10:10:10", " (2004)"),
            ("../1885", " (1885)"),
            ("[1667,1668,1670..1672]", ""),
            ("{1667..1672}", ""),
            ("Y17000", ""),
        ] {
            check(&[raw], &format!("{raw} edtf key{year}"));
        }
    }

    #[test]
    fn free_text_claims_nothing() {
        check_verbatim(&[
            "Spring 1885",
            "Easter 1885",
            "Summer 1885-Winter 1886",
            "Victorian era",
            "188x",
            "1885, 1887",
            "Monday",
            "44 BC",
            "1885, 1890-1895",
            "1885-1886-1887",
            "1885/1886/1887",
            "Box 1885-1890",
            "FY 1974-1975",
            "2023-2024 school year",
            "1885–86 winter",
            "1885, ©1884",
            "est. 1885",
            "1885-21",
            "1885-22",
        ]);
        let prose = "1885-".repeat(30);
        check_verbatim(&[&prose]);
    }

    #[test]
    fn dates_in_other_languages_are_read_where_they_are_sure() {
        check(
            &[
                "25 avril 1885",
                "25. April 1885",
                "25 de abril de 1885",
                "25 apr 1885",
                "le 25 avril 1885",
                "25. huhtikuuta 1885",
                "25 апреля 1885 г.",
                "1885. április 25.",
                "1885 m. balandžio 25 d.",
                "25 d'abril de 1885",
                "samedi 25 avril 1885",
                "1885年4月25日",
                "1885년 4월 25일",
                "１８８５年４月２５日",
            ],
            "1885-04-25 w3cdtf key (1885)",
        );
        check(
            &["25 mars 1885", "25 mar. 1885", "25. März 1885"],
            "1885-03-25 w3cdtf key (1885)",
        );
        check(
            &["Mai 1885", "maj 1885", "mayo 1885", "Mai 1885."],
            "1885-05 w3cdtf key (1885)",
        );
        check(
            &["marraskuu 1885", "novembre 1885"],
            "1885-11 w3cdtf key (1885)",
        );
        check(
            &["1er avril 1885", "1º de abril de 1885"],
            "1885-04-01 w3cdtf key (1885)",
        );
        check(
            &[
                "1885年",
                "anno 1885",
                "AD 1885",
                "1885 CE",
                "MDCCCLXXXV",
                "(1885)",
            ],
            "1885 w3cdtf key (1885)",
        );
        check(
            &["vers 1885", "um 1885", "около 1885", "約1885年", "1885年頃"],
            "1885 w3cdtf key approximate +note (1885)",
        );
        check(
            &[
                "entre 1885 et 1890",
                "zwischen 1885 und 1890",
                "between 1885-1890",
            ],
            "1885 w3cdtf key start questionable 1890 w3cdtf end questionable +note (1890)",
        );
        check(
            &[
                "19. Jahrhundert",
                "XIXe siècle",
                "XIX век",
                "siglo XIX",
                "19th c.",
                "19e eeuw",
                "19世紀",
            ],
            "1800 w3cdtf key start approximate 1899 w3cdtf end approximate +note (1899)",
        );
        check_verbatim(&["2 listopada 1885", "Frühjahr 1885"]);
    }

    #[test]
    fn what_other_calendars_count_is_not_claimed() {
        check_verbatim(&[
            "1302 AH",
            "AH 1302",
            "1302 H.",
            "5645 AM",
            "2428 B.E.",
            "Meiji 18",
            "明治18年",
            "١٨٨٥",
            "an XII",
            "13 Mar 1302 AH",
            "Muharram 1303 / October 1885",
            "7393 (1885)",
            "44 BCE",
            "-43",
            "-1885",
            "985",
            "AD 985",
            "3 March 1719/1720",
            "February 1719/20",
            "Jan. 30, 1699-1700",
            "1699/1700 Jan. 30",
            "11 Feb 1731/2",
            "Feb. 11, 1731-32",
        ]);
    }

    #[test]
    fn a_range_may_name_once_what_its_ends_share() {
        check(
            &[
                "June 3-5, 1885",
                "3-5 June 1885",
                "3.–5. Juni 1885",
                "1885 June 3-5",
                "du 3 au 5 juin 1885",
            ],
            "1885-06-03 w3cdtf key start 1885-06-05 w3cdtf end (1885)",
        );
        check(
            &[
                "May 4-June 5, 1885",
                "4 May - 5 June 1885",
                "1885 May 4-June 5",
                "4 May 1885 to 5 June 1885",
            ],
            "1885-05-04 w3cdtf key start 1885-06-05 w3cdtf end (1885)",
        );
        check(
            &[
                "June-July 1885",
                "Jun-Jul 1885",
                "June 1885-July 1885",
                "Juni bis Juli 1885",
            ],
            "1885-06 w3cdtf key start 1885-07 w3cdtf end (1885)",
        );
        check_verbatim(&[
            "3 June 1885-5",
            "June 3-July, 1885",
            "1902-03-04-1905",
            "1200-3400",
            "0001-9998",
            "0001/9998",
        ]);
    }

    #[test]
    fn a_date_with_an_open_side_is_an_interval() {
        check(
            &[
                "before 1900",
                "avant 1900",
                "not after 1900",
                "to 1900",
                "pre-1900",
            ],
            "../1900 edtf key +note (1900)",
        );
        check(
            &[
                "after 1885",
                "since 1885",
                "from 1885",
                "1885-present",
                "1885 to present",
                "1885 - present",
                "1885-",
                "1885-9999",
                "seit 1885",
            ],
            "1885/.. edtf key +note",
        );
        check(
            &["[after 5 Jan. 1867]"],
            "1867-01-05/.. edtf key inferred +note",
        );
        check(&["1885-uuuu", "1885-?"], "1885/ edtf key +note");
        check_verbatim(&["before the 1920s", "before the war"]);
    }

    #[test]
    fn supplied_dates_of_cataloguing_rules_are_read() {
        check(
            &["[188-]", "[188-?]", "188u", "1880s"],
            "1880 w3cdtf key start approximate 1889 w3cdtf end approximate +note (1889)",
        );
        check(
            &["[18--]", "[18--?]", "18uu"],
            "1800 w3cdtf key start approximate 1899 w3cdtf end approximate +note (1899)",
        );
        check(
            &["[1892 or 1893]", "1892 or 93", "1892 ou 1893"],
            "1892 w3cdtf key start questionable 1893 w3cdtf end questionable +note (1893)",
        );
        check(&["1885 [?]"], "1885 w3cdtf key questionable (1885)");
        check(
            &["1885 [i.e. 1886]"],
            "1886 w3cdtf key inferred +note (1886)",
        );
        check(
            &[
                "1905-1987 (bulk 1932-1987)",
                "1905-1987, predominant 1932-1987",
                "1905-1987, undated",
            ],
            "1905 w3cdtf key start 1987 w3cdtf end +note (1987)",
        );
        check(&["1885-10-00"], "1885-10 w3cdtf key (1885)");
        check(&["1885-00-00"], "1885 w3cdtf key (1885)");
    }

    #[test]
    fn the_time_of_day_is_left_to_the_note() {
        check(
            &[
                "2004:06:01 10:20:30",
                "2004-06-01 10:20:30",
                "2004-06-01T10:20:30.123+0200",
                "Tue Jun 01 2004 10:20:30 GMT+0200 (CEST)",
                "Tue Jun 01 2004 10:20:30 GMT+0200 (Central European Summer Time)",
                "Tue Jun  1 10:20:30 UTC 2004",
                "Tue, 1 Jun 2004 10:20:30 +0200",
            ],
            "2004-06-01 w3cdtf key +note (2004)",
        );
        check(&["20040601"], "2004-06-01 w3cdtf key (2004)");
        check(
            &["2004-06-01T00:00:00.000Z/2004-06-02T00:00:00.000Z"],
            "2004-06-01 w3cdtf key start 2004-06-02 w3cdtf end +note (2004)",
        );
    }

    #[test]
    fn what_is_not_over_has_no_last_year() {
        check(
            &["21st century", "twenty-first century"],
            "20XX edtf key +note (2099)",
        );
        check(&["2020s"], "202X edtf key +note (2029)");
        check(
            &["2000s"],
            "2000 w3cdtf key start approximate 2009 w3cdtf end approximate +note (2009)",
        );
        check_verbatim(&[
            "early 21st century",
            "1990s-2020s",
            "late 20th century to early 21st century",
        ]);
    }

    #[test]
    fn a_record_date_has_to_be_w3cdtf_already() {
        let as_string = |raw| w3cdtf(raw).map(|text| text.as_str().to_owned());
        assert_eq!(
            as_string(" 2025-12-02T21:56:48.355Z "),
            Some("2025-12-02T21:56:48.355Z".to_owned())
        );
        for raw in ["", "2025-12-02T21:56:48", "April 25, 1885", "188X"] {
            assert_eq!(as_string(raw), None, "{raw}");
        }
    }

    #[test]
    fn the_code_of_a_date_is_read_as_far_as_it_is_sure() {
        for (code, expected) in [
            ("date_1885", Some("1885")),
            ("date_1885_10", Some("1885-10")),
            ("date_1885_10_28", Some("1885-10-28")),
            ("date_1885_10_??", Some("1885-10")),
            ("date_1885_??", Some("1885")),
            ("date_1885_??_??", Some("1885")),
            ("date_1885_??_28", None),
            ("date_1885_13", None),
            ("date_1885_1890", None),
            ("date_????", None),
            ("date_??", None),
            ("date_", None),
            ("date_circa_1885", None),
            ("1885_10_28", None),
        ] {
            assert_eq!(from_code(code).as_deref(), expected, "{code}");
        }
    }
}
