//! Errors of the settings, and their messages.

use std::path::{Path, PathBuf};

use crate::messages::{Arg, Lang, Messages};

/// The source of a setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The command line.
    CommandLine,
    /// The environment.
    Environment,
    /// The settings file.
    File {
        /// Its line, from 1.
        line: usize,
    },
}

/// The error of a setting.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // The fields are the invalid value, and its source or the cause.
pub enum SettingsErrorKind {
    /// The value is not the address of a server.
    Server { value: String, source: Source },
    /// The server is on another machine and does not use TLS.
    Insecure { value: String, source: Source },
    /// The value is not a supported language.
    Lang { value: String, source: Source },
    /// The value is not a time zone.
    TimeZone { value: String, source: Source },
    /// The certificate file cannot be read.
    Ca { file: PathBuf, cause: String },
    /// The certificate file contains no certificate.
    CaInvalid(PathBuf),
    /// The settings file cannot be read.
    File { file: PathBuf, cause: String },
    /// The settings file has invalid syntax or contains unknown settings.
    Syntax {
        file: PathBuf,
        line: usize,
        cause: String,
    },
}

/// An error of the settings, and the language of its message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingsError {
    /// The language, or the system's if the error precedes it.
    pub lang: Lang,
    /// The error.
    pub kind: SettingsErrorKind,
}

impl SettingsErrorKind {
    pub(super) fn file(file: impl AsRef<Path>, cause: &impl ToString) -> Self {
        Self::File {
            file: file.as_ref().to_owned(),
            cause: cause.to_string(),
        }
    }

    pub(super) fn in_language(self, lang: Lang) -> SettingsError {
        SettingsError { lang, kind: self }
    }
}

impl Messages {
    /// The sentence for an error: the setting, its source, and the expected form.
    #[must_use]
    pub fn settings_error(&self, error: &SettingsErrorKind) -> String {
        let format = |id: &str, value: &str, rest: (&str, &str)| {
            let args = [("value", Arg::Text(value)), (rest.0, Arg::Text(rest.1))];
            self.with(id, &args)
        };
        let with_source = |id, value, source| format(id, value, ("source", &self.source(source)));
        let with_file =
            |id, file: &Path, cause| format(id, &file.to_string_lossy(), ("cause", cause));
        match error {
            SettingsErrorKind::Server { value, source } => {
                with_source("setting-server", value, *source)
            }
            SettingsErrorKind::Insecure { value, source } => {
                with_source("setting-insecure", value, *source)
            }
            SettingsErrorKind::Lang { value, source } => {
                with_source("setting-lang", value, *source)
            }
            SettingsErrorKind::TimeZone { value, source } => {
                with_source("setting-time-zone", value, *source)
            }
            SettingsErrorKind::Ca { file, cause } => with_file("setting-ca", file, cause),
            SettingsErrorKind::CaInvalid(file) => with_file("setting-ca-invalid", file, ""),
            SettingsErrorKind::File { file, cause } => with_file("setting-file", file, cause),
            SettingsErrorKind::Syntax { file, line, cause } => {
                let args = [
                    ("value", Arg::Text(&file.to_string_lossy())),
                    ("line", Arg::Text(&line.to_string())),
                    ("cause", Arg::Text(cause)),
                ];
                self.with("setting-syntax", &args)
            }
        }
    }

    fn source(&self, source: Source) -> String {
        match source {
            Source::CommandLine => self.get("setting-source-command-line"),
            Source::Environment => self.get("setting-source-environment"),
            Source::File { line } => {
                let line = line.to_string();
                self.with("setting-source-file", &[("line", Arg::Text(&line))])
            }
        }
    }
}
