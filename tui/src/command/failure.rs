//! Why a command fails: the exit code, and what it says on standard error.

use std::{
    io::{self, Write as _},
    process::ExitCode,
};

use epic_events::{api_error::ApiError, policy::Denied, reason::Reason};
use serde::Serialize;
use tonic::Code;

use super::output::Format;
use crate::{
    api::RequestError,
    messages::{Arg, Messages},
};

/// The exit code of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// The command is done.
    Done = 0,
    /// A rule refuses it, or the user has answered no.
    Refused = 1,
    /// The command line is wrong.
    Usage = 2,
    /// There is no session, or the password is wrong.
    NotSignedIn = 3,
    /// The rights of the user do not suffice.
    NotAllowed = 4,
    /// There is no such record.
    NotFound = 5,
    /// Another collaborator has changed the record.
    Changed = 6,
    /// The server does not answer, or not now.
    ServerAway = 7,
    /// A signal has interrupted the command.
    Interrupted = 130,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Why a command fails.
#[derive(Debug)]
pub enum Failure {
    /// What the user reads.
    Report(Box<Report>),
    /// Nobody reads the output any more, as after `| head`: the command ends quietly.
    ClosedPipe,
}

/// The result of a part of a command.
pub(crate) type Outcome<T = ()> = Result<T, Failure>;

/// A failure as data. `--format json` prints it in this form.
#[derive(Debug, Serialize)]
pub struct Report {
    /// The exit code.
    #[serde(skip)]
    pub exit: Exit,
    /// The reason: that of the server, or one of the client's own.
    pub reason: &'static str,
    /// A sentence in the user's language.
    pub sentence: String,
    /// The fields that are wrong.
    pub fields: Vec<FieldReport>,
    /// The records that an ambiguous name may mean.
    pub candidates: Vec<Candidate>,
}

/// A field that is wrong.
#[derive(Debug, Serialize)]
pub struct FieldReport {
    /// The name of the field in the API.
    pub field: String,
    /// What is wrong, in the user's language.
    pub sentence: String,
    /// The option of the field and what is wrong, for the terminal.
    #[serde(skip)]
    pub line: String,
}

/// A record that an ambiguous name may mean.
#[derive(Debug, Serialize)]
pub struct Candidate {
    /// Its number, as text.
    pub id: String,
    /// Its name.
    pub name: String,
}

impl Failure {
    /// A failure with a sentence.
    pub(crate) fn new(exit: Exit, reason: &'static str, mut sentence: String) -> Self {
        // A sentence of two parts may have an empty second one.
        sentence.truncate(sentence.trim_end().len());
        Self::Report(Box::new(Report {
            exit,
            reason,
            sentence,
            fields: Vec::new(),
            candidates: Vec::new(),
        }))
    }

    /// A wrong command line.
    pub(crate) fn usage(sentence: String) -> Self {
        Self::new(Exit::Usage, "USAGE", sentence)
    }

    /// Fields that are wrong.
    pub(crate) fn fields(sentence: String, fields: Vec<FieldReport>) -> Self {
        let mut report = Self::new(Exit::Refused, Reason::InvalidField.name(), sentence);
        if let Self::Report(report) = &mut report {
            report.fields = fields;
        }
        report
    }

    /// A name that several records have.
    pub(crate) fn ambiguous(sentence: String, candidates: Vec<Candidate>) -> Self {
        let mut report = Self::new(Exit::Usage, "AMBIGUOUS_NAME", sentence);
        if let Self::Report(report) = &mut report {
            report.candidates = candidates;
        }
        report
    }

    /// An action that the access policy denies.
    pub(crate) fn denied(denied: &Denied, messages: &Messages) -> Self {
        let reason = match denied {
            Denied::Unlisted => Reason::UnknownRpc,
            Denied::Role { .. } => Reason::RoleNotAllowed,
            Denied::NotYours => Reason::NotYours,
            Denied::AlreadyAssigned => Reason::AlreadyAssigned,
            Denied::Field { .. } => Reason::FieldNotAllowed,
        };
        Self::new(exit_of(reason), reason.name(), messages.denial(denied))
    }

