//! What can be wrong with the settings, and the sentence about it.

use std::path::{Path, PathBuf};

use crate::messages::{Arg, Lang, Messages};

/// Where a setting comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The command line.
    CommandLine,
    /// The environment.
    Environment,
    /// The settings file.
    File,
}

/// What is wrong with a setting.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // The fields are the wrong value, and where it stands or why it fails.
pub enum Mistake {
    /// Not the address of a server.
    Server { value: String, source: Source },
    /// A server on another machine, without TLS.
    Insecure { value: String, source: Source },
    /// Not a language.
    Lang { value: String, source: Source },
    /// Not a time zone.
    TimeZone { value: String, source: Source },
    /// The certificate file cannot be read.
    Ca { file: PathBuf, why: String },
    /// The certificate file holds no certificate.
    CaInvalid(PathBuf),
    /// The settings file cannot be read.
    File { file: PathBuf, why: String },
}

/// A mistake, and the language to tell it in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The language, as far as it was settled.
    pub lang: Lang,
    /// What is wrong.
    pub mistake: Mistake,
}

impl Mistake {
    pub(super) fn file(file: impl AsRef<Path>, why: &impl ToString) -> Self {
        Self::File {
            file: file.as_ref().to_owned(),
            why: why.to_string(),
        }
    }

    pub(super) fn told_in(self, lang: Lang) -> Told {
        Told {
            lang,
            mistake: self,
        }
    }
}

impl Messages {
    /// One sentence that says which setting is wrong, and what it should look like.
    #[must_use]
    pub fn mistake(&self, mistake: &Mistake) -> String {
        let say = |id: &str, value: &str, rest: (&str, &str)| {
            let args = [("value", Arg::Text(value)), (rest.0, Arg::Text(rest.1))];
            self.with(id, &args)
        };
        let of_source = |id, value, source| say(id, value, ("source", &self.source(source)));
        let of_file = |id, file: &Path, why| say(id, &file.to_string_lossy(), ("why", why));
        match mistake {
            Mistake::Server { value, source } => of_source("setting-server", value, *source),
            Mistake::Insecure { value, source } => of_source("setting-insecure", value, *source),
            Mistake::Lang { value, source } => of_source("setting-lang", value, *source),
            Mistake::TimeZone { value, source } => of_source("setting-time-zone", value, *source),
            Mistake::Ca { file, why } => of_file("setting-ca", file, why),
            Mistake::CaInvalid(file) => of_file("setting-ca-invalid", file, ""),
            Mistake::File { file, why } => of_file("setting-file", file, why),
        }
    }

    fn source(&self, source: Source) -> String {
        self.get(match source {
            Source::CommandLine => "setting-source-command-line",
            Source::Environment => "setting-source-environment",
            Source::File => "setting-source-file",
        })
    }
}
