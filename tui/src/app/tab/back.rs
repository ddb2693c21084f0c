//! What Esc ends in a list: one thing at a time.

use crate::app::context::Context;

/// What Esc ends next in a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BackStep {
    /// The record over the list.
    Record,
    /// The list that a link has opened.
    Link,
    /// The search.
    Search,
    /// The restriction to a parent.
    Parent,
    /// The filters that the user has chosen.
    Filters,
}

impl BackStep {
    /// What Esc ends; `None` if the list is as its tab opens it.
    pub(crate) fn next(ctx: &Context<'_>) -> Option<Self> {
        let link = ctx.previous.filter(|view| view.target == ctx.tab);
        let is_searched = !ctx.list.search.value().is_empty();
        let criteria = &ctx.list.criteria;
        Some(if ctx.opened {
            Self::Record
        } else if link.is_some_and(|view| view.is_search) {
            Self::Link
        } else if is_searched {
            Self::Search
        } else if link.is_some() {
            Self::Link
        } else if criteria.parent.is_some() {
            Self::Parent
        } else if !criteria.is_as_opened() {
            Self::Filters
        } else {
            return None;
        })
    }
}
