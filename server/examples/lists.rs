//! The calls behind the measurements in `server/benches`, which start the server and the database.
//!
//! ```text
//! lists prepare FOLDER   one call, checked; token and request for h2load into the folder,
//!                        the reply's length onto the screen
//! lists pages WORD       first and 1,000th page in every order, also of a search for the word
//! lists flood            one page, with and without 200 logins at once that guess a password
//! ```
//!
//! The server and the account are those of `EPIC_LISTEN`, `EPIC_ADMIN_EMAIL` and
//! `EPIC_ADMIN_PASSWORD`.
#![allow(
    clippy::print_stdout,
    reason = "what is measured is for whoever looks on"
)]

use std::{
    env, fs,
    path::Path,
    time::{Duration, Instant},
};

use epic_events::v1::{
    ChangePasswordRequest, ListClientsRequest, ListClientsResponse, LoginRequest,
    RefreshSessionRequest, auth_service_client::AuthServiceClient,
    client_service_client::ClientServiceClient,
};
use prost::Message as _;
use tonic::{Request, transport::Channel};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// Records a page, as the client asks for.
const SIZE: i32 = 50;
/// The page that is to cost what the first one does.
const FAR: i32 = 1_000;
/// How often each page is timed.
const TIMES: usize = 31;
/// Logins at once.
const FLOOD: usize = 200;
/// How often a quiet spell and a flood take turns.
const ROUNDS: usize = 5;
/// How often the page is timed in each.
const CALLS: usize = 200;
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
        ["prepare", folder] => prepare(Path::new(folder)).await,
        ["pages", word] => pages(word).await,
        ["flood"] => flood().await,
        _ => Err("usage: lists prepare FOLDER | lists pages WORD | lists flood".into()),
    }
}

/// A session on the server.
struct Caller {
    channel: Channel,
    access_token: String,
    refresh_token: String,
}

impl Caller {
    async fn sign_in() -> Result<Self> {
        let address = env::var("EPIC_LISTEN")?;
        let password = env::var("EPIC_ADMIN_PASSWORD")?;
        let channel = Channel::from_shared(format!("http://{address}"))?
            .connect()
            .await?;
        let mut auth = AuthServiceClient::new(channel.clone());
        let request = LoginRequest {
            email: env::var("EPIC_ADMIN_EMAIL")?,
            password: password.clone(),
            device: "lists".to_owned(),
        };
        let begun = auth.login(request).await?.into_inner();
        let caller = Self {
            channel,
            access_token: begun.access_token,
            refresh_token: begun.refresh_token,
        };
        // The account is the one that `epic-server init` made, whose first password is for once.
        if begun.me.is_some_and(|me| me.must_change_password) {
            let request = caller.request(ChangePasswordRequest {
                new_password: format!("{password} changed"),
                current_password: password,
            })?;
            auth.change_password(request).await?;
        }
        Ok(caller)
    }

    /// A new access token: the measurement takes longer than one lasts.
    async fn refresh(&mut self) -> Result<()> {
        let request = RefreshSessionRequest {
            refresh_token: self.refresh_token.clone(),
        };
        let renewed = AuthServiceClient::new(self.channel.clone())
            .refresh_session(request)
            .await?
            .into_inner();
        self.access_token = renewed.access_token;
        self.refresh_token = renewed.refresh_token;
        Ok(())
    }

    fn request<T>(&self, message: T) -> Result<Request<T>> {
        let mut request = Request::new(message);
        let bearer = format!("Bearer {}", self.access_token).parse()?;
        request.metadata_mut().insert("authorization", bearer);
        Ok(request)
    }

    async fn list(&self, message: ListClientsRequest) -> Result<ListClientsResponse> {
        let request = self.request(message)?;
        let reply = ClientServiceClient::new(self.channel.clone())
            .list_clients(request)
            .await?;
        Ok(reply.into_inner())
    }
}

async fn prepare(folder: &Path) -> Result<()> {
    let caller = Caller::sign_in().await?;
    let message = ListClientsRequest {
        page_size: SIZE,
        ..Default::default()
    };
    let body = message.encode_to_vec();
    let reply = caller.list(message).await?;
    full(&reply)?;
    // A gRPC message on the wire: not compressed, its length, itself.
    let mut framed = vec![0];
    framed.extend(u32::try_from(body.len())?.to_be_bytes());
    framed.extend(body);
    fs::write(folder.join("request"), framed)?;
    fs::write(folder.join("token"), &caller.access_token)?;
    println!("{}", reply.encoded_len() + 5);
    Ok(())
}

