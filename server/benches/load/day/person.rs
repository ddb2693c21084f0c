//! A member of staff at work.

use std::{
    rc::Rc,
    time::{Duration, Instant},
};

use epic_events::v1::{
    Contract, GetMeRequest, LogoutRequest, Role, auth_service_client::AuthServiceClient,
};
use rand::{RngExt as _, rngs::StdRng};
use tokio::time::sleep;
use tonic::{Request, Response, Status, transport::Channel};

use super::{latency::Latencies, read, write};
use crate::{
    accounts::{AccountSession, Signer},
    caller::{self, Caller, Result},
};

/// How long an access token is used, of the ten minutes that it is valid.
const TOKEN_USE: Duration = Duration::from_mins(5);

/// The shares of the actions, of a thousand, added up; the rest are histories and colleagues.
const LISTS: u32 = 700;
const SEARCHES: u32 = LISTS + 150;
const WRITES: u32 = SEARCHES + 100;
const LOGINS: u32 = WRITES + 1;

/// What all members of staff have in common.
pub(super) struct Office {
    pub(super) signer: Signer,
    /// The password of every account.
    pub(super) password: String,
    /// The collaborators of the roles that records are assigned to.
    pub(super) commercials: Vec<i64>,
    pub(super) supports: Vec<i64>,
    /// The end of the day.
    pub(super) end: Instant,
    /// The average time between two actions of a person.
    pub(super) pause: Duration,
}

/// A member of staff.
pub(super) struct Person {
    /// The number of the collaborator.
    pub(super) id: i64,
    pub(super) random: StdRng,
    pub(super) office: Rc<Office>,
    /// The latest contracts that the person has created.
    pub(super) contracts: Vec<Contract>,
    /// Writes that a colleague's write has overtaken.
    pub(super) overtaken: u32,
    pub(super) latencies: Latencies,
    session: AccountSession,
    caller: Caller,
    signed: Instant,
}

impl Person {
    pub(super) fn new(
        (session, caller): (AccountSession, Caller),
        office: &Rc<Office>,
        random: StdRng,
    ) -> Self {
        Self {
            id: session.collaborator,
            random,
            office: Rc::clone(office),
            contracts: Vec::new(),
            overtaken: 0,
            latencies: Latencies::default(),
            session,
            caller,
            signed: Instant::now(),
        }
    }

    /// Works until the end of the day.
    pub(super) async fn work(mut self) -> Result<Self> {
        while Instant::now() < self.office.end {
            let acted = self.act().await;
            acted.map_err(|error| {
                let Self { id, session, .. } = &self;
                format!("collaborator {id}, {:?}: {error}", session.role)
            })?;
            let pause = self
                .office
                .pause
                .mul_f64(self.random.random_range(0.0..2.0));
            if !pause.is_zero() {
                sleep(pause).await;
            }
        }
        Ok(self)
    }

    async fn act(&mut self) -> Result<()> {
        match self.random.random_range(0..1_000) {
            0..LISTS => read::list(self).await,
            LISTS..SEARCHES => read::search(self).await,
            SEARCHES..WRITES => match self.session.role {
                Role::Commercial => write::commercial(self).await,
                Role::Gestion => write::gestion(self).await,
                _ => write::support(self).await,
            },
            WRITES..LOGINS => self.sign_in_again().await,
            _ => read::other(self).await,
        }
    }

    /// Opens another session with the password, renews and ends it.
    async fn sign_in_again(&mut self) -> Result<()> {
        let email = self.session.email.clone();
        let office = Rc::clone(&self.office);
        let start = Instant::now();
        let opened = caller::login(&self.caller.channel, &email, &office.password).await?;
        self.latencies.add("Login", start.elapsed());
        if opened.me.map(|me| me.id) != Some(self.id) {
            return Err("a session of another account".into());
        }
        let mut second = Caller {
            channel: self.channel(),
            access_token: opened.access_token,
            refresh_token: opened.refresh_token,
        };
        second.refresh().await?;
        AuthServiceClient::new(self.channel())
            .logout(second.request(LogoutRequest {})?)
            .await?;
        let after = second.request(GetMeRequest {})?;
        match AuthServiceClient::new(self.channel()).get_me(after).await {
            Err(_) => Ok(()),
            Ok(_) => Err("a session works after its end".into()),
        }
    }

    pub(super) fn channel(&self) -> Channel {
        self.caller.channel.clone()
    }

    /// A request of the person.
    pub(super) fn request<T>(&mut self, message: T) -> Result<Request<T>> {
        if self.signed.elapsed() >= TOKEN_USE {
            self.caller.access_token = self.office.signer.token(&self.session)?;
            self.signed = Instant::now();
        }
        self.caller.request(message)
    }

    /// Awaits a call, which must succeed, and adds its time.
    pub(super) async fn timed<T>(
        &mut self,
        rpc: &'static str,
        call: impl Future<Output = std::result::Result<Response<T>, Status>>,
    ) -> Result<T> {
        let called = self.attempt(rpc, call).await;
        called.map_err(|error| format!("{rpc}: {error:?}").into())
    }

    /// Awaits a call, which may be refused, and adds its time.
    pub(super) async fn attempt<T>(
        &mut self,
        rpc: &'static str,
        call: impl Future<Output = std::result::Result<Response<T>, Status>>,
    ) -> std::result::Result<T, Box<Status>> {
        let start = Instant::now();
        let reply = call.await;
        self.latencies.add(rpc, start.elapsed());
        reply.map(Response::into_inner).map_err(Box::new)
    }
}
