//! Page tokens, and the validation of the paging arguments.

use std::sync::Arc;

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use epic_events::field_error::{FieldErrorKind, Validator};
use hmac::{Hmac, Mac as _};
use sha2::Sha256;

use super::{Column, ListPage, ListRequest, Orders, Page, PageEnd, search};
use crate::error::{Error, Result};

/// `page_size` of requests without one.
const SIZE_DEFAULT: i64 = 50;
const SIZE_MAX: i64 = 200;
/// Length of the truncated HMAC in bytes.
const MAC_LENGTH: usize = 16;

/// Signs and verifies page tokens. An HMAC binds a token to the RPC, its arguments and the caller.
#[derive(Clone)]
pub struct PageTokens {
    /// The current key, which signs, and the previous one, which only verifies.
    keys: Vec<Hmac<Sha256>>,
}

impl PageTokens {
    /// Derives the HMAC keys from the signing keys, the current one first.
    ///
    /// # Errors
    /// [`Error::Internal`], which does not occur, because HMAC accepts keys of any length.
    pub fn new<'a>(keys: impl IntoIterator<Item = &'a str>) -> Result<Self> {
        let keys = keys.into_iter().map(|key| {
            Hmac::new_from_slice(format!("page {key}").as_bytes())
                .map_err(|error| Error::Internal(error.to_string()))
        });
        Ok(Self {
            keys: keys.collect::<Result<_>>()?,
        })
    }

    /// Validates the paging arguments of a request.
    ///
    /// # Errors
    /// `INVALID_FIELD` with every invalid argument.
    pub fn validate<R: ListRequest>(
        &self,
        request: &R,
        caller: i64,
        orders: &Orders,
    ) -> Result<Page> {
        let mut arguments = request.clone();
        let (size, token) = arguments.take_paging();
        let mut check = Validator::default();
        let size = check.field("page_size", page_size(size));
        let order = check.field("order_by", order(request.order_by(), orders));
        let conditions = check.field("query", search::conditions(request.query()));
        let token = (!token.is_empty()).then_some(token);
        let after = check.optional("page_token", token, |token| {
            self.verify(&token, &arguments, caller)
                .ok_or(FieldErrorKind::NotAPageToken)
        });
        let page = check.finish(|| {
            let (column, descending) = order?;
            Some(Page {
                column,
                descending,
                after: after?,
                size: size?,
                conditions: conditions?,
            })
        })?;
        Ok(page)
    }

    /// The token of the page after `page`; empty when `page` is the last one.
    pub fn next<R: ListRequest, T>(&self, request: &R, caller: i64, page: &ListPage<T>) -> String {
        let (Some(end), Some(signing_key)) = (&page.end, self.keys.first()) else {
            return String::new();
        };
        let mut arguments = request.clone();
        arguments.take_paging();
        let mac = mac(signing_key, &arguments, caller, end).finalize();
        let mut bytes = mac.into_bytes()[..MAC_LENGTH].to_vec();
        bytes.extend(end.id.to_be_bytes());
        bytes.extend(end.total.to_be_bytes());
        bytes.extend(end.key.as_bytes());
        BASE64_URL_SAFE_NO_PAD.encode(bytes)
    }

    /// The fields of the reply to a request for a list.
    pub(crate) fn reply<R: ListRequest, T: Clone, M: From<T>>(
        &self,
        request: &R,
        caller: i64,
        page: Arc<ListPage<T>>,
    ) -> ListReply<M> {
        let page = Arc::unwrap_or_clone(page);
        let (total_size, total_size_is_lower_bound) = page.total_size();
        ListReply {
            next_page_token: self.next(request, caller, &page),
            records: page.rows.into_iter().map(M::from).collect(),
            total_size,
            total_size_is_lower_bound,
        }
    }

    /// The end of the page that the token names; `None` for a token that was not issued for these
    /// arguments and this caller.
    fn verify<R: ListRequest>(&self, token: &str, arguments: &R, caller: i64) -> Option<PageEnd> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(token).ok()?;
        let (tag, rest) = bytes.split_at_checked(MAC_LENGTH)?;
        let (id, rest) = rest.split_at_checked(size_of::<i64>())?;
        let (total, key) = rest.split_at_checked(size_of::<i64>())?;
        let end = PageEnd {
            key: String::from_utf8(key.to_vec()).ok()?,
            id: i64::from_be_bytes(id.try_into().ok()?),
            total: i64::from_be_bytes(total.try_into().ok()?),
        };
        let is_valid = self.keys.iter().any(|verifying_key| {
            let mac = mac(verifying_key, arguments, caller, &end);
            // Compares in constant time.
            mac.verify_truncated_left(tag).is_ok()
        });
        is_valid.then_some(end)
    }
}

/// The fields that the replies of all lists have.
pub(crate) struct ListReply<M> {
    pub(crate) records: Vec<M>,
    pub(crate) next_page_token: String,
    pub(crate) total_size: i32,
    pub(crate) total_size_is_lower_bound: bool,
}

fn mac<R: ListRequest>(
    key: &Hmac<Sha256>,
    arguments: &R,
    caller: i64,
    end: &PageEnd,
) -> Hmac<Sha256> {
    let mut mac = key.clone();
    mac.update(std::any::type_name::<R>().as_bytes());
    mac.update(&caller.to_be_bytes());
    let arguments = arguments.encode_to_vec();
    mac.update(&arguments.len().to_be_bytes());
    mac.update(&arguments);
    mac.update(&end.id.to_be_bytes());
    mac.update(&end.total.to_be_bytes());
    mac.update(end.key.as_bytes());
    mac
}

fn page_size(wire: i32) -> std::result::Result<i64, FieldErrorKind> {
    match i64::from(wire) {
        ..0 => Err(FieldErrorKind::Negative),
        0 => Ok(SIZE_DEFAULT),
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