    /// A failed call.
    pub(crate) fn of_request(error: &RequestError, messages: &Messages) -> Self {
        match error {
            RequestError::Api(error) => Self::of_api(error, messages),
            RequestError::Unavailable(outage) => Self::new(
                Exit::ServerAway,
                "UNAVAILABLE",
                [outage.message.as_str(), &outage.detail].join("\n"),
            ),
            RequestError::SessionEnded => Self::not_signed_in(messages),
        }
    }

    /// No session.
    pub(crate) fn not_signed_in(messages: &Messages) -> Self {
        let sentence = messages.get("command-not-signed-in");
        Self::new(Exit::NotSignedIn, Reason::SessionEnded.name(), sentence)
    }

    fn of_api(error: &ApiError, messages: &Messages) -> Self {
        let fields = error
            .fields
            .iter()
            .map(|it| FieldReport::new(&it.field, messages.field_error(it)));
        Self::Report(Box::new(Report {
            exit: exit_of(error.reason),
            reason: error.reason.name(),
            sentence: messages.api_error(error, None),
            fields: fields.collect(),
            candidates: Vec::new(),
        }))
    }

    /// The exit code.
    #[must_use]
    pub fn exit(&self) -> Exit {
        match self {
            Self::Report(report) => report.exit,
            Self::ClosedPipe => Exit::Done,
        }
    }

    /// Writes the failure to standard error: sentences, or data with one of the JSON formats.
    pub fn print(&self, format: Option<Format>, messages: &Messages) {
        let Self::Report(report) = self else { return };
        let text = match format {
            Some(Format::Json | Format::Jsonl) => {
                let error = serde_json::json!({ "error": &**report });
                format!("{error}\n")
            }
            _ => report.text(messages),
        };
        // Nothing is left to tell when standard error is gone.
        let _ = io::stderr().write_all(text.as_bytes());
    }
}

impl Report {
    fn text(&self, messages: &Messages) -> String {
        let mut lines = vec![self.sentence.trim_end().to_owned()];
        lines.extend(self.fields.iter().map(|field| format!("  {}", field.line)));
        lines.extend(self.candidates.iter().map(|candidate| {
            let args = [
                ("id", Arg::Text(&candidate.id)),
                ("name", Arg::Text(&candidate.name)),
            ];
            format!("  {}", messages.with("command-candidate", &args))
        }));
        lines.push(String::new());
        lines.join("\n")
    }
}

impl FieldReport {
    /// A field of the API, and what is wrong with it.
    pub(crate) fn new(field: &str, sentence: String) -> Self {
        Self {
            field: field.to_owned(),
            line: format!("--{}: {sentence}", super::names::option(field)),
            sentence,
        }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::ClosedPipe,
            _ => Self::new(Exit::Refused, "OUTPUT", error.to_string()),
        }
    }
}

/// The exit code for a reason of the server.
fn exit_of(reason: Reason) -> Exit {
    match reason.code() {
        Code::Unauthenticated => Exit::NotSignedIn,
        Code::PermissionDenied => Exit::NotAllowed,
        Code::NotFound => Exit::NotFound,
        Code::Aborted => Exit::Changed,
        Code::Unavailable | Code::ResourceExhausted | Code::Internal | Code::Unimplemented => {
            Exit::ServerAway
        }
        _ => Exit::Refused,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_has_the_exit_code_of_its_kind() {
        let cases = [
            (Reason::LoginFailed, Exit::NotSignedIn),
            (Reason::SessionEnded, Exit::NotSignedIn),
            (Reason::NotYours, Exit::NotAllowed),
            (Reason::NoSuchRecord, Exit::NotFound),
            (Reason::EtagOutdated, Exit::Changed),
            (Reason::Busy, Exit::ServerAway),
            (Reason::InvalidField, Exit::Refused),
            (Reason::EmailTaken, Exit::Refused),
            (Reason::LastGestion, Exit::Refused),
        ];
        for (reason, exit) in cases {
            assert_eq!(exit_of(reason), exit, "{reason:?}");
        }
    }
}
