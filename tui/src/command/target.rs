//! The record that a command names, by its number or by its name.

use epic_events::{fold::fold, role::role_name, v1::Role};

use super::{
    context::Context,
    failure::{Candidate, Exit, Failure, Outcome},
    names,
};
use crate::{
    api::{ApiRequest, ApiResponse, Page},
    form::spec::PickSource,
    messages::Arg,
    record::{Record, Tab},
    screens::{
        collaborators, contracts,
        spec::{Filter, ListQuery},
    },
};

/// The most candidates that are listed for an ambiguous name.
const CANDIDATES: usize = 20;

/// The records among which a name is looked up.
#[derive(Clone)]
pub(crate) struct Source {
    tab: Tab,
    filters: Vec<&'static Filter>,
}

impl Source {
    /// All records of a tab.
    pub(crate) fn tab(tab: Tab) -> Self {
        Self {
            tab,
            filters: Vec::new(),
        }
    }

    /// The collaborators of a role.
    pub(crate) fn role(role: Role) -> Self {
        let is_of_role = |filter: &&Filter| names::filter(filter) == role_name(role);
        let filters = collaborators::SCREEN.filters.iter().filter(is_of_role);
        Self {
            tab: Tab::Collaborators,
            filters: filters.collect(),
        }
    }

    /// The records of a pick-list. Successors have the role of the record.
    pub(crate) fn pick(source: PickSource, target: Option<&Record>) -> Self {
        match (source, target) {
            (PickSource::Commercial, _) => Self::role(Role::Commercial),
            (PickSource::Support, _) => Self::role(Role::Support),
            (PickSource::Client, _) => Self::tab(Tab::Clients),
            (PickSource::Contract, _) => Self {
                tab: Tab::Contracts,
                filters: vec![&contracts::NO_EVENT],
            },
            (PickSource::Successor, Some(Record::Collaborator(person))) => {
                Self::role(person.role())
            }
            (PickSource::Successor, _) => Self::tab(Tab::Collaborators),
        }
    }
}

/// Reads the record with a number or a name.
pub(crate) async fn record(ctx: &Context, tab: Tab, text: &str) -> Outcome<Record> {
    match number(text) {
        Some(id) => ctx.record(ApiRequest::get(tab, id)).await,
        None => named(ctx, &Source::tab(tab), text).await,
    }
}

/// The number and the name of the record with a number or a name. A number is not looked up: the server
/// refuses one that no record has.
pub(crate) async fn reference(
    ctx: &Context,
    source: &Source,
    text: &str,
) -> Outcome<(i64, String)> {
    if let Some(id) = number(text) {
        return Ok((id, text.trim().to_owned()));
    }
    let record = named(ctx, source, text).await?;
    Ok((record.id(), record.name().to_owned()))
}

fn number(text: &str) -> Option<i64> {
    text.trim().parse().ok()
}

/// The record that has this name, or whose name alone contains it.
async fn named(ctx: &Context, source: &Source, text: &str) -> Outcome<Record> {
    let page = search(ctx, source, text).await?;
    let is_last = page.next_page_token.is_empty();
    let is_exact = |record: &&Record| fold(record.name()) == fold(text.trim());
    let mut exact = page.records.iter().filter(is_exact);
    match (exact.next(), exact.next(), page.records.as_slice()) {
        (Some(one), None, _) if is_last => Ok(one.clone()),
        (None, _, [one]) if is_last => Ok(one.clone()),
        (_, _, []) => {
            let args = [("name", Arg::Text(text))];
            let sentence = ctx.messages.with("command-no-such-name", &args);
            Err(Failure::new(Exit::NotFound, "NO_SUCH_RECORD", sentence))
        }
        _ => Err(ambiguous(ctx, text, &page)),
    }
}

fn ambiguous(ctx: &Context, text: &str, page: &Page) -> Failure {
    let candidates = page.records.iter().take(CANDIDATES).map(|it| Candidate {
        id: it.id().to_string(),
        name: it.name().to_owned(),
    });
    let count = i64::try_from(page.total).unwrap_or(i64::MAX);
    let args = [("name", Arg::Text(text)), ("count", Arg::Number(count))];
    let sentence = ctx.messages.with("command-ambiguous", &args);
    Failure::ambiguous(sentence, candidates.collect())
}

async fn search(ctx: &Context, source: &Source, text: &str) -> Outcome<Page> {
    let screen = source.tab.screen();
    let query = ListQuery {
        page_size: 200,
        page_token: String::new(),
        order: screen.order,
        query: text.to_owned(),
        filters: source.filters.clone(),
        parent: None,
        now: ctx.now.timestamp(),
    };
    match ctx.send((screen.list_request)(&query)).await? {
        ApiResponse::Page(page) => Ok(page),
        _ => Err(ctx.unexpected()),
    }
}
