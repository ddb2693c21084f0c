//! The checks. Each returns what it has found, a sentence per fault.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use crate::workspace::{File, Workspace};

/// What some files may and must not name.
pub(crate) struct Rule {
    /// The rule, for the message of a failure.
    pub(crate) name: &'static str,
    /// The files to which it applies, by their paths.
    pub(crate) applies: fn(&str) -> bool,
    /// What these files must not name, in lists that rules may share: paths, with everything inside
    /// them. `*` stands for any segment, also as the end of one.
    pub(crate) forbidden: &'static [&'static [&'static str]],
    /// What they may name nevertheless. The longest of the forbidden and the allowed paths decides; of
    /// two that are equally long, the allowed one.
    pub(crate) allowed: &'static [&'static str],
    /// Files that may name one more path, each with a reason.
    pub(crate) exceptions: &'static [(&'static str, &'static str)],
    /// Files and their code, which the rule must refuse.
    pub(crate) refused: &'static [(&'static str, &'static str)],
    /// Files and their code, which it must not refuse.
    pub(crate) accepted: &'static [(&'static str, &'static str)],
}

impl Rule {
    /// What a file names against the rule.
    pub(crate) fn broken(&self, file: &File) -> Vec<String> {
        if !(self.applies)(&file.path) {
            return Vec::new();
        }
        let names = file.names.iter();
        let forbidden = names.filter(|(_, name)| self.forbids(&file.path, name));
        let sentences = forbidden.map(|(written, name)| {
            let (rule, file) = (self.name, &file.path);
            let (written, name) = (written.join("::"), name.join("::"));
            format!("{rule}: {file} names {name}, as {written}")
        });
        sentences.collect()
    }

    /// Whether a file must not name this.
    pub(crate) fn forbids(&self, file: &str, name: &[String]) -> bool {
        let longest = |paths: &[&str]| paths.iter().filter_map(|it| matched(it, name)).max();
        let forbidden = self
            .forbidden
            .iter()
            .filter_map(|paths| longest(paths))
            .max();
        forbidden.is_some() && forbidden > longest(self.allowed) && !self.is_exception(file, name)
    }

    fn is_exception(&self, file: &str, name: &[String]) -> bool {
        let mut paths = self.exceptions.iter().filter(|(of, _)| *of == file);
        paths.any(|(_, path)| matched(path, name).is_some())
    }

    /// The paths that the rule allows although no file names them.
    pub(crate) fn unused(&self, workspace: &Workspace) -> Vec<&'static str> {
        let files = workspace.files().filter(|file| (self.applies)(&file.path));
        let files: Vec<_> = files.collect();
        let is_used = |path: &str, of: Option<&str>| {
            let mut files = files
                .iter()
                .filter(|file| of.is_none_or(|of| of == file.path));
            files.any(|file| {
                file.names
                    .iter()
                    .any(|(_, name)| matched(path, name).is_some())
            })
        };
        let allowed = self.allowed.iter().map(|path| (None, *path));
        let exceptions = self
            .exceptions
            .iter()
            .map(|(file, path)| (Some(*file), *path));
        let all = allowed.chain(exceptions);
        all.filter(|(file, path)| !is_used(path, *file))
            .map(|(_, path)| path)
            .collect()
    }
}

/// The number of segments of a path, if the name begins with it.
fn matched(path: &str, name: &[String]) -> Option<usize> {
    let segments: Vec<_> = path.split("::").collect();
    let is_equal = |(pattern, segment): (&&str, &String)| match pattern.strip_suffix('*') {
        Some(start) => segment.starts_with(start),
        None => segment == pattern,
    };
    let is_prefix = name.len() >= segments.len() && segments.iter().zip(name).all(is_equal);
    is_prefix.then_some(segments.len())
}

/// The modules at the top of a crate, a level a line, the lowest first.
pub(crate) type Levels<'a> = &'a [&'a [&'a str]];

