//! Comma- and tab-separated values.

use std::borrow::Cow;

use csv::{QuoteStyle, Terminator, Writer, WriterBuilder};

use super::{Format, sink::Sink};

/// The first characters of a cell that a spreadsheet takes for a formula.
const FORMULA: [char; 4] = ['=', '+', '-', '@'];

/// The characters that end a cell or a line of TSV, and what stands for them.
const ESCAPED: [(char, &str); 4] = [('\\', "\\\\"), ('\t', "\\t"), ('\n', "\\n"), ('\r', "\\r")];

/// A writer of separated values. A line ends as RFC 4180 prescribes for commas, and as the tools of a shell
/// expect for tabs; these tools know no quotes either.
pub(super) fn writer(format: Format, sink: Sink) -> Writer<Sink> {
    let mut builder = WriterBuilder::new();
    match format {
        Format::Tsv => builder
            .delimiter(b'\t')
            .quote_style(QuoteStyle::Never)
            .terminator(Terminator::Any(b'\n')),
        _ => builder.terminator(Terminator::CRLF),
    };
    builder.from_writer(sink)
}

/// The cell of a text, which no spreadsheet evaluates unless it is raw.
pub(super) fn cell(text: &str, format: Format, is_raw: bool) -> String {
    let text = safe(text, is_raw);
    if format != Format::Tsv {
        return text.into_owned();
    }
    let escaped = |letter: char| {
        let found = ESCAPED.iter().find(|(it, _)| *it == letter);
        found.map_or_else(|| letter.to_string(), |(_, text)| (*text).to_owned())
    };
    text.chars().map(escaped).collect()
}

fn safe(text: &str, is_raw: bool) -> Cow<'_, str> {
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

    #[test]
    fn a_record_of_tsv_is_a_line() {
        let text = "a\tb\nc\r\\ \"d\"";
        assert_eq!(cell(text, Format::Tsv, false), r#"a\tb\nc\r\\ "d""#);
        assert_eq!(cell(text, Format::Csv, false), text);
    }
}
