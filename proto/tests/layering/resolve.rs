//! Resolves a path to everything that it names: the item, and the re-exports through which it is
//! named.

use std::{collections::BTreeSet, mem};

use crate::workspace::{Mention, Module, Name, Workspace};

/// The most segments of a path that is looked for; imports in a cycle would make longer ones.
const LONGEST: usize = 12;

/// Paths that stand for others: what a crate re-exports of another crate, and the module into which
/// the messages are generated.
const ALIASES: &[(&[&str], &[&str])] = &[
    (&["alloc"], &["std"]),
    (&["core"], &["std"]),
    (&["epic_events", "epic", "v1"], &["epic_events", "v1"]),
    (&["ratatui", "crossterm"], &["crossterm"]),
];

/// Types without a module and tools of the compiler: the first segments of paths into no crate.
const NO_CRATES: &[&str] = &[
    "bool", "char", "clippy", "f32", "f64", "i8", "i16", "i32", "i64", "i128", "isize", "rustfmt",
    "str", "u8", "u16", "u32", "u64", "u128", "usize",
];

impl Workspace {
    /// The full names of a path. Names that this cannot resolve, such as those of variables, are
    /// left out.
    pub(crate) fn resolve(&self, mention: &Mention) -> BTreeSet<Name> {
        let mut search = Search {
            workspace: self,
            open: BTreeSet::new(),
            found: BTreeSet::new(),
        };
        let path = &mention.path;
        if !search.relative(&mention.scope, path)
            && (path.len() > 1 || mention.is_import || path[0].ends_with('!'))
        {
            search.external(path);
        }
        let is_variable = path.len() == 1 && !mention.is_import;
        let found = search.found.into_iter();
        found
            // A module is not a value.
            .filter(|name| !(is_variable && self.modules.contains_key(name)))
            .map(canonical)
            .collect()
    }
}

struct Search<'a> {
    workspace: &'a Workspace,
    /// The lookups in progress, which a cycle of imports does not begin again.
    open: BTreeSet<(Name, Name)>,
    found: BTreeSet<Name>,
}

impl Search<'_> {
    /// Resolves a path that is written in this module. Returns whether it is known here.
    fn relative(&mut self, scope: &Name, path: &[String]) -> bool {
        match &*path[0] {
            "" => self.external(path),
            "crate" => self.absolute(&scope[..1], &path[1..]),
            "self" if path.get(1).is_some_and(|it| it == "super") => {
                self.relative(scope, &path[1..])
            }
            "self" => self.absolute(scope, &path[1..]),
            "super" => {
                let levels = path.iter().take_while(|it| *it == "super").count();
                let outer = scope.len().saturating_sub(levels).max(1);
                self.absolute(&scope[..outer], &path[levels..])
            }
            _ => self.lookup(scope, path),
        }
    }

    /// Resolves a path that begins with a crate.
    fn external(&mut self, path: &[String]) -> bool {
        let path = path.strip_prefix(&[String::new()]).unwrap_or(path);
        let first = &path[0];
        if self.workspace.modules.contains_key(&path[..1]) {
            self.absolute(&path[..1], &path[1..]);
        } else if first.ends_with('!') {
            self.found.insert(vec!["std".to_owned(), first.clone()]);
        } else if first.starts_with(char::is_lowercase) && !NO_CRATES.contains(&&**first) {
            self.found.insert(path.to_vec());
        }
        true
    }

    /// Resolves a path in a known module, which may define the item by a macro.
    fn absolute(&mut self, module: &[String], rest: &[String]) -> bool {
        self.found.insert([module, rest].concat());
        if !rest.is_empty() {
            self.lookup(&module.to_vec(), rest);
        }
        true
    }

    /// Looks for the first segment in a module. Returns whether the module has it.
    fn lookup(&mut self, scope: &Name, path: &[String]) -> bool {
        let lookup = (scope.clone(), path.to_vec());
        if path.len() > LONGEST || !self.open.insert(lookup.clone()) {
            return false;
        }
        let is_known = self.workspace.modules.get(scope).is_some_and(|module| {
            self.lookup_own(scope, module, path)
                || module
                    .globs
                    .iter()
                    .filter(|glob| self.lookup_in_glob(scope, glob, path))
                    .count()
                    > 0
        });
        self.open.remove(&lookup);
        is_known
    }

    /// Looks for it in what the module defines and imports by name.
    fn lookup_own(&mut self, scope: &Name, module: &Module, path: &[String]) -> bool {
        let (first, rest) = (path[0].trim_end_matches('!'), &path[1..]);
        let inner = [&**scope, &[first.to_owned()]].concat();
        let is_value = rest.is_empty() && module.values.contains(first);
        let mut is_known = is_value || module.types.contains(first);
        if self.workspace.modules.contains_key(&inner) {
            is_known = self.absolute(&inner, rest);
            if !rest.is_empty() {
                // An import of the same name is a function or a macro, which contains nothing.
                return is_known;
            }
        }
        for (_, target) in module.imports.iter().filter(|(name, _)| name == first) {
            let target = [target, rest].concat();
            is_known = self.relative(scope, &target) || is_known || self.external(&target);
        }
        if is_known {
            self.found.insert([scope, path].concat());
        }
        is_known
    }

    /// Looks for it in what a glob import names.
    fn lookup_in_glob(&mut self, scope: &Name, glob: &Name, path: &[String]) -> bool {
        let found = mem::take(&mut self.found);
        let _ = self.relative(scope, glob) || self.external(glob);
        let bases = mem::replace(&mut self.found, found);
        let mut is_known = false;
        for base in bases {
            let module = self.workspace.modules.get(&base);
            is_known |= module.is_some() && self.lookup(&base, path);
            // An enum, or a module that is not known in full, may have this name.
            if !is_known && module.is_none_or(|it| it.is_open) {
                self.found.insert([&*base, path].concat());
            }
        }
        is_known
    }
}

/// The name without the aliases of crates.
fn canonical(name: Name) -> Name {
    for (alias, target) in ALIASES {
        if name.len() >= alias.len() && name.iter().zip(*alias).all(|(a, b)| a == b) {
            let target = target.iter().map(|it| (*it).to_owned());
            return target.chain(name[alias.len()..].iter().cloned()).collect();
        }
    }
    name
}
