//! Filters a list by typed text.

use std::{cmp::Reverse, collections::BTreeMap};

use nucleo_matcher::{
    Config, Matcher, Utf32Str,
    pattern::{AtomKind, CaseMatching, Normalization, Pattern},
};

/// The items whose name matches the text, best first; without text all of them, in their order.
pub(super) fn matching<T>(text: &str, all: Vec<T>, name: impl Fn(&T) -> &str) -> Vec<T> {
    if text.trim().is_empty() {
        return all;
    }
    // Parts of words, not letters scattered over the name: "ben" does not match
    // Barthélémy Serrano.
    let pattern = Pattern::new(
        text.trim(),
        CaseMatching::Ignore,
        Normalization::Smart,
        AtomKind::Substring,
    );
    let mut matcher = Matcher::new(Config::DEFAULT);
    let mut buffer = Vec::new();
    let mut by_score: BTreeMap<_, Vec<T>> = BTreeMap::new();
    for item in all {
        let haystack = Utf32Str::new(name(&item), &mut buffer);
        if let Some(score) = pattern.score(haystack, &mut matcher) {
            by_score.entry(Reverse(score)).or_default().push(item);
        }
    }
    by_score.into_values().flatten().collect()
}
