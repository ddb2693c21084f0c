//! Changes by others, as the client receives them.

use epic::{
    api::{ApiRequest, Change, ChangeEvent},
    app::Msg,
    record::Record,
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

/// Another collaborator saves the contract, and the client receives the change.
pub(crate) fn save(client: &mut TestClient, contract: Contract) {
    let change = saved(RecordType::Contract, contract.id, &contract.etag);
    client.server.saved.push(Record::Contract(contract));
    client.send(Msg::Changes(vec![change]));
}

/// The contract in this row of the whole list, fully paid.
pub(crate) fn paid(row: usize) -> Contract {
    let mut contract = contracts().swap_remove(row);
    contract.remaining_cents = 0;
    contract.signed = true;
    contract.etag.replace_range(.., "2");
    contract
}

/// The number of contract pages requested since the last call, without counts, which are pages of
/// one record.
pub(crate) fn page_requests(client: &mut TestClient) -> usize {
    let page =
        |request: &ApiRequest| matches!(request, ApiRequest::ListContracts(r) if r.page_size > 1);
    let pages = client
        .requests
        .iter()
        .filter(|request| page(request))
        .count();
    client.requests.clear();
    pages
}
