//! A working day: members of staff of the three roles read, search and write, each with a session, a connection
//! and a stream of changes of their own. Every reply is checked; the first one that is wrong, and every call that
//! fails, ends the benchmark.

mod kind;
mod latency;
mod person;
mod read;
mod watch;
mod write;

use std::{
    rc::Rc,
    time::{Duration, Instant},
};

use epic_events::v1::Role;
use futures_util::future::try_join_all;
use rand::{SeedableRng as _, rngs::StdRng};
use tokio::{time::sleep_until, try_join};

use self::{
    latency::Latencies,
    person::{Office, Person},
    watch::Watches,
};
use crate::{
    accounts::{self, AccountSession, Numbers, Signer},
    caller::{Caller, Result},
    database::BenchDatabase,
    number,
    server::Server,
    writer::Writer,
};

/// Of so many members of staff, two are of gestion and three are supports; the others are commercials.
const TEAM: usize = 10;
/// One client or event of so many remains without a colleague, so that gestion has something to assign.
const UNASSIGNED: usize = 10;

/// Runs the day.
pub(crate) async fn run(database: &BenchDatabase, duration: Duration) -> Result<()> {
    let duration = Duration::from_secs(number("EPIC_BENCH_DAY_SECONDS", duration.as_secs())?);
    let staff = hire(database, number("EPIC_BENCH_STAFF", 200)?)?;
    let mut servers = Vec::new();
    for _ in 0..number("EPIC_BENCH_SERVERS", 1)? {
        servers.push(Server::start(&database.settings, &[])?);
    }
    let signer = Signer::new(database);
    let mut people = Vec::new();
    for (session, server) in staff.into_iter().zip(servers.iter().cycle()) {
        let channel = server.endpoint()?.connect().await?;
        let caller = signer.caller(&session, &channel)?;
        people.push((session, caller));
    }
    let first = servers.first().ok_or("no server")?;
    // Nobody else changes this client.
    let mut last = Writer::start(database, first, 0).await?;
    let callers = people.iter().map(|(_, caller)| caller);
    let watches = Watches::open(database, callers, &mut last).await?;
    let count = people.len();
    let start = Instant::now();
    let office = Rc::new(office(database, signer, &people, start + duration)?);
    let people = people.into_iter().enumerate().map(|(seed, person)| {
        Person::new(person, &office, StdRng::seed_from_u64(seed as u64)).work()
    });
    let (people, memory) = try_join!(try_join_all(people), memory(&servers, (start, duration)))?;
    let elapsed = start.elapsed();
    let reloads = watches.finish(database, &mut last).await?;
    let mut latencies = Latencies::default();
    let mut overtaken = 0;
    for person in people {
        overtaken += person.overtaken;
        latencies.merge(person.latencies);
    }
    println!(
        "{count} members of staff, {} servers, {:.0} s",
        servers.len(),
        elapsed.as_secs_f64()
    );
    latencies.print(elapsed);
    println!("no errors; {overtaken} writes overtaken by a colleague's; {reloads} reload messages");
    for (title, figures) in ["a quarter", "half", "the end"].iter().zip(memory) {
        println!("memory at {title}: {figures}");
    }
    Ok(())
}

/// Adds the staff, and distributes clients and events.
fn hire(database: &BenchDatabase, count: usize) -> Result<Vec<AccountSession>> {
    let mut staff = Vec::new();
    let gestion = count * 2 / TEAM;
    let supports = count * 3 / TEAM;
    for (role, accounts) in [
        (Role::Gestion, gestion),
        (Role::Support, supports),
        (Role::Commercial, count - gestion - supports),
    ] {
        let numbers = Numbers {
            accounts,
            sessions: 1,
        };
        staff.extend(accounts::add(database, role, numbers)?);
    }
    for (table, column, role) in [
        ("clients", "commercial_id", Role::Commercial),
        ("events", "support_id", Role::Support),
    ] {
        let ids = ids(&staff, role);
        if ids.is_empty() {
            return Err("EPIC_BENCH_STAFF is too small".into());
        }
        database.query(&format!(
            "set epic.actor = 'Bench'; update {table} set {column} =
                case when id % {UNASSIGNED} > 0 then (array{ids:?})[1 + id % {}] end",
            ids.len()
        ))?;
    }
    database.query("vacuum analyze")?;
    Ok(staff)
}

fn ids(staff: &[AccountSession], role: Role) -> Vec<i64> {
    let of_role = staff.iter().filter(|person| person.role == role);
    of_role.map(|person| person.collaborator).collect()
}

fn office(
    database: &BenchDatabase,
    signer: Signer,
    people: &[(AccountSession, Caller)],
    end: Instant,
) -> Result<Office> {
    let staff: Vec<_> = people.iter().map(|(person, _)| person.clone()).collect();
    Ok(Office {
        signer,
        password: database.settings.get("EPIC_ADMIN_PASSWORD").to_owned(),
        commercials: ids(&staff, Role::Commercial),
        supports: ids(&staff, Role::Support),
        end,
        pause: Duration::from_millis(number("EPIC_BENCH_DAY_PAUSE", 0)?),
    })
}

/// The memory of the servers after a quarter and half of the day, and at its end.
async fn memory(servers: &[Server], (start, duration): (Instant, Duration)) -> Result<Vec<String>> {
    let mut figures = Vec::new();
    for quarters in [1, 2, 4] {
        sleep_until((start + duration * quarters / 4).into()).await;
        let mut of_servers = Vec::new();
        for server in servers {
            of_servers.push(format!("{:.1} MiB", server.memory()? as f64 / 1024.0));
        }
        figures.push(of_servers.join(", "));
    }
    Ok(figures)
}