async fn pages(word: &str) -> Result<()> {
    let mut caller = Caller::sign_in().await?;
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

/// Times one page in quiet spells and in floods, in turn.
async fn flood() -> Result<()> {
    let caller = Caller::sign_in().await?;
    let list = ListClientsRequest {
        page_size: SIZE,
        ..Default::default()
    };
    let (mut quiet, mut flooded) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        quiet.extend(calls(&caller, &list).await?);
        let guessing: Vec<_> = (0..FLOOD).map(|one| guess(round, one)).collect();
        let guessing = tokio::spawn(futures_util::future::join_all(guessing));
        let mut timed = calls(&caller, &list).await?;
        println!(
            "round {round}: the flood lasted longer: {}",
            !guessing.is_finished()
        );
        flooded.append(&mut timed);
        guessing.await?;
    }
    println!("{:<10} {:>12} {:>12}", "", "median", "99 of 100");
    let mut shown = Vec::new();
    for (name, mut times) in [("quiet", quiet), ("flooded", flooded)] {
        times.sort_unstable();
        let (half, most) = (times[times.len() / 2], times[times.len() * 99 / 100]);
        let ms = |time: Duration| time.as_secs_f64() * 1_000.0;
        println!("{name:<10} {:>9.2} ms {:>9.2} ms", ms(half), ms(most));
        shown.push((half, most));
    }
    let ratio = |a: Duration, b: Duration| b.as_secs_f64() / a.as_secs_f64();
    let [(half, most), (half_flooded, most_flooded)] = shown[..] else {
        return Err("two rows".into());
    };
    println!(
        "{:<10} {:>12.2} {:>12.2}",
        "ratio",
        ratio(half, half_flooded),
        ratio(most, most_flooded)
    );
    Ok(())
}

async fn calls(caller: &Caller, list: &ListClientsRequest) -> Result<Vec<Duration>> {
    let mut times = Vec::new();
    for _ in 0..CALLS {
        times.push(time(caller, list).await?);
    }
    Ok(times)
}

/// One login that fails, on a connection of its own. Half of them guess at one account, the others
/// at as many.
async fn guess(round: usize, one: usize) {
    let Ok(address) = env::var("EPIC_LISTEN") else {
        return;
    };
    let Ok(endpoint) = Channel::from_shared(format!("http://{address}")) else {
        return;
    };
    let Ok(channel) = endpoint.connect().await else {
        return;
    };
    let who = if one.is_multiple_of(2) { 0 } else { one };
    let request = LoginRequest {
        email: format!("guessed-{round}-{who}@example.org"),
        password: "not the password".to_owned(),
        device: String::new(),
    };
    // That it fails is what is wanted.
    let _ = AuthServiceClient::new(channel).login(request).await;
}

/// The medians of the first page and of the far one, timed in turn.
async fn measure(caller: &Caller, list: ListClientsRequest) -> Result<(Duration, Duration)> {
    let first = ListClientsRequest {
        page_size: SIZE,
        ..list
    };
    let far = ListClientsRequest {
        page_token: far_token(caller, first.clone()).await?,
        ..first.clone()
    };
    let (mut firsts, mut fars) = (Vec::new(), Vec::new());
    for _ in 0..TIMES {
        firsts.push(time(caller, &first).await?);
        fars.push(time(caller, &far).await?);
    }
    Ok((median(firsts), median(fars)))
}

/// The token of the far page, reached by pages of other sizes: it is bound to everything else.
async fn far_token(caller: &Caller, mut list: ListClientsRequest) -> Result<String> {
    let mut left = (FAR - 1) * SIZE;
    while left > 0 {
        list.page_size = left.min(200);
        left -= list.page_size;
        let reply = caller.list(list.clone()).await?;
        list.page_token = reply.next_page_token;
        if list.page_token.is_empty() {
            return Err(format!("{list:?} has no 1,000th page").into());
        }
    }
    Ok(list.page_token)
}

async fn time(caller: &Caller, list: &ListClientsRequest) -> Result<Duration> {
    let since = Instant::now();
    let reply = caller.list(list.clone()).await?;
    let took = since.elapsed();
    full(&reply)?;
    Ok(took)
}

fn full(reply: &ListClientsResponse) -> Result<()> {
    let whole = |client: &&epic_events::v1::Client| client.id > 0 && !client.name.is_empty();
    let found = reply.clients.iter().filter(whole).count();
    if i32::try_from(found)? == SIZE {
        Ok(())
    } else {
        Err(format!("a page has {found} clients instead of {SIZE}").into())
    }
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}
