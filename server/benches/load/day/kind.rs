//! What the checks need to know about each kind of record.

use std::cmp::Ordering;

use epic_events::{
    fold::fold,
    v1::{
        Client, Contract, Event, GetClientRequest, GetContractRequest, GetEventRequest,
        ListClientsRequest, ListContractsRequest, ListEventsRequest, RecordType,
        client_service_client::ClientServiceClient, contract_service_client::ContractServiceClient,
        event_service_client::EventServiceClient,
    },
};

use super::person::Person;
use crate::caller::Result;

/// A kind of record with a list.
pub(super) trait Kind: Sized + std::fmt::Debug {
    type Request: Clone + Default;
    const RECORD: RecordType;

    /// Reads a page, and returns the token of the next one with it.
    async fn list(
        person: &mut Person,
        request: &Self::Request,
        token: String,
    ) -> Result<(Vec<Self>, String)>;
    /// Reads a record.
    async fn get(person: &mut Person, id: i64) -> Result<Self>;

    /// A request for a search.
    fn search(query: String) -> Self::Request;
    fn id(&self) -> i64;
    fn etag(&self) -> &str;
    /// A text of the record that nobody changes during the benchmark.
    fn name(&self) -> &str;
    /// The texts that a search compares.
    fn searched(&self) -> String;
    /// The order of a request without `order_by`.
    fn usual_order(&self, other: &Self) -> Ordering;
}

macro_rules! calls {
    ($client:ident, $list:ident, $list_request:ident, $records:ident, $get:ident, $get_request:ident, $field:ident, $record:ident, $list_rpc:literal, $get_rpc:literal) => {
        type Request = $list_request;
        const RECORD: RecordType = RecordType::$record;

        async fn list(
            person: &mut Person,
            request: &Self::Request,
            token: String,
        ) -> Result<(Vec<Self>, String)> {
            let message = $list_request {
                page_token: token,
                ..request.clone()
            };
            let mut client = $client::new(person.channel());
            let call = client.$list(person.request(message)?);
            let reply = person.timed($list_rpc, call).await?;
            Ok((reply.$records, reply.next_page_token))
        }

        async fn get(person: &mut Person, id: i64) -> Result<Self> {
            let mut client = $client::new(person.channel());
            let call = client.$get(person.request($get_request { id })?);
            let reply = person.timed($get_rpc, call).await?;
            reply
                .$field
                .ok_or_else(|| "a reply without a record".into())
        }

        fn search(query: String) -> Self::Request {
            $list_request {
                query,
                ..$list_request::default()
            }
        }

        fn id(&self) -> i64 {
            self.id
        }

        fn etag(&self) -> &str {
            &self.etag
        }
    };
}

impl Kind for Client {
    calls!(
        ClientServiceClient,
        list_clients,
        ListClientsRequest,
        clients,
        get_client,
        GetClientRequest,
        client,
        Client,
        "ListClients",
        "GetClient"
    );

    fn name(&self) -> &str {
        &self.name
    }

    fn searched(&self) -> String {
        let texts = [
            &self.name,
            &self.email,
            &self.phone,
            &self.company,
            &self.commercial_name,
        ];
        fold(&texts.map(String::as_str).join(" "))
    }

    fn usual_order(&self, other: &Self) -> Ordering {
        (fold(&self.name), self.id).cmp(&(fold(&other.name), other.id))
    }
}

impl Kind for Contract {
    calls!(
        ContractServiceClient,
        list_contracts,
        ListContractsRequest,
        contracts,
        get_contract,
        GetContractRequest,
        contract,
        Contract,
        "ListContracts",
        "GetContract"
    );

    fn name(&self) -> &str {
        &self.event_title
    }

    fn searched(&self) -> String {
        let texts = [
            &self.event_title,
            &self.client_name,
            &self.client_company,
            &self.commercial_name,
        ];
        fold(&texts.map(String::as_str).join(" "))
    }

    fn usual_order(&self, other: &Self) -> Ordering {
        other.id.cmp(&self.id)
    }
}

impl Kind for Event {
    calls!(
        EventServiceClient,
        list_events,
        ListEventsRequest,
        events,
        get_event,
        GetEventRequest,
        event,
        Event,
        "ListEvents",
        "GetEvent"
    );

    fn name(&self) -> &str {
        &self.event_title
    }

    fn searched(&self) -> String {
        let texts = [
            &self.event_title,
            &self.location,
            &self.note,
            &self.client_name,
            &self.client_company,
            &self.commercial_name,
            &self.support_name,
        ];
        fold(&texts.map(String::as_str).join(" "))
    }

    fn usual_order(&self, other: &Self) -> Ordering {
        (start(self), self.id).cmp(&(start(other), other.id))
    }
}

/// Seconds and nanoseconds of the start.
pub(super) fn start(event: &Event) -> (i64, i32) {
    seconds(event.start_time.as_ref())
}

/// Seconds and nanoseconds of the end.
pub(super) fn end(event: &Event) -> (i64, i32) {
    seconds(event.end_time.as_ref())
}

fn seconds(time: Option<&prost_types::Timestamp>) -> (i64, i32) {
    time.map_or((0, 0), |time| (time.seconds, time.nanos))
}
