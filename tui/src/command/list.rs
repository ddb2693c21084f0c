//! Lists of records, page by page in bounded memory: `list` and `export`.

use std::io::{IsTerminal as _, Write as _, stderr};

use clap::{ArgMatches, FromArgMatches as _};
use jiff::{Timestamp, ToSpan as _};

use super::{
    context::Context,
    failure::{Failure, FieldReport, Outcome},
    names,
    output::{OutputArgs, sink::Sink},
    parser::records as args,
    records::RecordWriter,
    target::{self, Accepts},
};
use crate::{
    api::{ApiRequest, ApiResponse, Page},
    messages::Arg,
    parse::{self, Completion, ParseError, Reference, Year},
    record::Tab,
    screens::spec::{Filter, ListQuery, Order, Period},
};

/// The most records of a page: the maximum of the server.
const PAGE: usize = 200;

/// The list that a command line asks for.
pub(crate) struct List {
    pub(crate) tab: Tab,
    query: ListQuery,
    period: Period,
    /// The most records; `None` for all.
    limit: Option<usize>,
}

/// Lists the records of a tab.
pub(crate) async fn list(ctx: &Context, tab: Tab, matches: &ArgMatches) -> Outcome {
    let list = List::of(ctx, tab, matches, Some(args::LIMIT)).await?;
    let sink = Sink::open(None)?;
    list.write(ctx, &output(matches), sink).await
}

/// Exports the records of a tab.
pub(crate) async fn export(ctx: &Context, tab: Tab, matches: &ArgMatches) -> Outcome {
    let list = List::of(ctx, tab, matches, None).await?;
    let file = matches.get_one::<std::path::PathBuf>(args::OUTPUT);
    let sink = Sink::open(file.map(std::path::PathBuf::as_path))?;
    list.write(ctx, &output(matches), sink).await
}

/// The options of the output.
pub(crate) fn output(matches: &ArgMatches) -> OutputArgs {
    // The options have no required value, so this does not fail.
    OutputArgs::from_arg_matches(matches).unwrap_or(OutputArgs {
        format: None,
        fields: Vec::new(),
        raw: false,
    })
}

impl List {
    async fn of(
        ctx: &Context,
        tab: Tab,
        matches: &ArgMatches,
        default_limit: Option<usize>,
    ) -> Outcome<Self> {
        let screen = tab.screen();
        let role = matches
            .try_get_one::<String>(args::ROLE_FILTER)
            .ok()
            .flatten();
        let is_active = |filter: &&Filter| {
            if names::is_role(filter) {
                role.is_some_and(|role| role == names::filter(filter))
            } else {
                matches.get_flag(filter.label)
            }
        };
        let filters: Vec<_> = screen.filters.iter().filter(is_active).collect();
        let mut parent = None;
        for it in names::parents(tab) {
            if let Some(text) = matches.get_one::<String>(it.option) {
                let found = target::record(ctx, it.source, text, Accepts::Part).await?;
                parent = Some((it.filter)(found.id()));
            }
        }
        let query = ListQuery {
            page_size: 0,
            page_token: String::new(),
            order: order(tab, matches, &filters),
            query: text(matches, args::SEARCH).unwrap_or_default().to_owned(),
            filters,
            parent,
            now: ctx.now.timestamp(),
        };
        let limit = matches.get_one::<usize>(args::LIMIT_ARG).copied();
        let all = matches.get_flag(args::ALL);
        Ok(Self {
            tab,
            query,
            period: period(ctx, tab, matches)?,
            limit: limit.or(default_limit).filter(|_| !all),
        })
    }

    async fn write(mut self, ctx: &Context, output: &OutputArgs, sink: Sink) -> Outcome {
        let mut left = self.limit.unwrap_or(usize::MAX);
        let mut page = self.page(ctx, left.min(PAGE)).await?;
        // Only now: a command that fails writes nothing.
        let mut writer = RecordWriter::new(ctx, output, &self.query, self.tab, sink).await?;
        let shows_progress = stderr().is_terminal() && !writer.is_for_terminal();
        let mut written = 0;
        loop {
            left = left.saturating_sub(page.records.len());
            written += page.records.len();
            writer.page(&page.records)?;
            // A first page is shown before the next one is read.
            writer.flush()?;
            self.query.page_token = page.next_page_token;
            let is_last = self.query.page_token.is_empty();
            if shows_progress && (!is_last && left > 0 || written > PAGE) {
                progress(ctx, written, is_last || left == 0);
            }
            if is_last {
                return writer.finish();
            }
            if left == 0 {
                break;
            }
            page = self.page(ctx, left.min(PAGE)).await?;
        }
        writer.finish()?;
        tell_rest(ctx, written);
        Ok(())
    }

