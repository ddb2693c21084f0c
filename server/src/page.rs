//! Paging by keyset: a page begins after the last row of the one before, in whatever order, so the
//! thousandth costs what the first does and rows that come and go shift nothing.

pub mod sql;

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use epic_events::{
    field_error::{FieldErrorKind, Validator},
    v1::{
        ListClientsRequest, ListCollaboratorsRequest, ListContractsRequest, ListEventsRequest,
        ListHistoryRequest,
    },
};
use hmac::{Hmac, Mac as _};
use prost::Message;
use sha2::Sha256;

use crate::{config::key::Keys, error::Result};

const SIZE: i64 = 50;
const SIZE_MAX: i64 = 200;
/// Counting stops here; the reply says that there are more.
pub const COUNT_MAX: i64 = 10_000;
/// More words than anyone types; each one is a condition of the query.
const WORDS_MAX: usize = 8;
const QUERY_MAX: usize = 200;
const MAC_LENGTH: usize = 16;

/// A column that a list can be ordered by.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// What a request calls it.
    pub name: &'static str,
    /// The column of the view, which has an index together with the id.
    pub column: &'static str,
    /// Its type in the database.
    pub kind: &'static str,
}

impl Column {
    /// A column of a list's table of orders.
    #[must_use]
    pub const fn new(name: &'static str, column: &'static str, kind: &'static str) -> Self {
        Self { name, column, kind }
    }
}

/// How a list can be ordered.
#[derive(Clone, Copy, Debug)]
pub struct Orders {
    /// The columns.
    pub columns: &'static [Column],
    /// The columns' names as people would type them; a test compares the two.
    pub allowed: &'static str,
    /// The order when none is asked for.
    pub default: &'static str,
}

/// The arguments that every list takes.
pub trait ListRequest: Message + Clone {
    /// Takes the arguments that differ from page to page, which leaves those that a page token is
    /// bound to.
    fn take_paging(&mut self) -> (i32, String);
    /// The order asked for.
    fn order_by(&self) -> &str;
    /// The words asked for.
    fn query(&self) -> &str;
}

macro_rules! list_requests {
    ($($message:ty: $($query:ident)?),*) => {$(
        impl ListRequest for $message {
            fn take_paging(&mut self) -> (i32, String) {
                (std::mem::take(&mut self.page_size), std::mem::take(&mut self.page_token))
            }
            fn order_by(&self) -> &str { &self.order_by }
            fn query(&self) -> &str { list_requests!(@query self $($query)?) }
        }
    )*};
    (@query $request:ident) => { "" };
    (@query $request:ident $query:ident) => { &$request.$query };
}

list_requests!(
    ListClientsRequest: query,
    ListCollaboratorsRequest: query,
    ListContractsRequest: query,
    ListEventsRequest: query,
    // The history has no words of its own; it is narrowed by record, actor and time.
    ListHistoryRequest:
);

/// Which page to read, checked.
#[derive(Clone, Debug)]
pub struct Page {
    /// The column to order by.
    pub column: Column,
    /// Whether the order is reversed.
    pub descending: bool,
    /// Key and id of the last row of the page before.
    pub after: Option<(String, i64)>,
    /// Rows a page.
    pub size: i64,
    /// Words to find, as patterns for `like`.
    pub words: Vec<String>,
}

/// A page as it was read.
#[derive(Debug)]
pub struct Listed<R> {
    /// The rows.
    pub rows: Vec<R>,
    /// Key and id of the last row, when there are more.
    pub last: Option<(String, i64)>,
    /// Rows on all pages, at most one more than [`COUNT_MAX`].
    pub total: i64,
}

impl<R> Listed<R> {
    /// Takes one row more than the page holds: whether there was one tells whether there are more.
    pub fn new(
        mut found: Vec<(R, String)>,
        total: i64,
        page: &Page,
        id: impl Fn(&R) -> i64,
    ) -> Self {
        let size = usize::try_from(page.size).unwrap_or_default();
        let more = found.len() > size;
        found.truncate(size);
        let last = found.last().filter(|_| more);
        let last = last.map(|(row, key)| (key.clone(), id(row)));
        Self {
            rows: found.into_iter().map(|(row, _)| row).collect(),
            last,
            total,
        }
    }

    /// The total as the reply has it: the number, and whether there are more.
    #[must_use]
    pub fn total_size(&self) -> (i32, bool) {
        let shown = self.total.min(COUNT_MAX);
        (
            i32::try_from(shown).unwrap_or(i32::MAX),
            self.total > COUNT_MAX,
        )
    }
}

/// Makes and reads page tokens. A token is bound to the call, its arguments and the caller by a
/// keyed hash, so that one from elsewhere, or made up, is refused.
#[derive(Clone)]
pub struct Pages {
    /// The one that makes tokens, and the one before it, which only reads.
    keys: Vec<Hmac<Sha256>>,
}

