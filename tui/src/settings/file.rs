//! The settings file: TOML with one setting per line.

use std::{io, path::Path};

use serde::Deserialize;
use toml::Spanned;

use super::error::{FileError, SettingsErrorKind, Source};
use crate::{messages::SystemError, regular_file};

/// Maximum number of bytes, far more than all settings take.
const SIZE_MAX: u64 = 1 << 20;

/// The settings that the file contains, each with its source.
#[derive(Debug, Default)]
pub(super) struct File {
    pub(super) server: Option<(String, Source)>,
    pub(super) ca: Option<(String, Source)>,
    pub(super) lang: Option<(String, Source)>,
    pub(super) time_zone: Option<(String, Source)>,
    pub(super) theme: Option<(String, Source)>,
    pub(super) insecure: Option<bool>,
    pub(super) mouse: Option<bool>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Contents {
    server: Option<Spanned<String>>,
    ca: Option<Spanned<String>>,
    insecure: Option<bool>,
    lang: Option<Spanned<String>>,
    time_zone: Option<Spanned<String>>,
    theme: Option<Spanned<String>>,
    mouse: Option<bool>,
}

impl File {
    /// Reads the file. A file that does not exist contains no settings.
    ///
    /// # Errors
    /// The file cannot be read, or its first invalid line.
    pub(super) fn read(path: &Path) -> Result<Self, SettingsErrorKind> {
        match regular_file::read(path, SIZE_MAX) {
            Ok(bytes) => Self::parse(&bytes, path),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(SettingsErrorKind::File {
                file: path.to_owned(),
                cause: SystemError::from(&error),
            }),
        }
    }

    /// Parses the contents of the file at this path.
    ///
    /// # Errors
    /// The first invalid line.
    pub(super) fn parse(bytes: &[u8], path: &Path) -> Result<Self, SettingsErrorKind> {
        let error = |at, error| SettingsErrorKind::Line {
            file: path.to_owned(),
            line: line_of(bytes, at),
            error,
        };
        let text = std::str::from_utf8(bytes)
            .map_err(|invalid| error(invalid.valid_up_to(), FileError::NotUtf8))?;
        let Contents {
            server,
            ca,
            insecure,
            lang,
            time_zone,
            theme,
            mouse,
        } = toml::from_str(text).map_err(|invalid| {
            let span = invalid.span().unwrap_or_default();
            let kind = match unknown_setting(text, &invalid) {
                Some(name) => FileError::Unknown(name),
                None => FileError::Syntax,
            };
            error(span.start, kind)
        })?;
        let with_source = |value: Option<Spanned<String>>| {
            value.map(|value| {
                let line = line_of(bytes, value.span().start);
                (value.into_inner(), Source::File { line })
            })
        };
        Ok(Self {
            server: with_source(server),
            ca: with_source(ca),
            lang: with_source(lang),
            time_zone: with_source(time_zone),
            theme: with_source(theme),
            insecure,
            mouse,
        })
    }
}

/// The name of the unknown setting that the error is about; `None` if it is about a value or the syntax.
fn unknown_setting(text: &str, error: &toml::de::Error) -> Option<String> {
    let span = error.span()?;
    let (name, rest) = (text.get(span.clone())?, text.get(span.end..)?);
    let is_name =
        toml::from_str::<toml::Table>(text).is_ok() && rest.trim_start().starts_with(['=', ']']);
    is_name.then(|| name.trim_matches(['"', '\'']).to_owned())
}

/// The number of the line that contains this byte, from 1.
fn line_of(text: &[u8], byte: usize) -> usize {
    let before = text.iter().take(byte);
    before.filter(|it| **it == b'\n').count() + 1
}
