//! The signs of the console of Linux, whose fonts have 256 or 512 characters.
//!
//! The usual fonts (Lat15 and Uni2 of Debian's console-setup, and the font of the kernel, which has code
//! page 437) have in common the letters of Western Europe, thin lines, full blocks and a few dots. Other
//! signs are replaced by what says the same in one column.

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
    ("▴", "^"),
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

/// What the console displays instead of a sign that it lacks.
pub(super) fn of_console(symbol: &str) -> Option<&'static str> {
    let found = REPLACEMENTS.iter().find(|(sign, _)| *sign == symbol);
    found.map(|(_, replacement)| *replacement)
}
