//! A commercial who changes a client again and again.

use std::time::{Duration, Instant};

use epic_events::v1::{
    Client, GetClientRequest, Role, UpdateClientRequest, client_service_client::ClientServiceClient,
};
use tokio::time::{MissedTickBehavior, interval_at};
use tonic::transport::Channel;

use crate::{
    accounts::{self, AccountSession, Numbers, Signer},
    caller::{Caller, Result},
    database::BenchDatabase,
    server::Server,
};

/// The writer, and the client as its last write has left it.
pub(crate) struct Writer {
    caller: Caller,
    session: AccountSession,
    signer: Signer,
    client: Client,
    writes: u32,
}

impl Writer {
    /// Makes a new commercial responsible for a client, by its position in the list.
    pub(crate) async fn start(
        database: &BenchDatabase,
        server: &Server,
        position: usize,
    ) -> Result<Self> {
        let numbers = Numbers {
            accounts: 1,
            sessions: 1,
        };
        let added = accounts::add(database, Role::Commercial, numbers)?;
        let session = added.into_iter().next().ok_or("no account")?;
        let id = database.query(&format!(
            "set epic.actor = 'Bench'; update clients set commercial_id = {}
             where id = (select id from clients order by name_sort, id limit 1
                offset {position}) returning id",
            session.collaborator
        ))?;
        let channel = server.endpoint()?.connect().await?;
        let signer = Signer::new(database);
        let caller = signer.caller(&session, &channel)?;
        let client = get(&caller, id.trim().parse()?).await?;
        Ok(Self {
            caller,
            session,
            signer,
            client,
            writes: 0,
        })
    }

    /// The client.
    pub(crate) const fn client(&self) -> &Client {
        &self.client
    }

    /// Calls another server from now on.
    pub(crate) fn move_to(&mut self, channel: Channel) {
        self.caller.channel = channel;
    }

    /// Changes the company of the client, and returns the client.
    pub(crate) async fn write(&mut self) -> Result<&Client> {
        self.writes += 1;
        // A day is longer than a token is valid.
        self.caller.access_token = self.signer.token(&self.session)?;
        let company = format!("Company {}", self.writes);
        let request = self.caller.request(UpdateClientRequest {
            id: self.client.id,
            etag: self.client.etag.clone(),
            company: Some(company.clone()),
            ..UpdateClientRequest::default()
        })?;
        let reply = ClientServiceClient::new(self.caller.channel.clone())
            .update_client(request)
            .await?;
        let client = reply.into_inner().client.ok_or("a reply without client")?;
        if client.company != company || client.etag == self.client.etag {
            return Err(format!("{:?} became {client:?}", self.client).into());
        }
        self.client = client;
        Ok(&self.client)
    }

    /// Writes once in every period from `start` to `end`, or less often if the server is slower, and returns
    /// the number of writes.
    pub(crate) async fn write_every(
        &mut self,
        period: Duration,
        (start, end): (Instant, Instant),
    ) -> Result<u32> {
        let mut ticks = interval_at(start.into(), period);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut writes = 0;
        loop {
            let tick = ticks.tick().await;
            if tick.into_std() >= end || Instant::now() >= end {
                return Ok(writes);
            }
            self.write().await?;
            writes += 1;
        }
    }
}

async fn get(caller: &Caller, id: i64) -> Result<Client> {
    let reply = ClientServiceClient::new(caller.channel.clone())
        .get_client(caller.request(GetClientRequest { id })?)
        .await?;
    Ok(reply.into_inner().client.ok_or("a reply without client")?)
}
