//! Assigns and deletes records, and runs the actions of a tab.

use clap::ArgMatches;
use epic_events::{
    policy::Rpc,
    reason::Reason,
    v1::{
        AssignCommercialRequest, AssignSupportRequest, Collaborator, DeleteCollaboratorRequest,
        Event, Role,
    },
};

use super::{
    context::Context,
    failure::{Failure, Outcome},
    form::version,
    list::output,
    parser::records as args,
    question::ask,
    saved,
    source::Source,
    target::{self, Accepts},
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
    let (id, etag) = (record.id(), record.etag().to_owned());
    let owner = owner(ctx, role, matches).await?;
    let (request, question) = match (&record, &owner) {
        (Record::Event(event), owner) => {
            let request = ApiRequest::AssignSupport(AssignSupportRequest {
                id,
                etag,
                support_id: owner.as_ref().map(|it| it.id),
            });
            (request, busy(ctx, event, owner.as_ref()).await?)
        }
        (_, Some(owner)) => {
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
        }
        (_, None) => return Err(ctx.unexpected()),
    };
    if let Some(question) = question {
        ask(ctx, &question, matches.get_flag(args::YES)).await?;
    }
    let response = ctx.send(request).await?;
    saved::show(ctx, &output(matches), response).await
}

/// The collaborator who is to be in charge; `None` for nobody.
async fn owner(ctx: &Context, role: Role, matches: &ArgMatches) -> Outcome<Option<Collaborator>> {
    let Some(text) = matches.get_one::<String>(args::OWNER) else {
        return Ok(None);
    };
    match target::record(ctx, Source::role(role), text, Accepts::Whole).await? {
        Record::Collaborator(owner) => Ok(Some(owner)),
        _ => Err(ctx.unexpected()),
    }
}

/// The question whether to assign a support who has other events at that time.
async fn busy(
    ctx: &Context,
    event: &Event,
    support: Option<&Collaborator>,
) -> Outcome<Option<String>> {
    let (Some(period), Some(support)) = (overlap::period(event), support) else {
        return Ok(None);
    };
    let mut others = Vec::new();
    let mut token = String::new();
    loop {
        let request = overlap::list_overlapping(period, Some(support.id), token);
        let ApiResponse::Page(page) = ctx.send(request).await? else {
            return Err(ctx.unexpected());
        };
        others.extend(page.records.into_iter().filter_map(|record| match record {
            Record::Event(it) if it.id != event.id => Some(it),
            _ => None,
        }));
        token = page.next_page_token;
        if token.is_empty() {
            break;
        }
    }
    let others: Vec<_> = others.iter().collect();
    let events = overlap::summary(&others, &ctx.messages, &ctx.now);
    Ok(events.map(|events| {
        let args = [
            ("name", Arg::Text(&support.name)),
            ("events", Arg::Text(&events)),
        ];
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
        let found = target::record(ctx, source, text, Accepts::Whole).await?;
        if found.id() == person.id {
            let sentence = ctx.messages.get("reason-not-a-successor");
            return Err(Failure::of_reason(Reason::NotASuccessor, sentence));
        }
        successor = Some(found);
    }
    let (name, role) = (Arg::Text(&person.name), ctx.messages.role(person.role()));
    let question = if let Some(successor) = &successor {
        let args = [
            ("name", name),
            ("successor", Arg::Text(successor.name())),
            ("role", Arg::Text(&role)),
        ];
        ctx.messages.with("command-delete-successor", &args)
    } else {
        let count = person.client_count + person.event_count;
        let args = [("name", name), ("count", Arg::Number(count.into()))];
        ctx.messages.with("command-delete", &args)
    };
    ask(ctx, &question, matches.get_flag(args::YES)).await?;
    let request = ApiRequest::DeleteCollaborator(DeleteCollaboratorRequest {
        id: person.id,
        etag: person.etag.clone(),
        successor_id: successor.map(|it| it.id()),
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
    let record = version(ctx, tab, matches).await?;
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
