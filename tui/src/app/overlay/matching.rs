//! Filters a list by typed text.

use epic_events::fold::{fold, query_words};
use unicode_segmentation::UnicodeSegmentation as _;

use crate::{layout::columns, widgets::text::fit};

/// Returns the items whose name contains every typed word, as in a search on the server. Items whose
/// words begin with the typed words come first, then items that contain them earlier, then the order of
/// `all` decides. Without typed text, returns all items in their order.
pub(super) fn matching<T>(text: &str, all: Vec<T>, name: impl Fn(&T) -> &str) -> Vec<T> {
    let words = query_words(text);
    let ranked = all.into_iter().filter_map(|item| {
        let rank = rank(&words, &fold(name(&item)))?;
        Some((rank, item))
    });
    let mut ranked: Vec<_> = ranked.collect();
    ranked.sort_by_key(|(rank, _)| *rank);
    ranked.into_iter().map(|(_, item)| item).collect()
}

/// Whether the typed text is empty or names this item: its first word equals the name's first word, and
/// the name contains the others.
pub(super) fn is_named_by(text: &str, name: &str) -> bool {
    let typed = query_words(text);
    let Some(first) = typed.first() else {
        return true;
    };
    Some(first) == query_words(name).first() && rank(&typed, &fold(name)).is_some()
}

/// The rank of a name: the number of words that it contains only in the middle of a word, and the sum of
/// their positions. `None` when it lacks a word.
fn rank(words: &[String], name: &str) -> Option<(usize, usize)> {
    let (mut inside, mut position) = (0, 0);
    for word in words {
        let (begins, at) = find(word, name)?;
        inside += usize::from(!begins);
        position += at;
    }
    Some((inside, position))
}

/// Whether the name contains the word at the beginning of a word, and the position: there, or else where
/// it first occurs.
fn find(word: &str, name: &str) -> Option<(bool, usize)> {
    let begins = |at: &usize| !name[..*at].ends_with(char::is_alphanumeric);
    let mut places = name.match_indices(word).map(|(at, _)| at);
    let first = places.next()?;
    let beginning = [first].into_iter().chain(places).find(begins);
    Some((beginning.is_some(), beginning.unwrap_or(first)))
}

/// The parts of a displayed name, each with whether the typed text matches it. Characters stay whole.
pub(super) fn marked(text: &str, name: &str) -> Vec<(String, bool)> {
    let words = query_words(text);
    if words.is_empty() {
        return vec![(name.to_owned(), false)];
    }
    let mut folded = String::new();
    let mut ends = Vec::new();
    let graphemes: Vec<_> = name.graphemes(true).collect();
    for grapheme in &graphemes {
        // Each letter is folded by itself, and blanks become one.
        let part = fold(grapheme);
        let is_repeated = part == " " && folded.ends_with(' ');
        folded.push_str(if is_repeated { "" } else { &part });
        ends.push(folded.len());
    }
    let found: Vec<_> = words
        .iter()
        .filter_map(|word| find(word, &folded).map(|(_, at)| at..at + word.len()))
        .collect();
    let mut parts: Vec<(String, bool)> = Vec::new();
    let mut start = 0;
    for (grapheme, end) in graphemes.into_iter().zip(ends) {
        let is_found = found.iter().any(|it| it.start < end && start < it.end);
        match parts.last_mut() {
            Some((part, before)) if *before == is_found => part.push_str(grapheme),
            _ => parts.push((grapheme.to_owned(), is_found)),
        }
        start = end;
    }
    parts
}

/// The first of these texts that contains a typed word which `shown` lacks.
pub(super) fn elsewhere(
    text: &str,
    shown: &str,
    mut others: impl Iterator<Item = String>,
) -> Option<String> {
    let shown = fold(shown);
    let words = query_words(text);
    let missing: Vec<_> = words.iter().filter(|it| !shown.contains(*it)).collect();
    if missing.is_empty() {
        return None;
    }
    others.find(|other| {
        let other = fold(other);
        missing.iter().any(|word| other.contains(word.as_str()))
    })
}

/// A text of at most this width in which the first letters that match the typed text are visible: its
/// beginning, or, if they are further right, the rest from the word before them on, after a sign.
pub(super) fn excerpt(text: &str, other: &str, width: u16) -> String {
    let parts = marked(text, other);
    let before = parts.iter().take_while(|(_, is_found)| !is_found);
    let before: String = before.map(|(part, _)| part.as_str()).collect();
    let Some((found, _)) = parts.iter().find(|(_, is_found)| *is_found) else {
        return fit(other, width);
    };
    let found = columns(found);
    // One column for the sign at the end.
    if columns(other) <= width || columns(&before) + found < width {
        return fit(other, width);
    }
    let word = before.rfind(' ').map_or(0, |blank| blank + 1);
    let start = if columns(&before[word..]) + found + 2 <= width {
        word
    } else {
        before.len()
    };
    fit(&format!("…{}", &other[start..]), width)
}

