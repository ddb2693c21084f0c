//! What a command writes: its format, and where to.

pub(crate) mod calendar;
pub(crate) mod data;
mod delimited;
pub(crate) mod file_error;
pub(crate) mod human;
pub(crate) mod rows;
pub(crate) mod sink;

use std::io::{IsTerminal as _, stdout};

use clap::{Args, ValueEnum};

/// The format of an output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// A table for people; tab-separated, as `tsv`, if the output is not a terminal.
    Table,
    /// One JSON value: an array of the API's messages, or one message.
    Json,
    /// A JSON value on each line.
    Jsonl,
    /// Comma-separated values (RFC 4180), with a line of names.
    Csv,
    /// Tab-separated values, with a line of names.
    Tsv,
    /// The texts of the table, separated by tabs, without names and styles.
    Plain,
    /// A calendar (RFC 5545), of events only.
    Ics,
}

/// The options of an output. Their texts are the messages `option-…`.
#[derive(Args, Clone, Debug)]
pub struct OutputArgs {
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub(crate) format: Option<Format>,
    #[arg(long, value_name = "FIELDS", value_delimiter = ',')]
    pub(crate) fields: Vec<String>,
    #[arg(long)]
    pub(crate) raw: bool,
}

impl OutputArgs {
    /// The identifier of the format.
    pub(crate) const FORMAT: &'static str = "format";
    /// The identifiers of all options.
    pub(crate) const NAMES: [&'static str; 3] = [Self::FORMAT, "fields", "raw"];

    /// The format, given whether the output is a terminal: a table for people only.
    pub(crate) fn resolved(&self, is_terminal: bool) -> Format {
        match self.format {
            None | Some(Format::Table) if is_terminal => Format::Table,
            None | Some(Format::Table) => Format::Tsv,
            Some(format) => format,
        }
    }
}

/// Whether standard output is a terminal.
pub(crate) fn is_terminal() -> bool {
    stdout().is_terminal()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_for_terminals() {
        let args = |format| OutputArgs {
            format,
            fields: Vec::new(),
            raw: false,
        };
        for format in [None, Some(Format::Table)] {
            assert_eq!(args(format).resolved(true), Format::Table);
            assert_eq!(args(format).resolved(false), Format::Tsv);
        }
        assert_eq!(args(Some(Format::Json)).resolved(true), Format::Json);
    }
}
