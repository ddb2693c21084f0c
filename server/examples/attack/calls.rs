//! Attacks with complete calls of the API.

use std::{
    net::{IpAddr, Ipv4Addr},
    time::Duration,
};

use epic_events::v1::{
    ChangePasswordRequest, GetClientRequest, ListEventsRequest, UpdateClientRequest,
    auth_service_client::AuthServiceClient, client_service_client::ClientServiceClient,
    event_service_client::EventServiceClient,
};
use tokio::{
    task::JoinSet,
    time::{sleep, timeout},
};

use crate::{
    caller::{Caller, Result, endpoint, login},
    staff::{Account, Staff},
};

/// The delay after a failed call. Without it, an attack that is refused would slow the server down
/// only by using the processor of the same machine.
const PAUSE: Duration = Duration::from_millis(5);
/// The delay before a search is cancelled: the server has sent its query by then.
const CANCEL_AFTER: Duration = Duration::from_millis(3);
/// A search that matches every event and that no index supports.
const SLOW_SEARCH: &str = "e a";

/// Spawns `count` tasks, each of which repeats the work.
fn repeat<Fut>(
    tasks: &mut JoinSet<()>,
    count: usize,
    work: impl Fn(usize) -> Fut + Clone + Send + 'static,
) where
    Fut: Future<Output = Result<()>> + Send,
{
    for number in 0..count {
        let work = work.clone();
        tasks.spawn(async move {
            loop {
                if work(number).await.is_err() {
                    sleep(PAUSE).await;
                }
            }
        });
    }
}

/// 300 simultaneous logins of people who know their passwords.
pub(crate) fn logins(staff: &Staff, tasks: &mut JoinSet<()>) {
    let accounts = staff.commercials.clone();
    repeat(tasks, 300, move |number| {
        let account = accounts[number % accounts.len()].clone();
        // Logins that the end of the attack interrupts count as failed, also for their network, which is
        // another one than that of the honest caller.
        let address = IpAddr::V4(Ipv4Addr::new(127, 8, 0, 1));
        async move {
            let channel = endpoint()?.local_address(Some(address)).connect().await?;
            login(&channel, &account.email, &account.password).await?;
            Ok(())
        }
    });
}

/// 1,600 simultaneous logins with unknown names, from 400 addresses of this machine.
pub(crate) fn logins_from_many_addresses(_: &Staff, tasks: &mut JoinSet<()>) {
    repeat(tasks, 1_600, |number| async move {
        let [high, low] = u16::try_from(number % 400)?.to_be_bytes();
        let address = IpAddr::V4(Ipv4Addr::new(127, 9, high, low.max(1)));
        let endpoint = endpoint()?.local_address(Some(address));
        let channel = endpoint.connect().await?;
        let email = format!("guessed-{number}@example.org");
        login(&channel, &email, "not the password").await?;
        Ok(())
    });
}

/// 1,000 simultaneous calls of `ChangePassword` by one account, with a wrong current password.
pub(crate) fn password_changes(staff: &Staff, tasks: &mut JoinSet<()>) {
    let caller = staff.support.caller.clone();
    // Failures count for the network too, so the attacker uses another network than the honest
    // caller.
    let address = IpAddr::V4(Ipv4Addr::new(127, 7, 0, 1));
    let Ok(endpoint) = endpoint() else { return };
    let channel = endpoint.local_address(Some(address)).connect_lazy();
    repeat(tasks, 1_000, move |number| {
        let (caller, channel) = (caller.clone(), channel.clone());
        async move {
            let request = caller.request(ChangePasswordRequest {
                current_password: "not the password".to_owned(),
                new_password: format!("{number} correct horse battery staple {number}"),
            })?;
            AuthServiceClient::new(channel)
                .change_password(request)
                .await?;
            Ok(())
        }
    });
}

/// 16 sessions that are renewed all the time.
pub(crate) fn renewals(staff: &Staff, tasks: &mut JoinSet<()>) {
    let account = staff.support.clone();
    for _ in 0..16 {
        let account = account.clone();
        tasks.spawn(async move {
            let Ok(mut caller) = Caller::sign_in(&account.email, &account.password).await else {
                return;
            };
            loop {
                if caller.refresh().await.is_err() {
                    sleep(PAUSE).await;
                }
            }
        });
    }
}

/// 40 callers who search and cancel the search immediately.
pub(crate) fn cancelled_searches(staff: &Staff, tasks: &mut JoinSet<()>) {
    let caller = staff.support.caller.clone();
    repeat(tasks, 40, move |_| {
        let caller = caller.clone();
        async move {
            let _ = timeout(CANCEL_AFTER, search(caller)).await;
            Ok(())
        }
    });
}

/// 120 parallel searches of one account.
pub(crate) fn parallel_searches(staff: &Staff, tasks: &mut JoinSet<()>) {
    let caller = staff.support.caller.clone();
    repeat(tasks, 120, move |_| search(caller.clone()));
}

async fn search(caller: Caller) -> Result<()> {
    let request = caller.request(ListEventsRequest {
        query: SLOW_SEARCH.to_owned(),
        page_size: 200,
        ..Default::default()
    })?;
    EventServiceClient::new(caller.channel.clone())
        .list_events(request)
        .await?;
    Ok(())
}

/// Each commercial writes to one of their own clients in 16 tasks, as fast as the server permits.
pub(crate) fn writes(staff: &Staff, tasks: &mut JoinSet<()>) {
    for account in staff.commercials.clone() {
        repeat(tasks, 16, move |number| write(account.clone(), number));
    }
}

async fn write(account: Account, number: usize) -> Result<()> {
    let caller = &account.caller;
    let mut clients = ClientServiceClient::new(caller.channel.clone());
    let request = caller.request(GetClientRequest { id: account.client })?;
    let client = clients.get_client(request).await?.into_inner().client;
    let request = caller.request(UpdateClientRequest {
        id: account.client,
        etag: client.ok_or("no client")?.etag,
        company: Some(format!("Company {number}")),
        ..Default::default()
    })?;
    clients.update_client(request).await?;
    Ok(())
}
