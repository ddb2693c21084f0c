//! Reads a file: its modules, their items and imports, and every path outside of tests.

use std::collections::{BTreeMap, BTreeSet};

use syn::{
    Attribute, Expr, ExprPath, ImplItemFn, Item, ItemUse, Meta, Stmt, Token, Type, TypePath,
    UseTree, VisRestricted,
    punctuated::Punctuated,
    visit::{self, Visit},
};

use crate::{
    tokens::Paths,
    workspace::{Mention, Module, Name},
};

/// What a file contains.
pub(crate) struct Scan {
    /// The module of the file and those inside it.
    pub(crate) modules: BTreeMap<Name, Module>,
    /// The modules that exist in tests only.
    pub(crate) tests: Vec<Name>,
    /// Every path.
    pub(crate) mentions: BTreeSet<Mention>,
    file: String,
    scope: Name,
}

/// Scans the file of this module.
pub(crate) fn file(path: &str, text: &str, module: &Name) -> Scan {
    let syntax = syn::parse_file(text).unwrap_or_else(|error| panic!("{path}: {error}"));
    let mut scan = Scan {
        modules: BTreeMap::new(),
        tests: Vec::new(),
        mentions: BTreeSet::new(),
        file: path.to_owned(),
        scope: module.clone(),
    };
    scan.module();
    scan.visit_file(&syntax);
    scan
}

impl Scan {
    /// The module that is being read.
    fn module(&mut self) -> &mut Module {
        let module = self.modules.entry(self.scope.clone()).or_default();
        module.file.clone_from(&self.file);
        module
    }

    fn mention(&mut self, path: Name, is_import: bool) {
        self.mentions.insert(Mention {
            scope: self.scope.clone(),
            path,
            is_import,
        });
    }

    /// Adds a name that stands for another path.
    fn import(&mut self, name: String, path: Name) {
        self.module().imports.push((name, path));
    }

    /// Adds the name that an item defines. Items inside functions count as those of the module.
    fn define(&mut self, item: &Item) {
        let (ident, is_type) = match item {
            Item::Const(item) => (&item.ident, false),
            Item::Enum(item) => (&item.ident, true),
            Item::Fn(item) => (&item.sig.ident, false),
            Item::Static(item) => (&item.ident, false),
            Item::Struct(item) => (&item.ident, true),
            Item::Trait(item) => (&item.ident, true),
            Item::Union(item) => (&item.ident, true),
            Item::Type(item) => match &*item.ty {
                Type::Path(path) if path.qself.is_none() => {
                    return self.import(name(&item.ident), segments(&path.path));
                }
                _ => (&item.ident, true),
            },
            Item::ExternCrate(item) => {
                let alias = item.rename.as_ref().map_or(&item.ident, |(_, alias)| alias);
                let path = vec![String::new(), name(&item.ident)];
                self.mention(path.clone(), true);
                return self.import(name(alias), path);
            }
            Item::Macro(item) => {
                let Some(ident) = &item.ident else {
                    self.module().is_open = true;
                    return;
                };
                (ident, false)
            }
            _ => return,
        };
        let module = self.module();
        let names = if is_type {
            &mut module.types
        } else {
            &mut module.values
        };
        names.insert(name(ident));
    }

    /// `<Type>::item` is the path `Type::item`. Returns whether this is such a path.
    fn qualified(&mut self, qself: Option<&syn::QSelf>, path: &syn::Path) -> bool {
        let Some(qself) = qself.filter(|it| it.position == 0) else {
            return false;
        };
        if let Type::Path(of) = &*qself.ty {
            let item = segments(path).into_iter().filter(|it| !it.is_empty());
            self.mention(segments(&of.path).into_iter().chain(item).collect(), false);
        }
        self.visit_type(&qself.ty);
        true
    }

    /// Adds what a `use` declaration names and imports.
    fn flatten(&mut self, tree: &UseTree, before: &[String]) {
        let with = |ident: &syn::Ident| match &*name(ident) {
            "self" => before.to_vec(),
            name => [before, &[name.to_owned()]].concat(),
        };
        let (name, path) = match tree {
            UseTree::Path(path) if before.is_empty() => {
                return self.flatten(&path.tree, &[name(&path.ident)]);
            }
            UseTree::Path(path) => return self.flatten(&path.tree, &with(&path.ident)),
            UseTree::Group(group) => {
                return group.items.iter().for_each(|it| self.flatten(it, before));
            }
            UseTree::Glob(_) => {
                self.mention([before, &["*".to_owned()]].concat(), true);
                return self.module().globs.push(before.to_vec());
            }
            UseTree::Name(it) => {
                let path = with(&it.ident);
                (path.last().cloned().unwrap_or_default(), path)
            }
            UseTree::Rename(it) => (name(&it.rename), with(&it.ident)),
        };
        self.mention(path.clone(), true);
        self.import(name, path);
    }
}

