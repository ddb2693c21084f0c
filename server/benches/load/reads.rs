//! Lists and records, each call with another page or id.

use std::time::{Duration, Instant};

use epic_events::v1::{
    CreateCollaboratorRequest, GetClientRequest, GetContractRequest, GetEventRequest,
    ListClientsRequest, ListContractsRequest, ListEventsRequest, Role,
    client_service_client::ClientServiceClient,
    collaborator_service_client::CollaboratorServiceClient,
    contract_service_client::ContractServiceClient, event_service_client::EventServiceClient,
};
use tokio::task::JoinSet;
use tonic::transport::{Channel, Endpoint};
use uuid::Uuid;

use crate::{
    caller::{Caller, Result, changed},
    database::BenchDatabase,
    pgbench::{self, Measured, script},
    processor::{Postgres, ProcessorTime},
    server::Server,
    statements::Statements,
};

/// Connections to the server, each of another account; those of pgbench.
const CONNECTIONS: usize = 8;
/// Simultaneous calls on each connection.
const CALLS: usize = 4;
/// Records on a page.
const PAGE: usize = 50;

/// What is read.
#[derive(Clone, Copy, Debug)]
enum Read {
    Clients,
    Contracts,
    Events,
    Client,
    Contract,
    Event,
}

impl Read {
    const ALL: [Self; 6] = [
        Self::Clients,
        Self::Contracts,
        Self::Events,
        Self::Client,
        Self::Contract,
        Self::Event,
    ];

    const fn rpc(self) -> &'static str {
        match self {
            Self::Clients => "ListClients",
            Self::Contracts => "ListContracts",
            Self::Events => "ListEvents",
            Self::Client => "GetClient",
            Self::Contract => "GetContract",
            Self::Event => "GetEvent",
        }
    }

    const fn table(self) -> &'static str {
        match self {
            Self::Clients | Self::Client => "clients",
            Self::Contracts | Self::Contract => "contracts",
            Self::Events | Self::Event => "events",
        }
    }

    /// The order of the list, in SQL: a key, and whether it descends. `None` for a record.
    const fn order(self) -> Option<(&'static str, bool)> {
        match self {
            Self::Clients => Some(("name_sort", false)),
            Self::Contracts => Some(("id", true)),
            Self::Events => Some(("start_time", false)),
            Self::Client | Self::Contract | Self::Event => None,
        }
    }
}

/// What distinguishes the calls.
#[derive(Clone, Debug)]
enum Target {
    /// A page, by its token; empty for the first one.
    Page(String),
    Record(i64),
}

/// Calls the server once, checks the reply, and returns the token of the next page.
async fn call(caller: &Caller, read: Read, target: &Target) -> Result<String> {
    macro_rules! list {
        ($client:ident, $method:ident, $request:ident, $records:ident) => {{
            let Target::Page(token) = target else {
                return Err("a list needs a page".into());
            };
            let request = caller.request($request {
                page_size: i32::try_from(PAGE)?,
                page_token: token.clone(),
                ..$request::default()
            })?;
            let reply = $client::new(caller.channel.clone())
                .$method(request)
                .await?;
            let reply = reply.into_inner();
            let is_complete = reply
                .$records
                .iter()
                .all(|it| it.id > 0 && !it.etag.is_empty());
            if !is_complete || (reply.$records.len() != PAGE && !reply.next_page_token.is_empty()) {
                return Err(format!("{read:?} has {} records", reply.$records.len()).into());
            }
            Ok(reply.next_page_token)
        }};
    }
    macro_rules! get {
        ($client:ident, $method:ident, $request:ident, $record:ident) => {{
            let Target::Record(id) = *target else {
                return Err("a record needs an id".into());
            };
            let request = caller.request($request { id })?;
            let reply = $client::new(caller.channel.clone())
                .$method(request)
                .await?;
            match reply.into_inner().$record {
                Some(record) if record.id == id => Ok(String::new()),
                other => Err(format!("{read:?} {id} is {other:?}").into()),
            }
        }};
    }
    match read {
        Read::Clients => list!(
            ClientServiceClient,
            list_clients,
            ListClientsRequest,
            clients
        ),
        Read::Contracts => {
            list!(
                ContractServiceClient,
                list_contracts,
                ListContractsRequest,
                contracts
            )
        }
        Read::Events => list!(EventServiceClient, list_events, ListEventsRequest, events),
        Read::Client => get!(ClientServiceClient, get_client, GetClientRequest, client),
        Read::Contract => get!(
            ContractServiceClient,
            get_contract,
            GetContractRequest,
            contract
        ),
        Read::Event => get!(EventServiceClient, get_event, GetEventRequest, event),
    }
}

