//! The built-in PostgreSQL of `EPIC_DATA_DIR`, and its signing key.

use std::path::{Path, PathBuf};

use base64::{Engine as _, prelude::BASE64_STANDARD};

use crate::{
    config::{Secret, Settings},
    db::{Database, embedded::Embedded},
    error::{StartError, StartResult},
};

/// The folder for the caches of the built-in PostgreSQL, if it is not that of the user, because the user has
/// no home folder that can be written to, as a service has none.
#[must_use]
pub fn cache(settings: &Settings) -> Option<PathBuf> {
    let is_chosen = std::env::var_os(super::CACHE_FOLDER).is_some();
    let folder = settings.data_dir.as_ref()?;
    if is_chosen || settings.database_url.is_some() {
        return None;
    }
    let home = std::env::var_os("HOME").filter(|home| !home.is_empty());
    let is_usable = home.is_some_and(|home| {
        let usual = Path::new(&home).join(".cache");
        std::fs::create_dir_all(&usual).is_ok() && tempfile::tempfile_in(&usual).is_ok()
    });
    (!is_usable).then(|| folder.join("cache"))
}

/// Starts the built-in PostgreSQL.
///
/// # Errors
/// [`StartError::SetUp`] when its folder cannot be used, or another server uses it.
pub(super) async fn database(settings: &Settings) -> StartResult<Database> {
    let folder = settings.data_dir()?;
    std::fs::create_dir_all(&folder).map_err(|error| file_error(&folder, &error))?;
    Ok(Embedded::open(&folder.join("postgresql")).await?.into())
}

/// The signing key in the folder of the database, created when it does not exist: a reader of that
/// folder can read all data anyway.
///
/// # Errors
/// [`StartError::SetUp`] when the file cannot be read or written.
pub(super) fn key(settings: &Settings) -> StartResult<Secret> {
    let path = settings.data_dir()?.join("jwt-secret");
    if !path.exists() {
        let text = BASE64_STANDARD.encode(rand::random::<[u8; 48]>());
        write_private(&path, &text).map_err(|error| file_error(&path, &error))?;
    }
    std::fs::read_to_string(&path)
        .map(Secret::from)
        .map_err(|error| file_error(&path, &error))
}

fn file_error(path: &Path, error: &std::io::Error) -> StartError {
    StartError::SetUp(format!(
        "{} cannot be used: {error}; set EPIC_DATA_DIR to a folder that this user may write to",
        path.display()
    ))
}

fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    use std::io::Write as _;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.write_all(text.as_bytes())
}
