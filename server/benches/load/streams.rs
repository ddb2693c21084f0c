//! Clients that watch the changes, and read the first page of the clients again after each if they show it.

use std::time::{Duration, Instant};

use epic_events::v1::{
    ChangeKind, Client, ListClientsRequest, RecordType, Role, WatchChangesRequest,
    WatchChangesResponse, change_service_client::ChangeServiceClient,
    client_service_client::ClientServiceClient,
};
use futures_util::future::try_join_all;
use tokio::{sync::mpsc, task::JoinSet, time::timeout};
use tonic::{Streaming, transport::Channel};

use crate::{
    accounts::{self, Numbers, Signer},
    caller::{Caller, Result},
    database::BenchDatabase,
    server::Server,
};

/// Streams of a session, at most four.
pub(crate) const OF_SESSION: usize = 4;
/// Streams that are opened at the same time: all of them may be of one account, which may make so many calls.
const OPENED_AT_ONCE: usize = 16;
/// How long a message or a page may take: a limit that ends a benchmark without them, not a goal.
const ARRIVAL_MAX: Duration = Duration::from_mins(1);

/// What a client does after a change.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reaction {
    /// It shows nothing.
    Nothing,
    /// It shows the first page of the clients.
    ReadClients,
}

/// A change that a client has seen, and read if it shows it.
struct Arrival {
    stream: usize,
    time: Instant,
    change: WatchChangesResponse,
}

/// Open streams, which end when dropped.
pub(crate) struct Streams {
    arrivals: mpsc::Receiver<Arrival>,
    tasks: JoinSet<Result<()>>,
    count: usize,
}

/// When all streams have received a change.
pub(crate) struct Seen {
    /// The time of the last message or page.
    pub(crate) last: Instant,
    /// Streams that were told to read everything instead.
    pub(crate) reloads: usize,
}

/// Callers for `count` streams: their accounts with so many streams, and connections with so many streams.
pub(crate) async fn callers(
    database: &BenchDatabase,
    server: &Server,
    (count, of_account, of_connection): (usize, usize, usize),
) -> Result<Vec<Caller>> {
    let numbers = Numbers {
        accounts: count.div_ceil(of_account),
        sessions: of_account / OF_SESSION,
    };
    let sessions = accounts::add(database, Role::Support, numbers)?;
    let signer = Signer::new(database);
    let mut callers: Vec<Caller> = Vec::with_capacity(count);
    let mut channel: Option<Channel> = None;
    for number in 0..count {
        let channel = match &channel {
            Some(channel) if number % of_connection != 0 => channel.clone(),
            _ => channel.insert(server.endpoint()?.connect().await?).clone(),
        };
        let session = sessions.get(number / OF_SESSION).ok_or("no session")?;
        callers.push(signer.caller(session, &channel)?);
    }
    Ok(callers)
}

impl Streams {
    /// Opens a stream for each caller.
    pub(crate) async fn open(callers: &[Caller], reaction: Reaction) -> Result<Self> {
        // Room for the message of every stream and for repetitions.
        let (sender, arrivals) = mpsc::channel(2 * callers.len().max(1));
        let mut tasks = JoinSet::new();
        for (chunk, callers) in callers.chunks(OPENED_AT_ONCE).enumerate() {
            let opened = try_join_all(callers.iter().map(open)).await?;
            for (index, (caller, messages)) in callers.iter().zip(opened).enumerate() {
                let stream = chunk * OPENED_AT_ONCE + index;
                let client = (caller.clone(), messages, reaction);
                tasks.spawn(follow(stream, client, sender.clone()));
            }
        }
        Ok(Self {
            arrivals,
            tasks,
            count: callers.len(),
        })
    }

    /// Waits until every stream has received the change that has made this client.
    ///
    /// # Errors
    /// When a stream ends, or receives neither that change nor a reload message.
    pub(crate) async fn all_see(&mut self, client: &Client) -> Result<Seen> {
        let mut missing: Vec<_> = vec![true; self.count];
        let mut count = self.count;
        let mut seen = Seen {
            last: Instant::now(),
            reloads: 0,
        };
        while count > 0 {
            let arrival = tokio::select! {
                arrival = timeout(ARRIVAL_MAX, self.arrivals.recv()) => arrival,
                Some(ended) = self.tasks.join_next() => {
                    ended??;
                    return Err("a stream has ended".into());
                }
            };
            let Ok(Some(arrival)) = arrival else {
                return Err(format!("{count} streams have not received a change").into());
            };
            let is_reload = arrival.change.kind() == ChangeKind::Reload;
            // After a reload message, the change itself may follow.
            if !is_reload && (arrival.change.id, &arrival.change.etag) != (client.id, &client.etag)
            {
                continue;
            }
            if std::mem::take(&mut missing[arrival.stream]) {
                count -= 1;
                seen.reloads += usize::from(is_reload);
                seen.last = arrival.time;
            }
        }
        Ok(seen)
    }
}

async fn open(caller: &Caller) -> Result<Streaming<WatchChangesResponse>> {
    let request = caller.request(WatchChangesRequest::default())?;
    let opened = ChangeServiceClient::new(caller.channel.clone())
        .watch_changes(request)
        .await?;
    let mut messages = opened.into_inner();
    // It says that the stream begins.
    messages.message().await?;
    Ok(messages)
}

async fn follow(
    stream: usize,
    (caller, mut messages, reaction): (Caller, Streaming<WatchChangesResponse>, Reaction),
    arrivals: mpsc::Sender<Arrival>,
) -> Result<()> {
    while let Some(change) = messages.message().await? {
        if reaction == Reaction::ReadClients {
            read_clients(&caller, &change).await?;
        }
        let arrival = Arrival {
            stream,
            time: Instant::now(),
            change,
        };
        if arrivals.send(arrival).await.is_err() {
            break;
        }
    }
    Ok(())
}

/// Reads the first page, which must contain the change.
async fn read_clients(caller: &Caller, change: &WatchChangesResponse) -> Result<()> {
    let reply = ClientServiceClient::new(caller.channel.clone())
        .list_clients(caller.request(ListClientsRequest::default())?)
        .await?;
    let clients = reply.into_inner().clients;
    let is_shown = |client: &Client| client.id == change.id && client.etag == change.etag;
    let is_client = change.record() == RecordType::Client;
    if clients.is_empty() || is_client && !clients.iter().any(is_shown) {
        return Err(format!("the list does not contain {change:?}").into());
    }
    Ok(())
}