#[cfg(test)]
#[path = "../../../../proto/src/fold/fixtures.rs"]
mod folded_words;

#[cfg(test)]
mod tests {
    use super::{folded_words::CASES, *};

    #[test]
    fn the_words_of_the_shared_table_are_found() {
        for &(text, query, expected) in CASES {
            let found = matching(query, vec![text], |text| text);
            assert_eq!(!found.is_empty(), expected, "{text:?} by {query:?}");
        }
    }

    #[test]
    fn matching_letters_are_marked_whole() {
        let cases = [
            ("", "Zoé Lambert", "Zoé Lambert"),
            ("oe", "Zoé Lambert", "Z[oé] Lambert"),
            ("lam ZO", "Zoe\u{301}  Lambert", "[Zo]e\u{301}  [Lam]bert"),
            ("zoe", "Zoe\u{301}  Lambert", "[Zoe\u{301}]  Lambert"),
            ("oeu", "Cœur", "C[œu]r"),
            ("o", "Cœur", "C[œ]ur"),
            ("amb", "Zoé Lambert, Amber", "Zoé Lambert, [Amb]er"),
            ("xyz lam", "Zoé Lambert", "Zoé [Lam]bert"),
        ];
        for (typed, name, expected) in cases {
            let parts = marked(typed, name).into_iter();
            let parts = parts.map(
                |(part, is_found)| {
                    if is_found { format!("[{part}]") } else { part }
                },
            );
            assert_eq!(parts.collect::<String>(), expected, "{typed:?}");
        }
    }

    #[test]
    fn what_is_not_shown_is_found_in_another_text() {
        let others = || ["01 40 20 53 17", "Accès par la porte nord"].map(str::to_owned);
        let found = |typed, shown| elsewhere(typed, shown, others().into_iter());
        assert_eq!(found("zoé", "Zoé Lambert"), None);
        assert_eq!(
            found("zoe ACCES", "Zoé Lambert").as_deref(),
            Some("Accès par la porte nord")
        );
        assert_eq!(found("", "Zoé Lambert"), None);
    }

    #[test]
    fn what_matches_is_visible_in_an_excerpt() {
        let cases = [
            ("porte", 40, "Accès par la porte nord"),
            ("porte", 20, "Accès par la porte …"),
            ("porte", 19, "Accès par la porte…"),
            ("porte", 18, "…porte nord"),
            ("nord", 8, "…nord"),
            ("ort", 8, "…porte …"),
            ("ort", 5, "…ort…"),
            ("xyz", 8, "Accès p…"),
        ];
        for (typed, width, expected) in cases {
            let text = excerpt(typed, "Accès par la porte nord", width);
            assert_eq!(text, expected, "{typed} in {width}");
        }
    }

    #[test]
    fn a_name_is_typed_with_its_whole_first_word() {
        let cases = [
            ("", "nobody", true),
            (" ", "nobody", true),
            ("Nobody ", "nobody", true),
            ("« personne »", "personne", true),
            ("no", "nobody", false),
            ("body", "nobody", false),
            ("nobody else", "nobody", false),
            ("no one", "no one", true),
            ("no o", "no one", true),
            ("one", "no one", false),
        ];
        for (typed, name, expected) in cases {
            assert_eq!(is_named_by(typed, name), expected, "{typed:?} {name:?}");
        }
    }

    #[test]
    fn the_best_lines_come_first() {
        let people = [
            "Zoé Lambert",
            "Paul Lambert",
            "Amber Paulin",
            "Lamia Saint-Paul",
        ];
        let cases: &[(&str, &[&str])] = &[
            ("", &people),
            (" \u{200b} ", &people),
            ("lambert", &["Zoé Lambert", "Paul Lambert"]),
            (
                "paul",
                &["Paul Lambert", "Amber Paulin", "Lamia Saint-Paul"],
            ),
            ("amber", &["Amber Paulin", "Zoé Lambert", "Paul Lambert"]),
            ("lam paul", &["Paul Lambert", "Lamia Saint-Paul"]),
            ("zoe lambert", &["Zoé Lambert"]),
            ("ZOE\u{301}", &["Zoé Lambert"]),
            ("b a", &["Amber Paulin", "Paul Lambert", "Zoé Lambert"]),
            ("zlb", &[]),
        ];
        for &(typed, expected) in cases {
            let found = matching(typed, people.to_vec(), |name| name);
            assert_eq!(found, expected, "{typed:?}");
        }
    }
}
