//! `epic.v1.ChangeService`: the history, and the stream of changes.

pub mod feed;
mod message;
pub mod rows;
mod stream;

use std::pin::Pin;

use epic_events::{
    field_error::{FieldErrorKind, Validator},
    record_kind::RecordKind,
    v1::{
        HistoryEntry, ListHistoryRequest, ListHistoryResponse, RecordType, WatchChangesRequest,
        WatchChangesResponse, change_service_server::ChangeService,
    },
    value,
};
use futures_util::Stream;
use tokio_util::sync::CancellationToken;
use tonic::{Request, Response, Status};

use crate::{
    api::handler::Reply,
    auth::session::{self, cache::SessionCache},
    change::{feed::ChangeFeed, rows::Filter},
    db::{Db, page::token::PageTokens},
    error::Result,
};

/// The handler of `epic.v1.ChangeService`.
pub(crate) struct ChangeHandler {
    pub(crate) db: Db,
    pub(crate) page_tokens: PageTokens,
    pub(crate) sessions: SessionCache,
    pub(crate) feed: ChangeFeed,
    pub(crate) shutdown: CancellationToken,
}

fn record_kind(wire: i32) -> std::result::Result<RecordKind, FieldErrorKind> {
    let record_type = RecordType::try_from(wire).map_err(|_| FieldErrorKind::NotARecord)?;
    RecordKind::from_record_type(record_type).ok_or(FieldErrorKind::NotARecord)
}

fn filter(wire: &ListHistoryRequest) -> Result<Filter> {
    let mut check = Validator::default();
    let record = (wire.record != i32::from(RecordType::Unspecified)).then_some(wire.record);
    if record.is_none() && wire.record_id.is_some() {
        check.add_error("record", FieldErrorKind::Missing);
    }
    let record = check.optional("record", record, record_kind);
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

/// Maximum size of a page in bytes. Clients refuse replies above 4 MiB, gRPC's default limit.
const PAGE_BYTES: usize = 1024 * 1024;

#[tonic::async_trait]
impl ChangeService for ChangeHandler {
    type WatchChangesStream =
        Pin<Box<dyn Stream<Item = std::result::Result<WatchChangesResponse, Status>> + Send>>;

    async fn watch_changes(
        &self,
        request: Request<WatchChangesRequest>,
    ) -> Reply<Self::WatchChangesStream> {
        let caller = session::caller(&request)?;
        let stream = stream::open(
            &self.feed,
            &request.get_ref().resume_token,
            &caller,
            &self.sessions,
            self.db.auth_epoch().subscribe(),
            self.shutdown.clone(),
        )?;
        Ok(Response::new(Box::pin(stream)))
    }

    async fn list_history(
        &self,
        request: Request<ListHistoryRequest>,
    ) -> Reply<ListHistoryResponse> {
        let caller = session::caller(&request)?.actor.id;
        let wire = request.into_inner();
        let page = self.page_tokens.validate(&wire, caller, &rows::ORDERS)?;
        let filter = filter(&wire)?;
        let mut found = self
            .db
            .read(|connection| rows::list(connection, filter, &page))
            .await?;
        found.limit_bytes(PAGE_BYTES, rows::HistoryRow::size, |row| {
            (row.id.to_string(), row.id)
        });
        let next_page_token = self.page_tokens.next(&wire, caller, &found);
        let (total_size, total_size_is_lower_bound) = found.total_size();
        let entries = found.rows.into_iter().map(HistoryEntry::try_from);
        Ok(Response::new(ListHistoryResponse {
            entries: entries.collect::<Result<_>>()?,
            next_page_token,
            total_size,
            total_size_is_lower_bound,
        }))
    }
}
