//! Requests for lists, and page tokens: validated arguments are within their bounds, and a token is
//! valid only for the RPC, the arguments and the caller that it was signed for.

use std::sync::LazyLock;

use epic_events::v1::{
    ListClientsRequest, ListCollaboratorsRequest, ListContractsRequest, ListEventsRequest,
    ListHistoryRequest,
};
use epic_server::{
    change, client, collaborator,
    config::Secret,
    contract,
    db::page::{Condition, ListPage, ListRequest, Orders, Page, PageEnd, token::PageTokens},
    event,
};

use super::{keys, mutated};

static PAGE_TOKENS: LazyLock<PageTokens> = LazyLock::new(|| {
    let key = keys().current;
    PageTokens::new([Secret::reveal(&key)]).expect("a key")
});

macro_rules! lists {
    ($($request:ident $orders:path;)*) => {
        /// The requests with a page token: the name of the message and its check, whose arguments are
        /// the request and the mutation. A test compares them with the descriptor.
        pub const LISTS: &[(&str, fn(&[u8], &[u8]))] = &[$((
            stringify!($request),
            |request, mutation| check_list::<$request>(request, mutation, &$orders),
        ),)*];
    };
}

lists! {
    ListClientsRequest client::rows::ORDERS;
    ListCollaboratorsRequest collaborator::rows::ORDERS;
    ListContractsRequest contract::rows::ORDERS;
    ListEventsRequest event::rows::ORDERS;
    ListHistoryRequest change::rows::ORDERS;
}

/// The first byte selects the list, the second one is the length of the mutation of a token; the
/// mutation and the request follow.
pub fn check(bytes: &[u8]) {
    let [list, length, bytes @ ..] = bytes else {
        return;
    };
    let Some((mutation, request)) = bytes.split_at_checked(usize::from(length % 24)) else {
        return;
    };
    let (_, check) = LISTS[usize::from(*list) % LISTS.len()];
    check(request, mutation);
}

fn check_list<R: ListRequest + Default>(request: &[u8], mutation: &[u8], orders: &Orders) {
    let Ok(request) = R::decode(request) else {
        return;
    };
    if let Ok(page) = PAGE_TOKENS.validate(&request, 1, orders) {
        check_bounds(&page);
        // No token has been signed yet.
        assert_eq!(page.after, None);
    }
    // The request without its token.
    let mut first = request.clone();
    first.take_paging();
    if PAGE_TOKENS.validate(&first, 1, orders).is_err() {
        return;
    }
    let key = String::from_utf8_lossy(mutation).into_owned();
    let end = PageEnd {
        key,
        id: i64::from(mutation.first().copied().unwrap_or(1)),
        total: i64::from(mutation.last().copied().unwrap_or(1)),
    };
    let page = ListPage::<()> {
        rows: Vec::new(),
        end: Some(end.clone()),
        total: 0,
    };
    let token = PAGE_TOKENS.next(&first, 1, &page);
    let validate = |token: &str, caller| {
        let request = with_token(&first, token);
        PAGE_TOKENS
            .validate(&request, caller, orders)
            .map(|page| page.after)
    };
    assert_eq!(validate(&token, 1).expect("the next page"), Some(end));
    assert!(validate(&token, 2).is_err(), "another caller's token");
    if let Some(other) = mutated(&token, mutation) {
        // An empty token means the first page.
        assert!(other.is_empty() || validate(&other, 1).is_err(), "{other}");
    }
}

fn check_bounds(page: &Page) {
    assert!((1..=200).contains(&page.size));
    // At most 100 words: at most 128 conditions on texts and 128 on numbers, after padding.
    assert!(page.conditions.len() <= 256);
    for condition in &page.conditions {
        match condition {
            Condition::Contains(pattern) => {
                assert!(pattern.len() >= 3 && pattern.starts_with('%') && pattern.ends_with('%'));
                assert!(!pattern.contains('\0'));
            }
            Condition::ContainsAny(expression) => {
                assert!(expression.contains('|') && !expression.contains('\0'));
            }
        }
    }
}

/// `request` with this page token, which is field 2 of every list.
fn with_token<R: ListRequest + Default>(request: &R, token: &str) -> R {
    let mut bytes = request.encode_to_vec();
    prost::encoding::string::encode(2, &token.to_owned(), &mut bytes);
    R::decode(&*bytes).expect("a request")
}
