//! The source files of the workspace, and the modules in them.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs, mem,
    path::Path,
    sync::LazyLock,
};

use crate::scan;

/// The segments of a path. A full name begins with the name of a crate.
pub(crate) type Name = Vec<String>;

/// The folder of each crate, and its name.
const CRATES: [(&str, &str); 3] = [
    ("proto/src/", "epic_events"),
    ("server/src/", "epic_server"),
    ("tui/src/", "epic"),
];

/// One source file.
pub(crate) struct File {
    /// Its path from the workspace's root.
    pub(crate) path: String,
    /// Its module.
    pub(crate) module: Name,
    /// Every path in it outside of tests.
    mentions: BTreeSet<Mention>,
    /// What these paths name: the path as written, and a full name.
    pub(crate) names: BTreeSet<(Name, Name)>,
}

/// A path in the code.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Mention {
    /// The module that contains it.
    pub(crate) scope: Name,
    /// Its segments as written. The first one is empty for `::a`, and the last one ends in `!` for a
    /// macro.
    pub(crate) path: Name,
    /// Whether it is in a `use` declaration, where a single segment is a crate or an item.
    pub(crate) is_import: bool,
}

/// What a module defines and imports.
#[derive(Default)]
pub(crate) struct Module {
    /// The file that contains it.
    pub(crate) file: String,
    /// The types and traits that are defined in it, which paths can go through.
    pub(crate) types: BTreeSet<String>,
    /// The functions, values and macros.
    pub(crate) values: BTreeSet<String>,
    /// The names that stand for other paths: by `use`, `extern crate` or `type`.
    pub(crate) imports: Vec<(String, Name)>,
    /// The paths of its glob imports.
    pub(crate) globs: Vec<Name>,
    /// Whether a macro may define more items than these.
    pub(crate) is_open: bool,
}

/// The files and modules of all crates, without tests.
pub(crate) struct Workspace {
    files: BTreeMap<String, File>,
    pub(crate) modules: BTreeMap<Name, Module>,
}

impl Workspace {
    /// The workspace of this repository, which is read once.
    pub(crate) fn read() -> &'static Self {
        static READ: LazyLock<Workspace> = LazyLock::new(|| {
            let files = rust_files(&CRATES.map(|(folder, _)| folder));
            Workspace::parse(files.iter().map(|(path, text)| (&**path, &**text)))
        });
        &READ
    }

    /// The workspace with these files: paths from its root, and their texts. Skips files of other
    /// folders, `main.rs`, which is a crate of its own, and modules of tests.
    pub(crate) fn parse<'a>(sources: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut files = BTreeMap::new();
        let mut modules = BTreeMap::new();
        let mut tests = BTreeSet::new();
        for (path, text) in sources {
            let Some(module) = module_of(path) else {
                continue;
            };
            let scan = scan::file(path, text, &module);
            tests.extend(scan.tests);
            modules.extend(scan.modules);
            let file = File {
                path: path.to_owned(),
                module,
                mentions: scan.mentions,
                names: BTreeSet::new(),
            };
            files.insert(path.to_owned(), file);
        }
        let is_test = |module: &Name| tests.iter().any(|test| module.starts_with(test));
        files.retain(|_, file| !is_test(&file.module));
        modules.retain(|name, _| !is_test(name));
        let mut workspace = Self { files, modules };
        workspace.resolve_names();
        workspace
    }

    fn resolve_names(&mut self) {
        let mut files = mem::take(&mut self.files);
        for file in files.values_mut() {
            for mention in &file.mentions {
                let names = self.resolve(mention).into_iter();
                file.names
                    .extend(names.map(|name| (mention.path.clone(), name)));
            }
        }
        self.files = files;
    }

    /// Every file.
    pub(crate) fn files(&self) -> impl Iterator<Item = &File> {
        self.files.values()
    }

    /// The files of the crate with this name.
    pub(crate) fn files_of(&self, name: &str) -> impl Iterator<Item = &File> {
        self.files().filter(move |file| file.module[0] == name)
    }

    /// The other files of the same crate that a file names.
    pub(crate) fn imports<'a>(&'a self, file: &'a File) -> BTreeSet<&'a str> {
        let names = file.names.iter().map(|(_, name)| name);
        names
            .filter(|name| name[0] == file.module[0])
            .filter_map(|name| self.file_of(name))
            .filter(|path| *path != file.path)
            .collect()
    }

    /// The file with the innermost module of a name.
    fn file_of(&self, name: &[String]) -> Option<&str> {
        let mut lengths = (1..=name.len()).rev();
        let module = lengths.find_map(|length| self.modules.get(&name[..length]))?;
        Some(&module.file)
    }

    /// The file with this path.
    pub(crate) fn file(&self, path: &str) -> &File {
        &self.files[path]
    }
}

impl File {
    /// The module at the top of the crate that the file belongs to; `None` for `lib.rs`.
    pub(crate) fn top_module(&self) -> Option<&str> {
        self.module.get(1).map(String::as_str)
    }

    /// Whether this is the same module as the other or one around it.
    pub(crate) fn contains(&self, other: &Self) -> bool {
        other.module.starts_with(&self.module)
    }
}

/// The module of a file; `None` for binaries and files of other folders.
fn module_of(path: &str) -> Option<Name> {
    let (inside, name) = CRATES
        .iter()
        .find_map(|(folder, name)| Some((path.strip_prefix(folder)?, *name)))?;
    let inside = inside.trim_end_matches(".rs");
    let inside = inside.strip_suffix("/mod").unwrap_or(inside);
    match inside {
        "main" => None,
        "lib" => Some(vec![name.to_owned()]),
        _ => Some(
            name.split('/')
                .chain(inside.split('/'))
                .map(str::to_owned)
                .collect(),
        ),
    }
}

/// Every Rust file below these paths, from the workspace's root, with its text.
pub(crate) fn rust_files(below: &[&str]) -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    let mut open: Vec<_> = below.iter().map(|path| root.join(path)).collect();
    while let Some(path) = open.pop() {
        if path.is_dir() {
            let entries = fs::read_dir(&path)
                .unwrap()
                .map(|entry| entry.unwrap().path());
            open.extend(entries.filter(|path| !path.ends_with("target")));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            let path = path.strip_prefix(root).unwrap().to_str().unwrap();
            files.push((path.replace('\\', "/"), text));
        }
    }
    files.sort();
    files
}
