//! Rows that are no messages of the API: named values, in the formats for programs.

use std::io::Write as _;

use serde_json::{Map, Value};

use super::{Format, OutputArgs, data::of_csv, delimited, sink::Sink};
use crate::{
    command::{
        failure::{Failure, Outcome},
        message,
    },
    messages::Messages,
};

/// Rows of values, with the name of each column.
pub(crate) struct Rows {
    names: Vec<String>,
    rows: Vec<Vec<Value>>,
}

impl Rows {
    /// Rows of the columns that a command line chooses, in its order; of all without a choice.
    pub(crate) fn chosen(
        names: &[&str],
        rows: &[Vec<Value>],
        chosen: &[String],
        messages: &Messages,
    ) -> Outcome<Self> {
        let index = |name: &String| {
            let found = names.iter().position(|it| it == name);
            found.ok_or_else(|| message::no_such_field(name, names, messages))
        };
        let indices: Vec<usize> = if chosen.is_empty() {
            (0..names.len()).collect()
        } else {
            chosen.iter().map(index).collect::<Outcome<_>>()?
        };
        let pick = |row: &Vec<Value>| indices.iter().map(|it| row[*it].clone()).collect();
        Ok(Self {
            names: indices.iter().map(|it| names[*it].to_owned()).collect(),
            rows: rows.iter().map(pick).collect(),
        })
    }

    /// The names of the columns.
    pub(crate) fn names(&self) -> &[String] {
        &self.names
    }

    /// The texts of the cells.
    pub(crate) fn texts(&self) -> Vec<Vec<String>> {
        let row = |row: &Vec<Value>| row.iter().map(text).collect();
        self.rows.iter().map(row).collect()
    }

    /// Writes the rows in a format for programs.
    pub(crate) fn write(&self, (format, args): (Format, &OutputArgs)) -> Outcome {
        let mut sink = Sink::open(None)?;
        let objects = self.rows.iter().map(|row| {
            let pairs = self.names.iter().cloned().zip(row.iter().cloned());
            Value::Object(pairs.collect::<Map<_, _>>())
        });
        match format {
            Format::Json => writeln!(sink, "{:#}", Value::Array(objects.collect()))?,
            Format::Jsonl => {
                for object in objects {
                    writeln!(sink, "{object}")?;
                }
            }
            _ => {
                let mut writer = delimited::writer(format, sink);
                writer.write_record(&self.names).map_err(of_csv)?;
                for row in self.texts() {
                    let cells = row.iter().map(|it| delimited::cell(it, format, args.raw));
                    writer.write_record(cells).map_err(of_csv)?;
                }
                sink = writer
                    .into_inner()
                    .map_err(|error| Failure::from(error.into_error()))?;
            }
        }
        Ok(sink.finish()?)
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
