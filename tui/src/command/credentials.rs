//! The password of a job.

use std::{io, path::Path};

use super::failure::{Exit, Failure, Outcome};
use crate::{
    messages::{Arg, Messages, SystemError},
    regular_file,
    settings::Settings,
};

/// The most bytes of a file with a password.
const PASSWORD_MAX: u64 = 4_096;

/// The password in the file that the environment names. Its last line break does not count.
pub(crate) fn password(settings: &Settings, messages: &Messages) -> Outcome<String> {
    let file = settings.credentials.password_file.as_deref();
    let file = file.unwrap_or(Path::new(""));
    let read = regular_file::read(file, PASSWORD_MAX)
        .and_then(|bytes| String::from_utf8(bytes).map_err(io::Error::other));
    let text = read.map_err(|error| {
        let args = [
            ("file", Arg::Text(&file.to_string_lossy())),
            (
                "cause",
                Arg::Text(&messages.system_error(&SystemError::from(&error))),
            ),
        ];
        let sentence = messages.with("command-password-file", &args);
        Failure::new(Exit::Usage, "PASSWORD_FILE", sentence)
    })?;
    let text = text.strip_suffix('\n').unwrap_or(&text);
    Ok(text.strip_suffix('\r').unwrap_or(text).to_owned())
}
