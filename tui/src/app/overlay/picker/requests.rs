//! The requests of a pick-list.

use epic_events::v1::Role;
use jiff::Timestamp;

use super::{CHOICES, PickTarget, Picker};
use crate::{
    app::{context::Context, overlay::Effect},
    form::spec::PickSource,
    messages::Arg,
    record::ParentFilter,
    screens::{
        clients, collaborators, contracts,
        spec::{ListQuery, Order},
    },
};

impl Picker {
    /// Restricts the list to the contracts of the record to which the list of events is restricted.
    #[must_use]
    pub(in crate::app::overlay) fn for_contracts_of(
        mut self,
        parent: ParentFilter,
        name: &str,
        ctx: &Context<'_>,
    ) -> Self {
        self.parent = Some(parent);
        if let ParentFilter::Client(_) = parent {
            let name = [("name", Arg::Text(name))];
            self.target = PickTarget::Opener(ctx.messages.with("pick-contract-of", &name));
        }
        self
    }

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
                parent: self.parent,
                ..query
            }),
        };
        Effect::Request {
            slot: CHOICES,
            request,
        }
    }
}
