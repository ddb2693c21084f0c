//! What has happened to the records of the sample data: the creation and the later changes of each.

use jiff::Timestamp;

/// Commercials who have left the company, and with whom some clients lost their commercial.
pub(super) const FORMER: [&str; 2] = ["Hélène Marchand", "Paul Girard"];

/// The author of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Actor {
    /// The command that fills the database.
    Operator,
    /// A collaborator, by index.
    Staff(usize),
    /// A former commercial, by the index in [`FORMER`].
    Former(usize),
}

/// A value of a changed field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    Nothing,
    Text(String),
    Collaborator(Actor),
}

impl Value {
    pub(super) fn text(value: &impl ToString) -> Self {
        Self::Text(value.to_string())
    }
}

/// A field that a step has changed, with the values before and after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Change {
    pub(super) field: &'static str,
    pub(super) old: Value,
    pub(super) new: Value,
}

/// The creation of a record, or a later change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) time: Timestamp,
    pub(super) actor: Actor,
    pub(super) rpc: &'static str,
    /// Empty for the creation.
    pub(super) changes: Vec<Change>,
}

/// The steps of a record, the creation first.
pub(super) type Story = Vec<Step>;

/// The name of an author, with the names of the collaborators.
pub(super) fn name<'a>(actor: Actor, staff: &[&'a str]) -> &'a str {
    match actor {
        Actor::Operator => "Epic Events",
        Actor::Staff(index) => staff[index],
        Actor::Former(index) => FORMER[index],
    }
}

/// What the latest version of each record says about itself.
#[derive(Default)]
pub(super) struct Stamps {
    pub(super) created: Vec<String>,
    pub(super) updated: Vec<String>,
    pub(super) authors: Vec<String>,
    pub(super) versions: Vec<i64>,
}

/// The stamps of the records with these stories.
pub(super) fn stamps(stories: &[Story], staff: &[&str]) -> Stamps {
    let mut stamps = Stamps::default();
    for story in stories {
        let ([first, ..], [.., last]) = (&story[..], &story[..]) else {
            continue;
        };
        stamps.created.push(first.time.to_string());
        stamps.updated.push(last.time.to_string());
        stamps.authors.push(name(last.actor, staff).to_owned());
        stamps
            .versions
            .push(i64::try_from(story.len()).unwrap_or(1));
    }
    stamps
}
