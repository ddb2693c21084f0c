//! The requests of a pick-list.

use epic_events::v1::Role;
use jiff::Timestamp;

use super::{CHOICES, Picker};
use crate::{
    app::overlay::Effect,
    form::spec::PickSource,
    screens::{
        clients, collaborators, contracts,
        spec::{ListQuery, Order},
    },
};

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
}
