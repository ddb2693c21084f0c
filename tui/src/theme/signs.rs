//! Replaced signs: characters that could control the terminal, and those that the console of Linux lacks,
//! whose fonts have 256 or 512 characters.
//!
//! The usual fonts (Lat15 and Uni2 of Debian's console-setup, and the font of the kernel, which has code
//! page 437) have in common the letters of Western Europe, thin lines, full blocks and a few dots. Other
//! signs are replaced by what says the same in one column.

use epic_events::character;

/// Replaced signs, and what replaces them.
const REPLACEMENTS: &[(&str, &str)] = &[
    ("●", "*"),
    ("○", "o"),
    ("✓", "+"),
    ("✗", "x"),
    ("⊘", "-"),
    ("◆", "#"),
    ("•", "*"),
    ("▌", ">"),
    ("▐", "<"),
    ("▾", "v"),
    ("›", ">"),
    ("‹", "<"),
    ("…", "~"),
    // Beside the thin lines, which have the same character in some fonts.
    ("━", "="),
    ("╸", "="),
    ("┃", "█"),
    ("╎", "│"),
    ("╭", "┌"),
    ("╮", "┐"),
    ("╰", "└"),
    ("╯", "┘"),
    ("▬", "█"),
    ("▁", "_"),
    // The word mark.
    ("▀", "\""),
    ("▄", "_"),
    ("⇄", "="),
    // Quotation marks and dashes.
    ("’", "'"),
    ("‘", "'"),
    ("“", "\""),
    ("”", "\""),
    ("„", "\""),
    ("–", "-"),
    ("—", "-"),
    ("−", "-"),
    ("×", "x"),
    ("\u{202f}", " "),
    ("\u{a0}", " "),
    // The spinner.
    ("⣷", "|"),
    ("⣯", "/"),
    ("⣟", "-"),
    ("⡿", "\\"),
    ("⢿", "|"),
    ("⣻", "/"),
    ("⣽", "-"),
    ("⣾", "\\"),
];

/// What a cell displays instead of a symbol with characters that could control the terminal or change the
/// direction of text; `None` if it has none. The widgets display them as signs already; this covers texts
/// that are drawn without widgets.
pub(super) fn safe(symbol: &str) -> Option<String> {
    if !symbol.contains(character::is_unsafe) {
        return None;
    }
    // A cell has one column: the terminal draws further characters in it over the first one.
    let mut letters = symbol.chars();
    let first = letters.next().map(|it| match it {
        it if character::is_unsafe(it) => character::sign(it),
        it => it,
    });
    let rest = letters.filter(|&it| !character::is_unsafe(it));
    Some(first.into_iter().chain(rest).collect())
}

/// What the console displays instead of a sign that it lacks.
pub(super) fn of_console(symbol: &str) -> Option<&'static str> {
    let found = REPLACEMENTS.iter().find(|(sign, _)| *sign == symbol);
    found.map(|(_, replacement)| *replacement)
}
