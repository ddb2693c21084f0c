//! Errors of the settings, and their messages.

use std::path::PathBuf;

use crate::messages::{Arg, Lang, Messages, SystemError};

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
    /// The value is not a theme.
    Theme { value: String, source: Source },
    /// The certificate file cannot be read.
    Ca {
        value: String,
        source: Source,
        cause: SystemError,
    },
    /// The certificate file contains no certificate.
    CaInvalid { value: String, source: Source },
    /// The settings file cannot be read.
    File { file: PathBuf, cause: SystemError },
    /// A line of the settings file is invalid.
    Line {
        file: PathBuf,
        line: usize,
        error: FileError,
    },
}

/// The error of a line of the settings file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileError {
    /// A byte is not UTF-8.
    NotUtf8,
    /// There is no setting of this name.
    Unknown(String),
    /// The line is not TOML, repeats a setting, or gives it a value of another type.
    Syntax,
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
    pub(super) fn in_language(self, lang: Lang) -> SettingsError {
        SettingsError { lang, kind: self }
    }
}

impl Messages {
    /// The sentence for an error: the setting, its source, and the expected form.
    #[must_use]
    pub fn settings_error(&self, error: &SettingsErrorKind) -> String {
        let with_source = |id: &str, value: &str, source, cause: &str| {
            let args = [
                ("value", Arg::Text(value)),
                ("source", Arg::Text(&self.source(source))),
                ("cause", Arg::Text(cause)),
            ];
            self.with(id, &args)
        };
        match error {
            SettingsErrorKind::Server { value, source } => {
                with_source("setting-server", value, *source, "")
            }
            SettingsErrorKind::Insecure { value, source } => {
                with_source("setting-insecure", value, *source, "")
            }
            SettingsErrorKind::Lang { value, source } => {
                with_source("setting-lang", value, *source, "")
            }
            SettingsErrorKind::TimeZone { value, source } => {
                with_source("setting-time-zone", value, *source, "")
            }
            SettingsErrorKind::Theme { value, source } => {
                with_source("setting-theme", value, *source, "")
            }
            SettingsErrorKind::Ca {
                value,
                source,
                cause,
            } => with_source("setting-ca", value, *source, &self.system_error(cause)),
            SettingsErrorKind::CaInvalid { value, source } => {
                with_source("setting-ca-invalid", value, *source, "")
            }
            SettingsErrorKind::File { file, cause } => {
                let file = file.to_string_lossy();
                let cause = self.system_error(cause);
                let args = [("value", Arg::Text(&file)), ("cause", Arg::Text(&cause))];
                self.with("setting-file", &args)
            }
            SettingsErrorKind::Line { file, line, error } => {
                let (id, name) = match error {
                    FileError::NotUtf8 => ("setting-line-not-utf8", ""),
                    FileError::Unknown(name) => ("setting-line-unknown", name.as_str()),
                    FileError::Syntax => ("setting-line-syntax", ""),
                };
                let args = [
                    ("value", Arg::Text(&file.to_string_lossy())),
                    ("line", Arg::Text(&line.to_string())),
                    ("name", Arg::Text(name)),
                ];
                self.with(id, &args)
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
