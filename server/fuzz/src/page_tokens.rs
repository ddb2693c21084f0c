//! Any list request, and any page token: what is read is within its bounds, and a token is good for
//! nothing but the list, the arguments and the caller it was made for.

use std::sync::LazyLock;

use epic_events::v1::{
    ListClientsRequest, ListCollaboratorsRequest, ListContractsRequest, ListEventsRequest,
};
use epic_server::{
    client, collaborator,
    config::Secret,
    contract,
    db::page::{ListPage, ListRequest, Orders, Page, token::PageTokens},
    event,
};

use super::{changed, keys};

static PAGE_TOKENS: LazyLock<PageTokens> = LazyLock::new(|| {
    let key = keys().current;
    PageTokens::new([Secret::reveal(&key)]).expect("a key")
});

/// The first byte says which list; the second how many say how a token is changed; the rest is the
/// request.
pub fn hold(bytes: &[u8]) {
    let [which, how, bytes @ ..] = bytes else {
        return;
    };
    let Some((how, request)) = bytes.split_at_checked(usize::from(how % 24)) else {
        return;
    };
    match which % 4 {
        0 => held::<ListClientsRequest>(request, how, &client::rows::ORDERS),
        1 => held::<ListCollaboratorsRequest>(request, how, &collaborator::rows::ORDERS),
        2 => held::<ListContractsRequest>(request, how, &contract::rows::ORDERS),
        _ => held::<ListEventsRequest>(request, how, &event::rows::ORDERS),
    }
}

fn held<R: ListRequest + Default>(request: &[u8], how: &[u8], orders: &Orders) {
    let Ok(request) = R::decode(request) else {
        return;
    };
    if let Ok(page) = PAGE_TOKENS.validate(&request, 1, orders) {
        bounds(&page);
        // Nobody has made a token yet.
        assert_eq!(page.after, None);
    }
    // From here on without the token that came with the request.
    let mut first = request.clone();
    first.take_paging();
    if PAGE_TOKENS.validate(&first, 1, orders).is_err() {
        return;
    }
    let key = String::from_utf8_lossy(how).into_owned();
    let last = (key, i64::from(how.first().copied().unwrap_or(1)));
    let listed = ListPage::<()> {
        rows: Vec::new(),
        last: Some(last.clone()),
        total: 0,
    };
    let token = PAGE_TOKENS.next(&first, 1, &listed);
    let read = |token: &str, caller| {
        let asked = with_token(&first, token);
        PAGE_TOKENS
            .validate(&asked, caller, orders)
            .map(|page| page.after)
    };
    assert_eq!(read(&token, 1).expect("its own page"), Some(last));
    assert!(read(&token, 2).is_err(), "another caller's token");
    if let Some(other) = changed(&token, how) {
        // An empty token asks for the first page.
        assert!(other.is_empty() || read(&other, 1).is_err(), "{other}");
    }
}

fn bounds(page: &Page) {
    assert!((1..=200).contains(&page.size));
    assert!(page.words.len() <= 8);
    for word in &page.words {
        assert!(word.len() >= 3 && word.starts_with('%') && word.ends_with('%'));
        assert!(!word.contains('\0'));
    }
}

/// The same request for the page of that token: in every list it is field 2.
fn with_token<R: ListRequest + Default>(request: &R, token: &str) -> R {
    let mut bytes = request.encode_to_vec();
    prost::encoding::string::encode(2, &token.to_owned(), &mut bytes);
    R::decode(&*bytes).expect("a request")
}