/// The imports from a module of the same level or a higher one, and the modules without a level.
pub(crate) fn upward(workspace: &Workspace, name: &str, levels: Levels<'_>) -> Vec<String> {
    let level = |module: &str| levels.iter().position(|line| line.contains(&module));
    let modules: BTreeSet<_> = workspace
        .files_of(name)
        .filter_map(File::top_module)
        .collect();
    let listed: BTreeSet<_> = levels
        .iter()
        .flat_map(|line| line.iter().copied())
        .collect();
    let difference = modules.symmetric_difference(&listed);
    let mut found: Vec<_> = difference
        .map(|module| format!("{name} and its levels differ by {module}"))
        .collect();
    for file in workspace.files_of(name) {
        let Some(from) = file.top_module() else {
            continue;
        };
        let imports = workspace.imports(file).into_iter();
        let modules = imports.filter_map(|path| workspace.file(path).top_module());
        for to in modules.collect::<BTreeSet<_>>() {
            if from != to && level(from) <= level(to) {
                found.push(format!("{} imports from {to}", file.path));
            }
        }
    }
    found
}

/// Whether there are more modules or levels than these.
pub(crate) fn is_crowded(levels: Levels<'_>, modules_max: usize, levels_max: usize) -> bool {
    let modules = levels.iter().map(|line| line.len()).sum::<usize>();
    modules > modules_max || levels.len() > levels_max
}

/// The imports that are part of a cycle of files. Those between a module and the modules inside it do
/// not count.
pub(crate) fn cycles(workspace: &Workspace) -> Vec<String> {
    let mut edges = BTreeSet::new();
    for file in workspace.files() {
        let others = workspace.imports(file).into_iter();
        let others = others.filter(|path| {
            let to = workspace.file(path);
            !file.contains(to) && !to.contains(file)
        });
        edges.extend(others.map(|to| (&*file.path, to)));
    }
    // An edge is in a cycle only if another leads to it and another leads on from it.
    loop {
        let (from, to): (BTreeSet<_>, BTreeSet<_>) = edges.iter().copied().unzip();
        let before = edges.len();
        edges.retain(|(a, b)| to.contains(a) && from.contains(b));
        if edges.len() == before {
            break;
        }
    }
    edges
        .iter()
        .map(|(a, b)| format!("{a} imports from {b}"))
        .collect()
}

/// The files with more lines than this.
pub(crate) fn too_long(files: &[(String, String)], max: usize) -> Vec<String> {
    let lengths = files
        .iter()
        .map(|(path, text)| (path, text.lines().count()));
    lengths
        .filter(|(_, lines)| *lines > max)
        .map(|(path, lines)| format!("{path} has {lines} lines"))
        .collect()
}

/// The source files that the document does not list on one line each, and the lines without a file.
pub(crate) fn unlisted(document: &str, files: &[(String, String)]) -> Vec<String> {
    let mut listed = BTreeMap::new();
    let mut folder = "";
    for line in document.lines() {
        let name = line.split_whitespace().next().unwrap_or_default();
        if line.ends_with("/src/") {
            folder = line;
        } else if line.starts_with("  ") && Path::new(name).extension().is_some_and(|it| it == "rs")
        {
            *listed.entry(format!("{folder}{name}")).or_insert(0) += 1;
        }
    }
    let paths = files.iter().map(|(path, _)| path);
    for path in paths.filter(|path| !is_beside_another(path)) {
        *listed.entry(path.clone()).or_insert(0) -= 1;
    }
    let wrong = listed.into_iter().filter(|(_, lines)| *lines != 0);
    wrong
        .map(|(path, lines)| match lines {
            -1 => format!("{path} is not listed"),
            _ => format!("{path} is listed too often"),
        })
        .collect()
}

/// Whether a file is not listed, because it stands beside the one that it belongs to.
fn is_beside_another(path: &str) -> bool {
    path.ends_with("tests.rs")
        || path.contains("/tests/")
        || path.ends_with("/fixtures.rs")
        || path.contains("/overlay/") && path.ends_with("/view.rs")
}