/// The targets of a caller: page tokens belong to their caller. The last page, which is shorter, and
/// the first one, which counts, are left out.
async fn targets(database: &BenchDatabase, caller: &Caller, read: Read) -> Result<Vec<Target>> {
    if read.order().is_none() {
        let ids = database.query(&format!("select id from {}", read.table()))?;
        let ids = ids.lines().map(|id| Ok(Target::Record(id.parse()?)));
        return ids.collect();
    }
    let mut tokens = Vec::new();
    let mut token = call(caller, read, &Target::Page(String::new())).await?;
    while !token.is_empty() {
        tokens.push(Target::Page(token.clone()));
        token = call(caller, read, tokens.last().ok_or("no page")?).await?;
    }
    tokens.pop();
    Ok(tokens)
}

/// Calls in turn until the end, beginning with another target than the other tasks.
async fn repeat(
    (caller, read): (Caller, Read),
    targets: Vec<Target>,
    (start, end): (usize, Instant),
) -> Result<u32> {
    let mut count = 0;
    for target in targets.iter().cycle().skip(start) {
        if Instant::now() >= end {
            break;
        }
        call(&caller, read, target).await?;
        count += 1;
    }
    Ok(count)
}

/// What was measured at the server.
struct Served {
    rate: f64,
    server: ProcessorTime,
    postgres: ProcessorTime,
}

async fn load(
    (server, postgres): (&Server, &Postgres),
    callers: &[(Caller, Vec<Target>)],
    (read, duration): (Read, Duration),
) -> Result<Served> {
    let before = (server.processor_time()?, postgres.processor_time()?);
    let start = Instant::now();
    let mut tasks = JoinSet::new();
    for (index, (caller, targets)) in callers.iter().enumerate() {
        for task in 0..CALLS {
            let first = (index * CALLS + task) * targets.len() / (CALLS * callers.len());
            let work = (caller.clone(), read);
            tasks.spawn(repeat(work, targets.clone(), (first, start + duration)));
        }
    }
    let mut count = 0;
    while let Some(done) = tasks.join_next().await {
        count += done??;
    }
    let elapsed = start.elapsed();
    Ok(Served {
        rate: f64::from(count) / elapsed.as_secs_f64(),
        server: server.processor_time()?.saturating_sub(before.0) / count,
        postgres: postgres.processor_time()?.saturating_sub(before.1) / count,
    })
}

/// Signs in an account of its own for each connection.
async fn sign_in(database: &BenchDatabase, server: &Server) -> Result<Vec<Caller>> {
    let endpoint = Channel::from_shared(format!("http://{}", server.address))?;
    let administrator = administrator(database, &endpoint).await?;
    let mut callers = Vec::new();
    for number in 0..CONNECTIONS {
        let email = format!("load{number}@example.org");
        let request = administrator.request(CreateCollaboratorRequest {
            request_id: Uuid::new_v4().to_string(),
            name: format!("Load {number}"),
            email: email.clone(),
            phone: "+33 1 40 20 53 17".to_owned(),
            role: Role::Support.into(),
        })?;
        let created = CollaboratorServiceClient::new(administrator.channel.clone())
            .create_collaborator(request)
            .await?
            .into_inner();
        let password = created.one_time_password;
        Caller::sign_in_at(&endpoint, &email, &password).await?;
        callers.push(Caller::sign_in_at(&endpoint, &email, &changed(&password)).await?);
    }
    Ok(callers)
}

