//! Messages of the API for programs: JSON and separated values.

use std::io::Write as _;

use csv::Writer;
use prost_reflect::{DynamicMessage, FieldDescriptor, MessageDescriptor};

use super::{Format, OutputArgs, delimited, sink::Sink};
use crate::{
    command::{
        failure::{Failure, Outcome},
        message,
    },
    messages::Messages,
};

/// Writes messages of one kind.
pub(crate) struct DataWriter {
    fields: Vec<FieldDescriptor>,
    /// Whether the fields are chosen ones.
    is_choice: bool,
    is_raw: bool,
    format: Format,
    count: usize,
    has_begun: bool,
    form: Form,
}

enum Form {
    /// A JSON array.
    Array(Sink),
    /// A JSON value on each line.
    Lines(Sink),
    /// Separated values.
    Delimited(Box<Writer<Sink>>),
}

impl DataWriter {
    /// A writer in one of the formats for programs.
    pub(crate) fn new(
        (format, args): (Format, &OutputArgs),
        kind: &MessageDescriptor,
        sink: Sink,
        messages: &Messages,
    ) -> Outcome<Self> {
        let fields = message::fields(kind, &args.fields, messages)?;
        let form = match format {
            Format::Json => Form::Array(sink),
            Format::Jsonl => Form::Lines(sink),
            _ => Form::Delimited(Box::new(delimited::writer(format, sink))),
        };
        Ok(Self {
            is_choice: !args.fields.is_empty(),
            fields,
            is_raw: args.raw,
            format,
            count: 0,
            has_begun: false,
            form,
        })
    }

    /// Writes what is before the first message. A command that fails before it has one writes nothing.
    fn begin(&mut self) -> Outcome {
        if std::mem::replace(&mut self.has_begun, true) {
            return Ok(());
        }
        match &mut self.form {
            Form::Array(sink) => sink.write_all(b"[")?,
            Form::Lines(_) => {}
            Form::Delimited(writer) => {
                let names = self.fields.iter().map(FieldDescriptor::json_name);
                writer.write_record(names).map_err(of_csv)?;
            }
        }
        Ok(())
    }

    /// Writes a message.
    pub(crate) fn write(&mut self, message: &DynamicMessage) -> Outcome {
        self.begin()?;
        let chosen = self.is_choice.then_some(self.fields.as_slice());
        match &mut self.form {
            Form::Array(sink) => {
                let comma = if self.count == 0 { "\n" } else { ",\n" };
                write!(sink, "{comma}  {}", message::json(message, chosen)?)?;
            }
            Form::Lines(sink) => writeln!(sink, "{}", message::json(message, chosen)?)?,
            Form::Delimited(writer) => {
                let texts = self.fields.iter().map(|it| message::text(message, it));
                let (format, is_raw) = (self.format, self.is_raw);
                let cells = texts.map(|it| delimited::cell(&it, format, is_raw));
                writer.write_record(cells).map_err(of_csv)?;
            }
        }
        self.count += 1;
        Ok(())
    }

    /// Passes on what is written so far.
    pub(crate) fn flush(&mut self) -> Outcome {
        match &mut self.form {
            Form::Array(sink) | Form::Lines(sink) => sink.flush()?,
            Form::Delimited(writer) => writer.flush()?,
        }
        Ok(())
    }

    /// Completes the output.
    pub(crate) fn finish(mut self) -> Outcome {
        self.begin()?;
        let sink = match self.form {
            Form::Array(mut sink) => {
                let end: &[u8] = if self.count == 0 { b"]\n" } else { b"\n]\n" };
                sink.write_all(end)?;
                sink
            }
            Form::Lines(sink) => sink,
            Form::Delimited(writer) => writer
                .into_inner()
                .map_err(|error| Failure::from(error.into_error()))?,
        };
        Ok(sink.finish()?)
    }
}

/// Writes one message: a JSON object, or separated values.
pub(crate) fn write_one(
    (format, args): (Format, &OutputArgs),
    message: &DynamicMessage,
    messages: &Messages,
) -> Outcome {
    use prost_reflect::ReflectMessage as _;
    let kind = message.descriptor();
    let mut sink = Sink::open(None)?;
    if format == Format::Json {
        let fields = message::fields(&kind, &args.fields, messages)?;
        let chosen = (!args.fields.is_empty()).then_some(fields.as_slice());
        writeln!(sink, "{:#}", message::json(message, chosen)?)?;
        return Ok(sink.finish()?);
    }
    let mut writer = DataWriter::new((format, args), &kind, sink, messages)?;
    writer.write(message)?;
    writer.finish()
}

pub(super) fn of_csv(error: csv::Error) -> Failure {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error.into(),
        other => Failure::from(std::io::Error::other(format!("{other:?}"))),
    }
}
