//! Names of months and weekdays in the languages that archives catalogue in.
//!
//! English first, where three letters are enough; then what the C library calls them in some forty languages. A name
//! that is one month here and another there (Polish and Croatian *listopada*) is none.

use std::sync::LazyLock;

use foldhash::{HashMap, HashMapExt as _, HashSet};
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use super::words::table;

#[rustfmt::skip]
const ENGLISH: [&str; 12] = [
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
];

/// Months by their name, or `None` where it is the name of several.
static MONTHS: LazyLock<HashMap<String, Option<u32>>> = LazyLock::new(|| {
    let mut months: HashMap<String, Option<u32>> = HashMap::new();
    let named = NAMES.iter().flat_map(|names| &names.months);
    let named = named.flat_map(|names| names.iter().copied().zip(1..));
    let further = table("month").iter();
    let further = further.filter_map(|form| Some((form.before, form.meaning.parse().ok()?)));
    for (name, month) in named.chain(further) {
        let known = months.entry(key(name)).or_insert(Some(month));
        *known = known.filter(|known| *known == month);
    }
    months
});
static WEEKDAYS: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let names = NAMES.iter().flat_map(|names| names.days);
    names.flatten().map(|name| key(name)).collect()
});

/// What a language calls months and weekdays, in full and shortened; the months also where no day is before them.
struct Names {
    months: [&'static [&'static str]; 4],
    days: [&'static [&'static str]; 2],
}

macro_rules! names_in {
    ($($locale:ident)*) => {
        [$({
            use pure_rust_locales::$locale::LC_TIME::{AB_ALT_MON, ABDAY, ABMON, ALT_MON, DAY, MON};
            let other = |names: Option<&'static [&'static str]>| names.unwrap_or_default();
            Names { months: [MON, ABMON, other(ALT_MON), other(AB_ALT_MON)], days: [DAY, ABDAY] }
        }),*]
    };
}

#[rustfmt::skip]
static NAMES: LazyLock<[Names; 37]> = LazyLock::new(|| names_in! {
    en_US fr_FR de_DE de_AT es_ES it_IT pt_PT nl_NL sv_SE da_DK nb_NO fi_FI pl_PL cs_CZ sk_SK ru_RU uk_UA be_BY hu_HU
    ro_RO tr_TR el_GR ca_ES lt_LT lv_LV et_EE hr_HR sl_SI sr_RS bg_BG mk_MK id_ID cy_GB ga_IE eu_ES gl_ES is_IS
});

/// Returns the number of a month from its name in lower case; of an English one three letters are enough.
pub(super) fn month(word: &str) -> Option<u32> {
    let english = ENGLISH
        .into_iter()
        .zip(1..)
        .find(|(name, _)| word.len() >= 3 && name.starts_with(word));
    if let Some((_, month)) = english {
        return Some(month);
    }
    let key = key(word);
    // Finnish dates have the partitive.
    let name = key.strip_suffix("ta").filter(|name| name.ends_with("kuu"));
    *MONTHS.get(name.unwrap_or(&key))?
}

/// Tells whether a word in lower case names a day of the week, in full or shortened.
pub(super) fn is_weekday(word: &str) -> bool {
    WEEKDAYS.contains(&key(word))
}

/// Returns the last word of a name, in lower case, without accents and full stop: "de març" counts by "marc".
fn key(name: &str) -> String {
    let name = name.trim().trim_end_matches('.').to_lowercase();
    let word = name.rsplit([' ', '’']).next().unwrap_or_default();
    word.nfd()
        .filter(|letter| !is_combining_mark(*letter))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_is_known_in_many_languages_and_never_mistaken() {
        for (number, names) in [
            (
                1,
                "jan january janvier jänner enero gennaio januar siječnja января ledna ocak sausio",
            ),
            (
                2,
                "feb février fevrier févr febrero luty lutego únor února helmikuuta şubat",
            ),
            (
                3,
                "mars mar märz marzo maart marts março marca března марта martie kovo",
            ),
            (
                4,
                "avril avr abril aprile huhtikuu huhtikuuta kwietnia апреля april.",
            ),
            (5, "mai maj mei maio maggio mayo toukokuu května мая"),
            (6, "juin juni giugno junho czerwca июня"),
            (7, "juillet juil juill juli luglio julho lipca июля temmuz"),
            (8, "août aout agosto augusti sierpnia августа"),
            (9, "sept settembre septiembre září września 7bre"),
            (10, "ottobre octubre okt outubro october октября"),
            (11, "november marraskuu marraskuuta novembre ноября"),
            (
                12,
                "dez dic décembre joulukuu prosince grudnia декабря xbre",
            ),
        ] {
            for name in names.split(' ') {
                let name = name.trim_end_matches('.');

                assert_eq!(month(name), Some(number), "{name}");
            }
        }
        for name in ["listopada", "lis", "srp", "xyz", "ma", "", "jui", "fómhair"] {
            assert_eq!(month(name), None, "{name}");
        }
    }

    #[test]
    fn a_weekday_is_known_in_full_and_shortened() {
        for name in [
            "monday",
            "mon",
            "lundi",
            "sonntag",
            "so",
            "domenica",
            "воскресенье",
        ] {
            assert!(is_weekday(name), "{name}");
        }
        assert!(!is_weekday("april"));
    }
}
