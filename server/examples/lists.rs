//! Times the first and the 1,000th page of clients in every order, without a search and with a search for
//! a word. `server/benches/million.sh` starts the server and the database.
//!
//! ```text
//! lists WORD
//! ```
//!
//! `EPIC_LISTEN` names the server, `EPIC_ADMIN_EMAIL` and `EPIC_ADMIN_PASSWORD` the account.
#![allow(clippy::print_stdout, reason = "the measurements are printed")]

#[path = "support/caller.rs"]
mod caller;

use std::{
    env,
    time::{Duration, Instant},
};

use epic_events::v1::{
    ListClientsRequest, ListClientsResponse, client_service_client::ClientServiceClient,
};

use self::caller::{Caller, Result};

/// Records per page, as in the client.
const PAGE_SIZE: i32 = 50;
/// The page that is compared with the first one.
const FAR_PAGE: i32 = 1_000;
/// Number of measurements per page.
const SAMPLES: usize = 31;
const ORDERS: [&str; 6] = [
    "id",
    "name",
    "email",
    "company",
    "create_time",
    "update_time",
];

#[tokio::main]
async fn main() -> Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [word] => pages(word).await,
        _ => Err("usage: lists WORD".into()),
    }
}

async fn list(caller: &Caller, message: ListClientsRequest) -> Result<ListClientsResponse> {
    let request = caller.request(message)?;
    let reply = ClientServiceClient::new(caller.channel.clone())
        .list_clients(request)
        .await?;
    Ok(reply.into_inner())
}

async fn pages(word: &str) -> Result<()> {
    let mut caller = Caller::administrator().await?;
    println!(
        "{:<18} {:<10} {:>12} {:>14} {:>8}",
        "order", "search", "first page", "1,000th page", "ratio"
    );
    for query in ["", word] {
        for column in ORDERS {
            for direction in ["", " desc"] {
                caller.refresh().await?;
                let list = ListClientsRequest {
                    order_by: format!("{column}{direction}"),
                    query: query.to_owned(),
                    ..Default::default()
                };
                let (first, far) = measure(&caller, list.clone()).await?;
                println!(
                    "{:<18} {:<10} {:>9.2} ms {:>11.2} ms {:>8.2}",
                    list.order_by,
                    if query.is_empty() { "-" } else { query },
                    first.as_secs_f64() * 1_000.0,
                    far.as_secs_f64() * 1_000.0,
                    far.as_secs_f64() / first.as_secs_f64()
                );
            }
        }
    }
    Ok(())
}

/// The medians of the first page and of the far page, timed in turn.
async fn measure(caller: &Caller, list: ListClientsRequest) -> Result<(Duration, Duration)> {
    let first = ListClientsRequest {
        page_size: PAGE_SIZE,
        ..list
    };
    let far = ListClientsRequest {
        page_token: far_token(caller, first.clone()).await?,
        ..first.clone()
    };
    let (mut firsts, mut fars) = (Vec::new(), Vec::new());
    for _ in 0..SAMPLES {
        firsts.push(time(caller, &first).await?);
        fars.push(time(caller, &far).await?);
    }
    Ok((median(firsts), median(fars)))
}

/// The token of the far page, reached by way of larger pages: tokens are not bound to the page
/// size.
async fn far_token(caller: &Caller, mut list: ListClientsRequest) -> Result<String> {
    let mut remaining = (FAR_PAGE - 1) * PAGE_SIZE;
    while remaining > 0 {
        list.page_size = remaining.min(200);
        remaining -= list.page_size;
        let reply = self::list(caller, list.clone()).await?;
        list.page_token = reply.next_page_token;
        if list.page_token.is_empty() {
            return Err(format!("{list:?} has no 1,000th page").into());
        }
    }
    Ok(list.page_token)
}

async fn time(caller: &Caller, list: &ListClientsRequest) -> Result<Duration> {
    let start = Instant::now();
    let reply = self::list(caller, list.clone()).await?;
    let elapsed = start.elapsed();
    check_page(&reply)?;
    Ok(elapsed)
}

/// Fails unless the reply is a full page: a benchmark must not count errors.
fn check_page(reply: &ListClientsResponse) -> Result<()> {
    let is_complete = |client: &&epic_events::v1::Client| client.id > 0 && !client.name.is_empty();
    let found = reply.clients.iter().filter(is_complete).count();
    if i32::try_from(found)? == PAGE_SIZE {
        Ok(())
    } else {
        Err(format!("a page has {found} clients instead of {PAGE_SIZE}").into())
    }
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}
