//! Comma- and tab-separated values.

use std::borrow::Cow;

use csv::{Terminator, Writer, WriterBuilder};

use super::{Format, sink::Sink};

/// The first characters of a cell that a spreadsheet takes for a formula.
const FORMULA: [char; 4] = ['=', '+', '-', '@'];

/// A writer of separated values. A line ends as RFC 4180 prescribes for commas, and as the tools of a shell
/// expect for tabs.
pub(super) fn writer(format: Format, sink: Sink) -> Writer<Sink> {
    let mut builder = WriterBuilder::new();
    match format {
        Format::Tsv => builder.delimiter(b'\t').terminator(Terminator::Any(b'\n')),
        _ => builder.terminator(Terminator::CRLF),
    };
    builder.from_writer(sink)
}

/// The cell of a text, which no spreadsheet evaluates.
pub(super) fn safe(text: &str, is_raw: bool) -> Cow<'_, str> {
    if !is_raw && text.starts_with(FORMULA) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_become_texts() {
        for text in ["=1+1", "+33 1 02 03 04 05", "-1", "@SUM(A1)"] {
            assert_eq!(safe(text, false), format!("'{text}"));
            assert_eq!(safe(text, true), text);
        }
        for text in ["", "a=b", "12", "'=1"] {
            assert_eq!(safe(text, false), text);
        }
    }
}
