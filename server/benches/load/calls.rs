//! The calls that read lists and records, with the check of their replies.

use epic_events::v1::{
    GetClientRequest, GetContractRequest, GetEventRequest, ListClientsRequest,
    ListContractsRequest, ListEventsRequest, client_service_client::ClientServiceClient,
    contract_service_client::ContractServiceClient, event_service_client::EventServiceClient,
};

use crate::caller::{Caller, Result};

/// Records on a page.
pub(crate) const PAGE: usize = 50;

/// What is read.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Read {
    Clients,
    Contracts,
    Events,
    Client,
    Contract,
    Event,
}

impl Read {
    /// The lists.
    pub(crate) const LISTS: [Self; 3] = [Self::Clients, Self::Contracts, Self::Events];
    /// Lists and records.
    pub(crate) const ALL: [Self; 6] = [
        Self::Clients,
        Self::Contracts,
        Self::Events,
        Self::Client,
        Self::Contract,
        Self::Event,
    ];

    /// The name of the RPC.
    pub(crate) const fn rpc(self) -> &'static str {
        match self {
            Self::Clients => "ListClients",
            Self::Contracts => "ListContracts",
            Self::Events => "ListEvents",
            Self::Client => "GetClient",
            Self::Contract => "GetContract",
            Self::Event => "GetEvent",
        }
    }

    /// The list that contains these records.
    const fn list(self) -> Self {
        match self {
            Self::Clients | Self::Client => Self::Clients,
            Self::Contracts | Self::Contract => Self::Contracts,
            Self::Events | Self::Event => Self::Events,
        }
    }

    /// The table of the records.
    pub(crate) const fn table(self) -> &'static str {
        match self {
            Self::Clients | Self::Client => "clients",
            Self::Contracts | Self::Contract => "contracts",
            Self::Events | Self::Event => "events",
        }
    }

    /// The order of the list, in SQL: a key, and whether it descends. `None` for a record.
    pub(crate) const fn order(self) -> Option<(&'static str, bool)> {
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
pub(crate) enum Target {
    /// A page, by its token; empty for the first one.
    Page(String),
    Record(i64),
}

/// What a call has read.
pub(crate) struct Reply {
    /// The ids of the records.
    pub(crate) ids: Vec<i64>,
    /// The token of the next page; empty after the last one, and for a record.
    pub(crate) next: String,
}

/// Calls the server once and checks the reply.
pub(crate) async fn call(caller: &Caller, read: Read, target: &Target) -> Result<Reply> {
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
            Ok(Reply {
                ids: reply.$records.iter().map(|it| it.id).collect(),
                next: reply.next_page_token,
            })
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
                Some(record) if record.id == id => Ok(Reply {
                    ids: vec![id],
                    next: String::new(),
                }),
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

/// The targets of a caller: page tokens belong to their caller. Of a list, the last page, which is shorter,
/// and the first one, which counts, are left out.
pub(crate) async fn targets(caller: &Caller, read: Read) -> Result<Vec<Target>> {
    let mut pages = Vec::new();
    let mut ids = Vec::new();
    let mut token = String::new();
    loop {
        let page = Target::Page(token);
        let reply = call(caller, read.list(), &page).await?;
        pages.push(page);
        ids.extend(reply.ids);
        token = reply.next;
        if token.is_empty() {
            break;
        }
    }
    if read.order().is_none() {
        return Ok(ids.into_iter().map(Target::Record).collect());
    }
    pages.pop();
    Ok(pages.split_off(1))
}
