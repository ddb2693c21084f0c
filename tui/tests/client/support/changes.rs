//! Changes that others make, as the client receives them.

use epic::{
    api::ApiRequest,
    app::Msg,
    client::{Change, ChangeEvent},
};
use epic_events::v1::{Contract, RecordType};

use super::{
    records::{KARIM, contracts},
    test_client::TestClient,
};

pub(crate) fn change(deleted: bool, record: RecordType, id: i64, etag: &str) -> ChangeEvent {
    ChangeEvent::Change(Change {
        deleted,
        record,
        id,
        etag: etag.to_owned(),
        actor: "Sofia Rossi".to_owned(),
    })
}

pub(crate) fn saved(record: RecordType, id: i64, etag: &str) -> ChangeEvent {
    change(false, record, id, etag)
}

/// Sofia Rossi has deleted Karim.
pub(crate) fn deleted() -> ChangeEvent {
    change(true, RecordType::Collaborator, KARIM, "")
}

/// Somebody else saves the contract; the news of it comes.
pub(crate) fn save(client: &mut TestClient, contract: Contract) {
    let news = saved(RecordType::Contract, contract.id, &contract.etag);
    client.server.saved.push(contract);
    client.send(Msg::Changes(vec![news]));
}

/// The contract in this row of the whole list, with nothing left to pay.
pub(crate) fn paid(row: usize) -> Contract {
    let mut contract = contracts().swap_remove(row);
    contract.remaining_cents = 0;
    contract.signed = true;
    contract.etag.replace_range(.., "2");
    contract
}

/// Pages of contracts that were asked for since the last time; counts are pages of one.
pub(crate) fn pages(client: &mut TestClient) -> usize {
    let page = |call: &ApiRequest| matches!(call, ApiRequest::ListContracts(r) if r.page_size > 1);
    let pages = client.calls.iter().filter(|call| page(call)).count();
    client.calls.clear();
    pages
}
