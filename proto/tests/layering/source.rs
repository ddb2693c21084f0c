//! The files of a crate and the paths that each of them names.

use std::{collections::BTreeMap, fs, path::Path};

use syn::{
    Attribute, Item, ItemUse, UseTree, Visibility,
    visit::{self, Visit},
};

/// One source file.
pub(crate) struct File {
    /// Its path from the workspace's root.
    pub(crate) path: String,
    /// Its module: empty for `lib.rs` and `main.rs`.
    module: Vec<String>,
    /// Every path that it names outside of tests, from `crate` or the name of a crate on.
    pub(crate) paths: Vec<Vec<String>>,
    /// What it exports from elsewhere: the name, and the path that it stands for.
    exports: Vec<(String, Vec<String>)>,
}

impl File {
    /// The module at the top of the crate that the file belongs to.
    pub(crate) fn top_module(&self) -> Option<&str> {
        self.module.first().map(String::as_str)
    }

    /// Whether this is the same module as the other or one around it.
    pub(crate) fn contains(&self, other: &Self) -> bool {
        other.module.starts_with(&self.module)
    }
}

/// The source files of a crate, by their modules.
pub(crate) struct Crate(BTreeMap<Vec<String>, File>);

impl Crate {
    /// Reads the crate whose sources are in this folder, without its `main.rs`, which is a crate of
    /// its own, and without files of tests.
    pub(crate) fn read(folder: &str) -> Self {
        let files = rust_files(&[folder])
            .into_iter()
            .filter_map(|(path, text)| {
                let module = module_of(&path, folder)?;
                let syntax =
                    syn::parse_file(&text).unwrap_or_else(|error| panic!("{path}: {error}"));
                let mut names = Names {
                    module: module.clone(),
                    paths: Vec::new(),
                    exports: Vec::new(),
                };
                names.visit_file(&syntax);
                let Names { paths, exports, .. } = names;
                Some((
                    module.clone(),
                    File {
                        path,
                        module,
                        paths,
                        exports,
                    },
                ))
            });
        Self(files.collect())
    }

    /// Every file.
    pub(crate) fn files(&self) -> impl Iterator<Item = &File> {
        self.0.values()
    }

    /// The files that define what a file names.
    pub(crate) fn imports<'a>(&'a self, file: &'a File) -> impl Iterator<Item = &'a File> {
        let local = file.paths.iter().filter(|path| path[0] == "crate");
        local.filter_map(|path| self.defining(&path[1..]))
    }

    /// The file that defines what the path names, through any re-exports.
    fn defining(&self, path: &[String]) -> Option<&File> {
        let (file, rest) = (0..=path.len())
            .rev()
            .find_map(|length| Some((self.0.get(&path[..length])?, &path[length..])))?;
        let export = rest
            .first()
            .and_then(|name| file.exports.iter().find(|(n, _)| n == name));
        match export {
            Some((_, target)) if target[0] == "crate" => self.defining(&target[1..]),
            _ => Some(file),
        }
    }
}

/// The module of a file; `None` for binaries and files of tests.
fn module_of(path: &str, folder: &str) -> Option<Vec<String>> {
    let inside = path.strip_prefix(folder)?.trim_start_matches('/');
    let mut module: Vec<_> = inside
        .trim_end_matches(".rs")
        .split('/')
        .map(str::to_owned)
        .collect();
    match module.last().map(String::as_str) {
        Some("main" | "tests") => None,
        Some("lib") if module.len() == 1 => Some(Vec::new()),
        Some("mod") => {
            module.pop();
            Some(module)
        }
        _ if module.iter().any(|part| part == "tests") => None,
        _ => Some(module),
    }
}

/// Gathers the paths of a file.
struct Names {
    /// The module that is being read; deeper than the file's inside an inline module.
    module: Vec<String>,
    paths: Vec<Vec<String>>,
    exports: Vec<(String, Vec<String>)>,
}

impl Names {
    /// The path from the crate's root on.
    fn absolute(&self, path: &[String]) -> Vec<String> {
        let mut module = self.module.clone();
        let mut rest = path;
        match path[0].as_str() {
            "self" => rest = &path[1..],
            "super" => {
                while rest.first().is_some_and(|part| part == "super") {
                    module.pop();
                    rest = &rest[1..];
                }
            }
            _ => return path.to_vec(),
        }
        let root = std::iter::once("crate".to_owned());
        root.chain(module).chain(rest.iter().cloned()).collect()
    }

    fn add(&mut self, path: &[String]) {
        let path = self.absolute(path);
        self.paths.push(path);
    }
}

impl<'ast> Visit<'ast> for Names {
    fn visit_item(&mut self, item: &'ast Item) {
        match item {
            Item::Mod(module) if is_test(&module.attrs) => {}
            Item::Mod(module) => {
                self.module.push(module.ident.to_string());
                visit::visit_item_mod(self, module);
                self.module.pop();
            }
            Item::Fn(function) if is_test(&function.attrs) => {}
            other => visit::visit_item(self, other),
        }
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        let mut leaves = Vec::new();
        flatten(&item.tree, &[], &mut leaves);
        for (name, path) in leaves {
            self.add(&path);
            if !matches!(item.vis, Visibility::Inherited) {
                self.exports.push((name, self.absolute(&path)));
            }
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let names: Vec<_> = path
            .segments
            .iter()
            .map(|part| part.ident.to_string())
            .collect();
        if names.len() > 1 {
            self.add(&names);
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        // The arguments are tokens, not syntax: paths are found in their text.
        let text = call.tokens.to_string().replace(" :: ", "::");
        let is_path = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
        for path in text
            .split(|c| !is_path(c))
            .filter(|word| word.contains("::"))
        {
            let names: Vec<_> = path.split("::").map(str::to_owned).collect();
            if names.iter().all(|name| !name.is_empty()) {
                self.add(&names);
            }
        }
        visit::visit_macro(self, call);
    }
}

fn flatten(tree: &UseTree, before: &[String], leaves: &mut Vec<(String, Vec<String>)>) {
    let with = |name: &syn::Ident| [before, &[name.to_string()]].concat();
    match tree {
        UseTree::Path(path) => flatten(&path.tree, &with(&path.ident), leaves),
        UseTree::Name(name) if name.ident == "self" => {
            leaves.push((before.last().cloned().unwrap_or_default(), before.to_vec()));
        }
        UseTree::Name(name) => leaves.push((name.ident.to_string(), with(&name.ident))),
        UseTree::Rename(rename) => leaves.push((rename.rename.to_string(), with(&rename.ident))),
        UseTree::Glob(_) => leaves.push(("*".to_owned(), before.to_vec())),
        UseTree::Group(group) => group
            .items
            .iter()
            .for_each(|it| flatten(it, before, leaves)),
    }
}

fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let condition = attribute.meta.require_list();
        attribute.path().is_ident("test")
            || attribute.path().is_ident("cfg")
                && condition.is_ok_and(|list| list.tokens.to_string() == "test")
    })
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