impl<'ast> Visit<'ast> for Scan {
    fn visit_item(&mut self, item: &'ast Item) {
        let is_test = is_test(attributes(item));
        if let Item::Mod(module) = item {
            self.scope.push(name(&module.ident));
            if is_test {
                self.tests.push(self.scope.clone());
            } else if module.content.is_some() {
                self.module();
                visit::visit_item_mod(self, module);
            }
            self.scope.pop();
        } else if !is_test {
            self.define(item);
            visit::visit_item(self, item);
        }
    }

    fn visit_impl_item_fn(&mut self, function: &'ast ImplItemFn) {
        if !is_test(&function.attrs) {
            visit::visit_impl_item_fn(self, function);
        }
    }

    fn visit_stmt(&mut self, statement: &'ast Stmt) {
        let attributes = match statement {
            Stmt::Local(it) => &it.attrs,
            Stmt::Macro(it) => &it.attrs,
            Stmt::Expr(Expr::Block(it), _) => &it.attrs,
            Stmt::Expr(Expr::Call(it), _) => &it.attrs,
            Stmt::Expr(Expr::MethodCall(it), _) => &it.attrs,
            _ => return visit::visit_stmt(self, statement),
        };
        if !is_test(attributes) {
            visit::visit_stmt(self, statement);
        }
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        let before = match item.leading_colon {
            Some(_) => vec![String::new()],
            None => Vec::new(),
        };
        self.flatten(&item.tree, &before);
    }

    /// A visibility names a module around this one; it imports nothing.
    fn visit_vis_restricted(&mut self, _: &'ast VisRestricted) {}

    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.mention(segments(path), false);
        visit::visit_path(self, path);
    }

    fn visit_expr_path(&mut self, path: &'ast ExprPath) {
        if !self.qualified(path.qself.as_ref(), &path.path) {
            visit::visit_expr_path(self, path);
        }
    }

    fn visit_type_path(&mut self, path: &'ast TypePath) {
        if !self.qualified(path.qself.as_ref(), &path.path) {
            visit::visit_type_path(self, path);
        }
    }

    /// The arguments are tokens, not syntax.
    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        let mut path = segments(&call.path);
        if let Some(last) = path.last_mut() {
            last.push('!');
        }
        self.mention(path, false);
        let paths: Paths = call.parse_body().unwrap();
        paths
            .code
            .into_iter()
            .for_each(|path| self.mention(path, false));
    }

    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        let lints = ["allow", "cfg", "deny", "doc", "expect", "forbid", "warn"];
        if lints.iter().any(|name| attribute.path().is_ident(name)) {
            return;
        }
        self.mention(segments(attribute.path()), false);
        if let Meta::List(list) = &attribute.meta {
            let Paths { code, strings } = list.parse_args().unwrap();
            let paths = code.into_iter().chain(strings);
            paths.for_each(|path| self.mention(path, false));
        }
    }
}

/// The segments of a path; the first one is empty for `::a`.
fn segments(path: &syn::Path) -> Name {
    let root = path.leading_colon.as_ref().map(|_| String::new());
    let names = path.segments.iter().map(|part| name(&part.ident));
    root.into_iter().chain(names).collect()
}

/// `type` for `r#type`.
pub(crate) fn name(ident: &syn::Ident) -> String {
    ident.to_string().trim_start_matches("r#").to_owned()
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::ExternCrate(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::ForeignMod(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::TraitAlias(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Union(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

/// Whether an item exists in tests only: it is one, or its condition does not hold elsewhere.
fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let is_condition = attribute.path().is_ident("cfg");
        attribute.path().is_ident("test")
            || is_condition && attribute.parse_args().is_ok_and(|it| !may_hold(&it))
    })
}

/// Whether a condition can hold outside of tests.
fn may_hold(condition: &Meta) -> bool {
    let Meta::List(list) = condition else {
        return !condition.path().is_ident("test");
    };
    let inside = list.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated);
    let inside = inside.unwrap_or_default();
    if list.path.is_ident("all") {
        inside.iter().all(may_hold)
    } else if list.path.is_ident("any") {
        inside.iter().any(may_hold)
    } else {
        true
    }
}