impl Pages {
    /// Takes the keys that every server of one database shares.
    ///
    /// # Errors
    /// Never: the hash takes a key of any length.
    pub fn new(keys: &Keys) -> Result<Self> {
        let keys = keys.live().map(|key| {
            Hmac::new_from_slice(format!("page {}", key.reveal()).as_bytes())
                .map_err(|error| crate::error::Error::Defect(error.to_string()))
        });
        Ok(Self {
            keys: keys.collect::<Result<_>>()?,
        })
    }

    /// Checks the arguments that every list takes.
    ///
    /// # Errors
    /// What is wrong with them.
    pub fn read<R: ListRequest>(&self, request: &R, caller: i64, orders: &Orders) -> Result<Page> {
        let mut arguments = request.clone();
        let (size, token) = arguments.take_paging();
        let mut check = Validator::default();
        let size = check.field("page_size", page_size(size));
        let order = check.field("order_by", order(request.order_by(), orders));
        let words = check.field("query", words(request.query()));
        let given = (!token.is_empty()).then_some(token);
        let after = check.optional("page_token", given, |token| {
            self.open(&token, &arguments, caller)
                .ok_or(FieldErrorKind::NotAPageToken)
        });
        let page = check.finish(|| {
            let (column, descending) = order?;
            Some(Page {
                column,
                descending,
                after: after?,
                size: size?,
                words: words?,
            })
        })?;
        Ok(page)
    }

    /// The token of the page after that one; empty after the last.
    pub fn next<R: ListRequest, T>(&self, request: &R, caller: i64, listed: &Listed<T>) -> String {
        let (Some((key, id)), Some(signing)) = (&listed.last, self.keys.first()) else {
            return String::new();
        };
        let mut arguments = request.clone();
        arguments.take_paging();
        let mac = mac(signing, &arguments, caller, *id, key).finalize();
        let mut bytes = mac.into_bytes()[..MAC_LENGTH].to_vec();
        bytes.extend(id.to_be_bytes());
        bytes.extend(key.as_bytes());
        BASE64_URL_SAFE_NO_PAD.encode(bytes)
    }

    fn open<R: ListRequest>(
        &self,
        token: &str,
        arguments: &R,
        caller: i64,
    ) -> Option<(String, i64)> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(token).ok()?;
        let (tag, rest) = bytes.split_at_checked(MAC_LENGTH)?;
        let (id, key) = rest.split_at_checked(size_of::<i64>())?;
        let id = i64::from_be_bytes(id.try_into().ok()?);
        let key = String::from_utf8(key.to_vec()).ok()?;
        let genuine = self.keys.iter().any(|reading| {
            let mac = mac(reading, arguments, caller, id, &key);
            // Takes the same time wherever the difference is.
            mac.verify_truncated_left(tag).is_ok()
        });
        genuine.then_some((key, id))
    }
}

fn mac<R: ListRequest>(
    key: &Hmac<Sha256>,
    arguments: &R,
    caller: i64,
    id: i64,
    after: &str,
) -> Hmac<Sha256> {
    let mut mac = key.clone();
    mac.update(std::any::type_name::<R>().as_bytes());
    mac.update(&caller.to_be_bytes());
    let arguments = arguments.encode_to_vec();
    mac.update(&arguments.len().to_be_bytes());
    mac.update(&arguments);
    mac.update(&id.to_be_bytes());
    mac.update(after.as_bytes());
    mac
}

fn page_size(wire: i32) -> std::result::Result<i64, FieldErrorKind> {
    match i64::from(wire) {
        ..0 => Err(FieldErrorKind::Negative),
        0 => Ok(SIZE),
        size => Ok(size.min(SIZE_MAX)),
    }
}

fn order(text: &str, orders: &Orders) -> std::result::Result<(Column, bool), FieldErrorKind> {
    let unknown = FieldErrorKind::UnknownOrder {
        allowed: orders.allowed,
    };
    let text = text.trim();
    let text = if text.is_empty() {
        orders.default
    } else {
        text
    };
    let (name, descending) = match text.split_once(char::is_whitespace) {
        None => (text, false),
        Some((name, direction)) => match direction.trim() {
            "desc" => (name, true),
            "asc" => (name, false),
            _ => return Err(unknown),
        },
    };
    let column = orders.columns.iter().find(|column| column.name == name);
    column.map(|&column| (column, descending)).ok_or(unknown)
}

/// Each word as a pattern; the database folds accents and case away, on both sides alike.
fn words(query: &str) -> std::result::Result<Vec<String>, FieldErrorKind> {
    if query.chars().count() > QUERY_MAX {
        return Err(FieldErrorKind::TooLong { max: QUERY_MAX });
    }
    if query.chars().any(|c| c.is_control() && !c.is_whitespace()) {
        return Err(FieldErrorKind::ControlCharacter);
    }
    Ok(query
        .split_whitespace()
        .take(WORDS_MAX)
        .map(|word| {
            let literal = word
                .replace('\\', r"\\")
                .replace('%', r"\%")
                .replace('_', r"\_");
            format!("%{literal}%")
        })
        .collect())
}
