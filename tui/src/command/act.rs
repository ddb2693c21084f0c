//! Assigns and deletes records, and runs the actions of a tab.

use clap::ArgMatches;
use epic_events::{
    policy::Rpc,
    v1::{AssignCommercialRequest, AssignSupportRequest, DeleteCollaboratorRequest, Role},
};

use super::{
    context::Context,
    failure::{Failure, Outcome},
    form::version,
    list::output,
    parser::records as args,
    question::ask,
    saved,
    target::{self, Source},
};
use crate::{
    api::{ApiRequest, ApiResponse},
    messages::Arg,
    record::{Record, Tab},
    screens::{events::overlap, spec::RecordAction},
};

/// Assigns a record to a collaborator.
pub(crate) async fn assign(ctx: &Context, tab: Tab, matches: &ArgMatches) -> Outcome {
    let record = version(ctx, tab, matches).await?;
    ctx.permit(rpc(ctx, tab.screen().assign)?, &record).await?;
    let role = match record {
        Record::Event(_) => Role::Support,
        _ => Role::Commercial,
    };
    let text = matches.get_one::<String>(args::OWNER);
    let text = text.map_or("", String::as_str);
    let (owner, _) = target::reference(ctx, &Source::role(role), text).await?;
    let Record::Collaborator(owner) = ctx
        .record(ApiRequest::get(Tab::Collaborators, owner))
        .await?
    else {
        return Err(ctx.unexpected());
    };
    let (id, etag) = (record.id(), record.etag().to_owned());
    let (request, question) = if let Record::Event(event) = &record {
        let request = ApiRequest::AssignSupport(AssignSupportRequest {
            id,
            etag,
            support_id: Some(owner.id),
        });
        let period = overlap::period(event);
        let question = busy(ctx, id, period, (owner.id, &owner.name)).await?;
        (request, question)
    } else {
        let request = ApiRequest::AssignCommercial(AssignCommercialRequest {
            id,
            etag,
            commercial_id: owner.id,
        });
        let names = [
            ("who", Arg::Text(&owner.name)),
            ("what", Arg::Text(record.name())),
        ];
        (request, Some(ctx.messages.with("confirm-final", &names)))
    };
    if let Some(question) = question {
        ask(ctx, &question, matches.get_flag(args::YES)).await?;
    }
    let response = ctx.send(request).await?;
    saved::show(ctx, &output(matches), response).await
}

/// The question whether to assign a support who has other events at that time.
async fn busy(
    ctx: &Context,
    event: i64,
    period: Option<(jiff::Timestamp, jiff::Timestamp)>,
    (support, name): (i64, &str),
) -> Outcome<Option<String>> {
    let Some(period) = period else {
        return Ok(None);
    };
    let request = overlap::list_overlapping(period, Some(support), String::new());
    let ApiResponse::Page(page) = ctx.send(request).await? else {
        return Err(ctx.unexpected());
    };
    let others = page.records.iter().filter_map(|record| match record {
        Record::Event(it) if it.id != event => Some(it),
        _ => None,
    });
    let others: Vec<_> = others.collect();
    let events = overlap::summary(&others, &ctx.messages, &ctx.now);
    Ok(events.map(|events| {
        let args = [("name", Arg::Text(name)), ("events", Arg::Text(&events))];
        ctx.messages.with("confirm-busy", &args)
    }))
}

/// Deletes a record.
pub(crate) async fn delete(ctx: &Context, tab: Tab, matches: &ArgMatches) -> Outcome {
    let record = version(ctx, tab, matches).await?;
    ctx.permit(rpc(ctx, tab.screen().delete)?, &record).await?;
    let Record::Collaborator(person) = &record else {
        return Err(ctx.unexpected());
    };
    let mut successor = None;
    if let Some(text) = matches.get_one::<String>(args::SUCCESSOR) {
        let source = Source::role(person.role());
        successor = Some(target::reference(ctx, &source, text).await?);
    }
    let (name, count) = (
        Arg::Text(&person.name),
        person.client_count + person.event_count,
    );
    let question = if let Some((_, successor)) = &successor {
        let args = [("name", name), ("successor", Arg::Text(successor))];
        ctx.messages.with("command-delete-successor", &args)
    } else {
        let args = [("name", name), ("count", Arg::Number(count.into()))];
        ctx.messages.with("command-delete", &args)
    };
    ask(ctx, &question, matches.get_flag(args::YES)).await?;
    let request = ApiRequest::DeleteCollaborator(DeleteCollaboratorRequest {
        id: person.id,
        etag: person.etag.clone(),
        successor_id: successor.map(|(id, _)| id),
    });
    ctx.send(request).await.map(drop)
}

/// Runs an action of the tab.
pub(crate) async fn action(
    ctx: &Context,
    tab: Tab,
    action: &RecordAction,
    matches: &ArgMatches,
) -> Outcome {
    let name = matches.get_one::<String>(args::RECORD);
    let record = target::record(ctx, tab, name.map_or("", String::as_str)).await?;
    ctx.permit(action.rpc, &record).await?;
    let me = ctx.me().await?.id;
    let is_own = matches!(&record, Record::Collaborator(it) if it.id == me);
    let question = action.question_about_own_account.filter(|_| is_own);
    let text = ctx.messages.with(
        question.unwrap_or(action.question),
        &[("name", Arg::Text(record.name()))],
    );
    ask(ctx, &text, matches.get_flag(args::YES)).await?;
    let response = ctx.send((action.request)(&record)).await?;
    saved::show(ctx, &output(matches), response).await
}

/// The RPC of a tab, which has it if it has the command.
fn rpc(ctx: &Context, rpc: Result<Rpc, &'static str>) -> Outcome<Rpc> {
    rpc.map_err(|why| Failure::usage(ctx.messages.get(why)))
}
