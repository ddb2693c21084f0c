//! Answers `epic.v1.ChangeService`.

pub mod news;
pub mod rows;
mod watch;

use std::pin::Pin;

use epic_events::{
    field_error::{FieldErrorKind, Validator},
    v1::{
        FieldChange, HistoryEntry, ListHistoryRequest, ListHistoryResponse, RecordType,
        WatchChangesRequest, WatchChangesResponse, change_service_server::ChangeService,
    },
    value,
};
use futures_util::Stream;
use tonic::{Request, Response, Status};

use crate::{
    auth::session::{self, Session},
    change::rows::{Filter, HistoryRow},
    error::{Error, Result},
    handler::{Reply, answer},
    shared::Shared,
};

/// Answers `epic.v1.ChangeService`.
pub struct Changes(pub Shared);

impl TryFrom<HistoryRow> for HistoryEntry {
    type Error = Error;

    fn try_from(row: HistoryRow) -> Result<Self> {
        let HistoryRow {
            id,
            time,
            actor_id,
            actor_name,
            session_id,
            rpc,
            kind,
            record,
            record_id,
            record_name,
            changes,
        } = row;
        let changes: Vec<rows::FieldRow> =
            serde_json::from_str(&changes).map_err(|error| Error::Defect(error.to_string()))?;
        Ok(Self {
            id,
            time: Some(value::wire_time(time)),
            actor_id,
            actor_name,
            session_id: session_id.map_or_else(String::new, |id| id.to_string()),
            rpc,
            kind: rows::kind_of_name(&kind).into(),
            record: rows::record_of_name(&record).into(),
            record_id,
            record_name,
            changes: changes.into_iter().map(FieldChange::from).collect(),
        })
    }
}

fn filter(wire: &ListHistoryRequest) -> Result<Filter> {
    let mut check = Validator::default();
    let asked = (wire.record != i32::from(RecordType::Unspecified)).then_some(wire.record);
    let record = check.optional("record", asked, |record| {
        RecordType::try_from(record).map_err(|_| FieldErrorKind::NotARecord)
    });
    if asked.is_none() && wire.record_id.is_some() {
        check.refuse("record", FieldErrorKind::Missing);
    }
    let record_id = check.optional("record_id", wire.record_id, value::id);
    let actor = check.optional("actor_id", wire.actor_id, value::id);
    let after = check.optional("after", wire.after.as_ref(), |time| value::time(Some(time)));
    let before = check.optional("before", wire.before.as_ref(), |time| {
        value::time(Some(time))
    });
    Ok(check.finish(|| {
        Some(Filter {
            record: record?,
            record_id: record_id?,
            actor: actor?,
            after: after?,
            before: before?,
        })
    })?)
}

impl Changes {
    async fn list_history(
        &self,
        caller: Session,
        wire: ListHistoryRequest,
    ) -> Result<ListHistoryResponse> {
        let caller = caller.actor.id;
        let page = self.0.pages.read(&wire, caller, &rows::ORDERS)?;
        let filter = filter(&wire)?;
        let listed = self
            .0
            .db
            .read(|connection| rows::list(connection, filter, &page))
            .await?;
        let (total_size, total_size_is_lower_bound) = listed.total_size();
        Ok(ListHistoryResponse {
            next_page_token: self.0.pages.next(&wire, caller, &listed),
            entries: listed
                .rows
                .into_iter()
                .map(HistoryEntry::try_from)
                .collect::<Result<_>>()?,
            total_size,
            total_size_is_lower_bound,
        })
    }
}

#[tonic::async_trait]
impl ChangeService for Changes {
    type WatchChangesStream =
        Pin<Box<dyn Stream<Item = std::result::Result<WatchChangesResponse, Status>> + Send>>;

    async fn watch_changes(
        &self,
        request: Request<WatchChangesRequest>,
    ) -> Reply<Self::WatchChangesStream> {
        let session = session::of(&request)?;
        let stream = watch::stream(&self.0, session.id)?;
        Ok(Response::new(Box::pin(stream)))
    }

    async fn list_history(
        &self,
        request: Request<ListHistoryRequest>,
    ) -> Reply<ListHistoryResponse> {
        let caller = session::of(&request)?;
        answer(Self::list_history(self, caller, request.into_inner()).await)
    }
}
