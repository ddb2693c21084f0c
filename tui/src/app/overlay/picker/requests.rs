//! The requests of a pick-list.

use epic_events::{
    v1::{AssignCommercialRequest, AssignSupportRequest, ListEventsRequest, Role},
    value::wire_time,
};
use jiff::{Timestamp, ToSpan, Zoned};

use super::{CHOICES, Picker, WEEK};
use crate::{
    api::ApiRequest,
    app::overlay::Effect,
    form::spec::PickSource,
    record::Record,
    screens::{
        clients, collaborators, contracts,
        spec::{ListQuery, Order},
    },
};

/// Maximum duration of an event. Events that start up to this long before the week are loaded too,
/// because they may continue into it.
const MAX_EVENT_HOURS: i64 = 72;

impl Picker {
    /// The request for its records.
    pub(super) fn request(&self, page_token: String, now: Timestamp) -> Effect {
        let query = ListQuery {
            page_size: 50,
            page_token: page_token.clone(),
            order: Order {
                column: "name",
                descending: false,
            },
            query: self.input.value().trim().to_owned(),
            filters: Vec::new(),
            parent: None,
            now,
        };
        let request = match self.source {
            PickSource::Commercial => collaborators::list_role(Role::Commercial, page_token),
            PickSource::Support => collaborators::list_role(Role::Support, page_token),
            PickSource::Successor => {
                let role = self.predecessor.map_or(Role::Unspecified, |(_, role)| role);
                collaborators::list_role(role, page_token)
            }
            PickSource::Client => clients::list(&query),
            PickSource::Contract => contracts::list(&ListQuery {
                order: contracts::SCREEN.order,
                filters: vec![&contracts::NO_EVENT, &contracts::MINE],
                ..query
            }),
        };
        Effect::Request {
            slot: CHOICES,
            request,
        }
    }

    /// From Monday to Monday around the event that needs a support.
    pub(super) fn week_of_event(&self, now: &Zoned) -> Option<(Timestamp, Timestamp)> {
        let (start, _) = self.period?;
        let day = start.to_zoned(now.time_zone().clone());
        let monday = day
            .start_of_day()
            .ok()?
            .checked_sub(i64::from(day.weekday().to_monday_zero_offset()).days())
            .ok()?;
        let after = monday.checked_add(1.week()).ok()?;
        Some((monday.timestamp(), after.timestamp()))
    }

    /// The request for the events of that week.
    pub(super) fn request_week(&self, page_token: String, now: &Zoned) -> Option<Effect> {
        let (monday, after) = self.week_of_event(now)?;
        let from = monday.checked_sub(MAX_EVENT_HOURS.hours()).ok()?;
        let request = ApiRequest::ListEvents(ListEventsRequest {
            page_size: 200,
            page_token,
            order_by: "start_time".to_owned(),
            start_after: Some(wire_time(from)),
            start_before: Some(wire_time(after)),
            ..ListEventsRequest::default()
        });
        Some(Effect::Request {
            slot: WEEK,
            request,
        })
    }
}

/// The request that makes the collaborator the owner of the record.
pub(super) fn assignment(record: &Record, owner: Option<i64>) -> Option<ApiRequest> {
    let (id, etag) = (record.id(), record.etag().to_owned());
    match record {
        Record::Client(_) => Some(ApiRequest::AssignCommercial(AssignCommercialRequest {
            id,
            etag,
            commercial_id: owner?,
        })),
        Record::Event(_) => Some(ApiRequest::AssignSupport(AssignSupportRequest {
            id,
            etag,
            support_id: owner?,
        })),
        Record::Collaborator(_) | Record::Contract(_) => None,
    }
}