    async fn page(&mut self, ctx: &Context, size: usize) -> Outcome<Page> {
        self.query.page_size = i32::try_from(size).unwrap_or(i32::MAX);
        let screen = self.tab.screen();
        let mut request: ApiRequest = (screen.list_request)(&self.query);
        if let Some(within) = screen.within {
            within(&mut request, self.period);
        }
        match ctx.send(request).await? {
            ApiResponse::Page(page) => Ok(page),
            _ => Err(ctx.unexpected()),
        }
    }
}

/// Says on a terminal that there are more records.
fn tell_rest(ctx: &Context, written: usize) {
    if stderr().is_terminal() {
        let count = Arg::Number(i64::try_from(written).unwrap_or(i64::MAX));
        let text = ctx.messages.with("command-more", &[("count", count)]);
        let _ = writeln!(stderr(), "{text}");
    }
}

/// The order: that of the command line, of a filter or of the tab.
fn order(tab: Tab, matches: &ArgMatches, filters: &[&'static Filter]) -> Order {
    let screen = tab.screen();
    let headers = (screen.headers)();
    let sort = text(matches, args::SORT);
    let columns = headers.iter().filter_map(|header| header.order);
    let is_chosen = |it: &&str| sort.is_some_and(|sort| sort == *it || sort == names::json(it));
    match columns.into_iter().find(is_chosen) {
        Some(column) => Order {
            column,
            descending: matches.get_flag(args::DESC),
        },
        None => filters
            .iter()
            .find_map(|it| it.order)
            .unwrap_or(screen.order),
    }
}

fn period(ctx: &Context, tab: Tab, matches: &ArgMatches) -> Outcome<Period> {
    if tab.screen().within.is_none() {
        return Ok(Period::default());
    }
    let time = |name, is_end| {
        let text = text(matches, name);
        text.map(|text| self::time(ctx, name, text, Year::Next, is_end))
            .transpose()
    };
    Ok(Period {
        from: time(args::FROM, false)?,
        before: time(args::TO, true)?,
    })
}

/// A time that the forms accept, or the start of a day; as an end, the end of the day. `year` is that of a date
/// without one.
pub(crate) fn time(
    ctx: &Context,
    option: &str,
    text: &str,
    year: Year,
    is_end: bool,
) -> Outcome<Timestamp> {
    let day = parse::date(text, ctx.now.date(), year);
    let parsed = match day {
        Ok(day) => {
            let day = if is_end {
                day.saturating_add(1.day())
            } else {
                day
            };
            let start = day.to_zoned(ctx.now.time_zone().clone());
            start
                .map(|it| it.timestamp())
                .map_err(|_| ParseError::NoSuchDay)
        }
        Err(_) => parse::moment(
            text,
            &Reference {
                now: &ctx.now,
                previous: Some(ctx.now.timestamp()),
                completion: Completion::Previous,
                year,
            },
        ),
    };
    parsed.map_err(|error| {
        let sentence = ctx.messages.parse_error(error);
        let field = FieldReport::new(option, sentence, &ctx.messages);
        Failure::fields(ctx.messages.get("command-invalid"), vec![field])
    })
}

fn text<'m>(matches: &'m ArgMatches, name: &str) -> Option<&'m str> {
    matches.get_one::<String>(name).map(String::as_str)
}

/// Shows on standard error how many records are written.
fn progress(ctx: &Context, written: usize, is_last: bool) {
    let count = Arg::Number(i64::try_from(written).unwrap_or(i64::MAX));
    let text = ctx.messages.with("command-progress", &[("count", count)]);
    let end = if is_last { "\n" } else { "" };
    let _ = write!(stderr(), "\r{text}{end}");
}
