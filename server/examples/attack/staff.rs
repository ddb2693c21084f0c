//! The accounts of the sample data: attackers, and honest callers.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use epic_events::v1::{
    GetClientRequest, ListClientsRequest, ListCollaboratorsRequest, ResetPasswordRequest, Role,
    client_service_client::ClientServiceClient,
    collaborator_service_client::CollaboratorServiceClient,
};

use crate::{
    caller::{Caller, Result, changed, endpoint, login},
    measure::Operation,
};

/// The number of commercials who attack. All but the first one attack with writes, and have their
/// passwords reset during the attack.
const COMMERCIALS: usize = 8;

/// The operation of the honest caller during an attack.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Honest {
    /// Reads a client, over a new connection each time.
    Read,
    /// Signs in, over a new connection each time.
    Login,
    /// Resets the passwords of the writing commercials, in turn.
    ResetPassword,
}

/// An account with its password.
#[derive(Clone)]
pub(crate) struct Account {
    pub(crate) id: i64,
    pub(crate) email: String,
    pub(crate) password: String,
    pub(crate) caller: Caller,
    /// A client that the account may change.
    pub(crate) client: i64,
}

/// The accounts.
pub(crate) struct Staff {
    /// An account of gestion.
    administrator: Caller,
    /// The honest caller, a support.
    honest: Account,
    /// An attacker with the role support.
    pub(crate) support: Account,
    /// Attackers with the role commercial.
    pub(crate) commercials: Vec<Account>,
}

impl Staff {
    /// Gives accounts of the sample data a password and signs them in.
    pub(crate) async fn prepare() -> Result<Self> {
        let administrator = Caller::administrator().await?;
        let mut supports = accounts(&administrator, Role::Support, 2).await?;
        let support = supports.pop().ok_or("no second support")?;
        let honest = supports.pop().ok_or("no support")?;
        let commercials = accounts(&administrator, Role::Commercial, COMMERCIALS).await?;
        Ok(Self {
            administrator,
            honest,
            support,
            commercials,
        })
    }

    /// Renews the access tokens of the sessions that have not ended.
    pub(crate) async fn refresh(&mut self) -> Result<()> {
        self.administrator.refresh().await?;
        let supports = [&mut self.honest, &mut self.support];
        for account in supports.into_iter().chain(&mut self.commercials) {
            // An attack, or too many logins, may have ended the session.
            if account.caller.refresh().await.is_err() {
                let password = reset(&self.administrator, account.id).await?;
                account.caller = Caller::sign_in(&account.email, &password).await?;
                account.password = changed(&password);
            }
        }
        Ok(())
    }

    /// The operation of the honest caller.
    pub(crate) fn honest(&self, honest: Honest) -> Operation {
        let (account, administrator) = (self.honest.clone(), self.administrator.clone());
        match honest {
            Honest::Read => Box::new(move || Box::pin(read(account.caller.clone()))),
            Honest::Login => Box::new(move || Box::pin(sign_in(account.clone()))),
            Honest::ResetPassword => {
                let ids: Vec<i64> = self.commercials.iter().map(|it| it.id).collect();
                let turn = Arc::new(AtomicUsize::new(0));
                Box::new(move || {
                    let id = ids[turn.fetch_add(1, Ordering::Relaxed) % ids.len()];
                    let administrator = administrator.clone();
                    Box::pin(async move { reset(&administrator, id).await.map(drop) })
                })
            }
        }
    }
}

/// The first accounts of a role, with new passwords.
async fn accounts(administrator: &Caller, role: Role, count: usize) -> Result<Vec<Account>> {
    let request = administrator.request(ListCollaboratorsRequest {
        order_by: "id".to_owned(),
        role: role.into(),
        page_size: i32::try_from(count)?,
        ..Default::default()
    })?;
    let listed = CollaboratorServiceClient::new(administrator.channel.clone())
        .list_collaborators(request)
        .await?
        .into_inner();
    let mut accounts = Vec::new();
    for collaborator in listed.collaborators {
        let password = reset(administrator, collaborator.id).await?;
        let caller = Caller::sign_in(&collaborator.email, &password).await?;
        accounts.push(Account {
            id: collaborator.id,
            client: client_of(&caller, role == Role::Commercial).await?,
            email: collaborator.email,
            password: changed(&password),
            caller,
        });
    }
    Ok(accounts)
}

async fn client_of(caller: &Caller, mine: bool) -> Result<i64> {
    let request = caller.request(ListClientsRequest {
        page_size: 1,
        mine,
        ..Default::default()
    })?;
    let listed = ClientServiceClient::new(caller.channel.clone())
        .list_clients(request)
        .await?
        .into_inner();
    Ok(listed.clients.first().ok_or("no client")?.id)
}

async fn reset(administrator: &Caller, id: i64) -> Result<String> {
    let request = administrator.request(ResetPasswordRequest { id })?;
    let reply = CollaboratorServiceClient::new(administrator.channel.clone())
        .reset_password(request)
        .await?;
    Ok(reply.into_inner().one_time_password)
}

async fn read(caller: Caller) -> Result<()> {
    let channel = endpoint()?.connect().await?;
    let request = caller.request(GetClientRequest { id: 1 })?;
    ClientServiceClient::new(channel)
        .get_client(request)
        .await?;
    Ok(())
}

async fn sign_in(account: Account) -> Result<()> {
    let channel = endpoint()?.connect().await?;
    login(&channel, &account.email, &account.password).await?;
    Ok(())
}