async fn administrator(database: &BenchDatabase, endpoint: &Endpoint) -> Result<Caller> {
    let email = database.setting("EPIC_ADMIN_EMAIL");
    let password = database.setting("EPIC_ADMIN_PASSWORD");
    Caller::sign_in_at(endpoint, email, password).await
}

/// The scripts of pgbench that execute the queries of these calls.
async fn scripts(database: &BenchDatabase, caller: &Caller, read: Read) -> Result<Vec<String>> {
    let statements = Statements::start(database).await?;
    // The same session at the server in this process.
    let caller = Caller {
        channel: statements.endpoint.connect().await?,
        ..caller.clone()
    };
    let targets = targets(database, &caller, read).await?;
    call(&caller, read, targets.first().ok_or("no record")?).await?;
    let view = format!("FROM \"{}_records\"", read.table().trim_end_matches('s'));
    let scripts = match read.order() {
        None => {
            let text = statements.find(&[&view, "\"id\" = $1", "LIMIT"]).await?;
            let prologue = format!("\\set id random(1, {})\n", targets.len());
            vec![script(
                &text,
                &[":id".to_owned(), "1".to_owned()],
                &prologue,
            )]
        }
        Some((key, is_descending)) => {
            let text = statements.find(&[&view, "page_key", ", id) "]).await?;
            let direction = if is_descending { "desc" } else { "" };
            let ends = database.query(&format!(
                "select quote_literal(key) || ' ' || record from (
                    select {key}::text as key, id as record,
                        row_number() over (order by {key} {direction}, id {direction}) as number
                    from {}) numbered
                 where number % {PAGE} = 0 order by number limit {}",
                read.table(),
                targets.len()
            ))?;
            let ends = ends.lines().filter_map(|line| line.rsplit_once(' '));
            let parameters = ends.map(|(key, id)| [key.to_owned(), id.to_owned()]);
            parameters.map(|it| script(&text, &it, "")).collect()
        }
    };
    statements.stop().await?;
    Ok(scripts)
}

/// Prints the figures of every read.
pub(crate) async fn run(
    database: &BenchDatabase,
    server: &Server,
    duration: Duration,
) -> Result<()> {
    let postgres = Postgres::of(database)?;
    let callers = sign_in(database, server).await?;
    println!(
        "{:<14} {:>9} {:>10} {:>10} {:>11} {:>10} {:>10} {:>9}",
        "", "calls/s", "server µs", "PostgreSQL", "pgbench/s", "PostgreSQL", "time ratio", "rate"
    );
    for read in Read::ALL {
        let mut loads = Vec::new();
        for caller in &callers {
            loads.push((caller.clone(), targets(database, caller, read).await?));
        }
        let scripts = scripts(database, &callers[0], read).await?;
        let loaded = load((server, &postgres), &loads, (read, duration)).await?;
        let alone = pgbench::run(database, &postgres, &scripts, (CONNECTIONS, duration))?;
        print(read, &loaded, &alone);
    }
    Ok(())
}

fn print(read: Read, served: &Served, alone: &Measured) {
    let micros = |time: ProcessorTime| time.as_secs_f64() * 1e6;
    println!(
        "{:<14} {:>9.0} {:>10.1} {:>10.1} {:>11.0} {:>10.1} {:>10.2} {:>9.2}",
        read.rpc(),
        served.rate,
        micros(served.server),
        micros(served.postgres),
        alone.rate,
        micros(alone.postgres),
        served.postgres.as_secs_f64() / alone.postgres.as_secs_f64(),
        served.rate / alone.rate,
    );
}
