//! Filters a list by typed text.

use epic_events::fold::{fold, query_words};

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
