//! The record that a command names, by its number or by its name.

use epic_events::{
    fold::{QUERY_MAX, fold},
    reason::Reason,
};

use super::{
    context::Context,
    failure::{Candidate, Failure, Outcome},
    source::Source,
};
use crate::{
    api::{ApiRequest, ApiResponse},
    messages::Arg,
    record::Record,
    screens::spec::{ListQuery, Order},
};

/// The most candidates that are listed for an ambiguous name.
const CANDIDATES: usize = 20;
/// Records of a page: the maximum of the server.
const PAGE: i32 = 200;
/// The most pages that are searched for a name.
const PAGES: usize = 10;

/// How much of a name a command accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Accepts {
    /// A part that one record alone has: for commands that only read.
    Part,
    /// The whole name.
    Whole,
}

/// Reads the record with a number or a name.
pub(crate) async fn record(
    ctx: &Context,
    source: Source,
    text: &str,
    accepts: Accepts,
) -> Outcome<Record> {
    let Some(id) = number(ctx, text)? else {
        return named(ctx, source, text.trim(), accepts).await;
    };
    let record = ctx.record(ApiRequest::get(source.tab, id)).await?;
    match refusal(ctx, source, &record) {
        Some(refusal) => Err(refusal),
        None => Ok(record),
    }
}

/// Why a record does not fit; `None` if it does.
fn refusal(ctx: &Context, source: Source, record: &Record) -> Option<Failure> {
    let (reason, message) = source.refusal(record)?;
    let role = source.role_of_all().map(|role| ctx.messages.role(role));
    let args = [
        ("name", Arg::Text(record.name())),
        ("role", Arg::Text(role.as_deref().unwrap_or_default())),
    ];
    Some(Failure::of_reason(
        reason,
        ctx.messages.with(message, &args),
    ))
}

/// The number that a text is; `None` for a name. A text of digits is never a name.
pub(crate) fn number(ctx: &Context, text: &str) -> Outcome<Option<i64>> {
    parsed(text).map_err(|message| {
        let args = [("text", Arg::Text(text))];
        Failure::usage(ctx.messages.with(message, &args))
    })
}

/// The number, or the message that says what the text should be.
fn parsed(text: &str) -> Result<Option<i64>, &'static str> {
    let text = text.trim();
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if text.is_empty() {
        return Err("command-no-name");
    }
    if digits.is_empty() || digits.contains(|it: char| !it.is_ascii_digit()) {
        return Ok(None);
    }
    match text.parse() {
        Ok(id @ 1..) => Ok(Some(id)),
        _ => Err("command-not-a-number"),
    }
}

/// The records whose names contain a text.
#[derive(Default)]
struct Found {
    /// Those whose whole name it is.
    whole: Vec<Record>,
    /// The others, as far as they are listed.
    part: Vec<Record>,
    /// The number of the others.
    parts: usize,
    /// Why a record of this name does not fit.
    refusal: Option<Failure>,
    /// Whether there are more records than were searched.
    has_more: bool,
}

/// The record that has this name, or if a part suffices, whose name alone contains it.
async fn named(ctx: &Context, source: Source, text: &str, accepts: Accepts) -> Outcome<Record> {
    let mut found = search(ctx, source, text).await?;
    if let (true, Some(refusal)) = (found.whole.is_empty(), found.refusal.take()) {
        return Err(refusal);
    }
    match (found.whole.as_slice(), found.part.as_slice()) {
        _ if found.has_more => Err(ambiguous(ctx, text, &found)),
        ([one], _) => Ok(one.clone()),
        ([], [one]) if accepts == Accepts::Part => Ok(one.clone()),
        ([], []) => {
            let args = [("name", Arg::Text(text))];
            let sentence = ctx.messages.with("command-no-such-name", &args);
            Err(Failure::of_reason(Reason::NoSuchRecord, sentence))
        }
        _ => Err(ambiguous(ctx, text, &found)),
    }
}

/// The candidates: those with the whole name, otherwise those with a part of it.
fn ambiguous(ctx: &Context, text: &str, found: &Found) -> Failure {
    let is_whole = found.whole.len() > 1 && !found.has_more;
    let parts: &[Record] = if is_whole { &[] } else { &found.part };
    let candidates = found.whole.iter().chain(parts).take(CANDIDATES);
    let candidates = candidates.map(|it| Candidate {
        id: it.id().to_string(),
        name: it.name().to_owned(),
    });
    let count = found.whole.len() + if is_whole { 0 } else { found.parts };
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    let message = match (count, found.has_more) {
        (_, true) => "command-ambiguous-more",
        (1, false) => "command-part-of-name",
        _ => "command-ambiguous",
    };
    let args = [("name", Arg::Text(text)), ("count", Arg::Number(count))];
    Failure::ambiguous(ctx.messages.with(message, &args), candidates.collect())
}

/// Searches for a name. The server also finds texts of other fields, such as the company.
async fn search(ctx: &Context, source: Source, text: &str) -> Outcome<Found> {
    let mut found = Found::default();
    if text.chars().count() > QUERY_MAX {
        return Ok(found);
    }
    let screen = source.tab.screen();
    let mut query = ListQuery {
        page_size: PAGE,
        page_token: String::new(),
        // In an order that changes of others do not disturb.
        order: Order {
            column: "id",
            descending: false,
        },
        query: text.to_owned(),
        filters: Vec::new(),
        parent: None,
        now: ctx.now.timestamp(),
    };
    let words = fold(text);
    for _ in 0..PAGES {
        let ApiResponse::Page(page) = ctx.send((screen.list_request)(&query)).await? else {
            return Err(ctx.unexpected());
        };
        found.add(ctx, source, &words, page.records);
        query.page_token = page.next_page_token;
        if query.page_token.is_empty() {
            return Ok(found);
        }
    }
    found.has_more = true;
    Ok(found)
}

impl Found {
    /// Adds the records whose names contain these folded words.
    fn add(&mut self, ctx: &Context, source: Source, words: &str, records: Vec<Record>) {
        for record in records {
            let name = fold(record.name());
            let is_whole = name == words;
            if !is_whole && !words.split_whitespace().all(|word| name.contains(word)) {
                continue;
            }
            if let Some(refusal) = refusal(ctx, source, &record) {
                if is_whole {
                    self.refusal.get_or_insert(refusal);
                }
            } else if is_whole {
                self.whole.push(record);
            } else {
                self.parts += 1;
                if self.part.len() < CANDIDATES {
                    self.part.push(record);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_of_digits_is_a_number() {
        let cases = [
            ("1042", Ok(Some(1_042))),
            (" 7 ", Ok(Some(7))),
            ("Karim Benali", Ok(None)),
            ("2b", Ok(None)),
            ("-", Ok(None)),
            ("0", Err("command-not-a-number")),
            ("-1", Err("command-not-a-number")),
            ("99999999999999999999", Err("command-not-a-number")),
            ("  ", Err("command-no-name")),
        ];
        for (text, number) in cases {
            assert_eq!(parsed(text), number, "{text:?}");
        }
    }
}
