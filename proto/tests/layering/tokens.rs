//! The paths in the arguments of a macro or an attribute, which are tokens and not syntax.

use syn::{
    Ident, LitStr, Token, braced, bracketed,
    ext::IdentExt as _,
    parenthesized,
    parse::{Parse, ParseStream, Result},
    token,
};

use crate::{scan::name, workspace::Name};

/// The paths, among them names of a single segment.
#[derive(Default)]
pub(crate) struct Paths {
    /// Those in the code.
    pub(crate) code: Vec<Name>,
    /// Those that are the whole of a string, as in `#[serde(with = "a::b")]`.
    pub(crate) strings: Vec<Name>,
}

impl Parse for Paths {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let mut paths = Self::default();
        while !input.is_empty() {
            next(input, &mut paths)?;
        }
        Ok(paths)
    }
}

/// Reads one path, or skips what is none.
fn next(input: ParseStream<'_>, paths: &mut Paths) -> Result<()> {
    let group;
    if input.peek(token::Paren) {
        parenthesized!(group in input);
    } else if input.peek(token::Bracket) {
        bracketed!(group in input);
    } else if input.peek(token::Brace) {
        braced!(group in input);
    } else if input.peek(Token![$]) {
        return fragment(input, paths);
    } else if input.peek(Token![..]) {
        // The bounds of a range are paths; the name after a single dot is a field or a method.
        return input.parse::<Token![..]>().map(drop);
    } else if input.peek(Token![.]) {
        input.parse::<Token![.]>()?;
        return input.call(Ident::parse_any).map(drop).or(Ok(()));
    } else if input.peek(LitStr) {
        let path = input.parse::<LitStr>()?.parse::<syn::Path>().ok();
        let names = path.map(|it| it.segments.iter().map(|part| name(&part.ident)).collect());
        paths.strings.extend(names);
        return Ok(());
    } else if input.peek(Ident::peek_any) || input.peek(Token![::]) {
        return path(input, paths);
    } else {
        // A lifetime, a number or a sign.
        return input.step(|cursor| match cursor.token_tree() {
            Some((_, rest)) => Ok(((), rest)),
            None => Err(cursor.error("a token")),
        });
    }
    let inside = group.call(Paths::parse)?;
    paths.code.extend(inside.code);
    paths.strings.extend(inside.strings);
    Ok(())
}

/// Reads what follows `$`: `$crate::a` is a path, and `$a::b` is not known here.
fn fragment(input: ParseStream<'_>, paths: &mut Paths) -> Result<()> {
    input.parse::<Token![$]>()?;
    if input.peek(Token![crate]) {
        path(input, paths)
    } else if input.peek(Ident::peek_any) {
        path(input, &mut Paths::default())
    } else {
        Ok(())
    }
}

fn path(input: ParseStream<'_>, paths: &mut Paths) -> Result<()> {
    let mut names = Name::new();
    if input.peek(Token![::]) {
        names.push(String::new());
    } else {
        names.push(name(&input.call(Ident::parse_any)?));
    }
    while input.peek(Token![::]) {
        input.parse::<Token![::]>()?;
        if !input.peek(Ident::peek_any) {
            break;
        }
        names.push(name(&input.call(Ident::parse_any)?));
    }
    if input.peek(Token![!])
        && !input.peek(Token![!=])
        && let Some(last) = names.last_mut()
    {
        last.push('!');
    }
    if names.iter().any(|name| !name.is_empty()) {
        paths.code.push(names);
    }
    Ok(())
}
