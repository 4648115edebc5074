//! What was meant by a word that is not known.

/// How much a word has to resemble one that is known, from 0 to 1.
const LEAST_LIKENESS: f64 = 0.8;

/// Asks whether the known word was meant that is most like the given one, behind a colon; says nothing if none is.
pub(crate) fn suggestion(given: &str, known: &[&str]) -> String {
    nearest(given, known).map_or_else(String::new, |known| format!(": did you mean {known:?}?"))
}

fn nearest<'k>(given: &str, known: &[&'k str]) -> Option<&'k str> {
    let given = folded(given);
    // A word cut off at its start or end is another one to the measure.
    let likeness = |known: &str| {
        let known = folded(known);
        let is_part = given.len() > 3 && known.contains(&given);
        let likeness = strsim::jaro_winkler(&given, &known);
        if is_part { 1.0 } else { likeness }
    };
    let likely = known.iter().map(|known| (likeness(known), *known));
    let (likeness, known) = likely.max_by(|(a, _), (b, _)| a.total_cmp(b))?;
    (likeness >= LEAST_LIKENESS).then_some(known)
}

/// Returns a word without what tells spellings of it apart.
fn folded(word: &str) -> String {
    let letters = word.chars().filter(|letter| !matches!(letter, '-' | '_'));
    // A long word is like none that is known.
    letters.take(64).flat_map(char::to_lowercase).collect()
}
