//! Creates and edits records by the forms of the screen: the same fields, rights, validation and questions.

use clap::ArgMatches;
use epic_events::role::role_from_name;
use tui_input::Input;
use uuid::Uuid;

use super::{
    context::Context,
    failure::{Failure, FieldReport, Outcome},
    list::output,
    parser::records as args,
    question::ask,
    saved,
    source::Source,
    target::{self, Accepts},
};
use crate::{
    api::{ApiRequest, ApiResponse},
    form::{
        Form,
        questions::Step,
        spec::{FormSpec, Kind},
    },
    record::{Record, Tab, value::Value},
};

/// Creates a record.
pub(crate) async fn create(ctx: &Context, tab: Tab, matches: &ArgMatches) -> Outcome {
    let id = matches.get_one::<Uuid>(args::REQUEST_ID).copied();
    let mut form = form(
        ctx,
        tab.screen().create,
        None,
        id.unwrap_or_else(Uuid::new_v4),
    )
    .await?;
    fill(ctx, &mut form, matches).await?;
    save(ctx, form, matches).await
}

/// Edits a record.
pub(crate) async fn edit(ctx: &Context, tab: Tab, matches: &ArgMatches) -> Outcome {
    let target = version(ctx, tab, matches).await?;
    let mut form = form(ctx, tab.screen().edit, Some(target), Uuid::nil()).await?;
    fill(ctx, &mut form, matches).await?;
    save(ctx, form, matches).await
}

/// Marks a record as signed.
pub(crate) async fn sign(ctx: &Context, tab: Tab, matches: &ArgMatches) -> Outcome {
    let target = version(ctx, tab, matches).await?;
    let mut form = form(ctx, tab.screen().edit, Some(target), Uuid::nil()).await?;
    let signed = form
        .fields
        .iter()
        .position(|it| it.spec.name == args::SIGNED);
    if let Some(index) = signed {
        unlocked(ctx, &form, index)?;
        form.fields[index].chosen = Value::Flag(true);
    }
    save(ctx, form, matches).await
}

/// The record that a command changes, in the version that it names.
pub(crate) async fn version(ctx: &Context, tab: Tab, matches: &ArgMatches) -> Outcome<Record> {
    let name = matches.get_one::<String>(args::RECORD);
    let name = name.map_or("", String::as_str);
    let record = target::record(ctx, Source::tab(tab), name, Accepts::Whole).await?;
    let etag = matches.try_get_one::<String>(args::IF_ETAG).ok().flatten();
    Ok(match etag {
        Some(etag) => record.at_version(etag.clone()),
        None => record,
    })
}

/// An empty form, or that of a record. The rights of the user lock its fields.
async fn form(
    ctx: &Context,
    spec: &'static FormSpec,
    target: Option<Record>,
    request_id: Uuid,
) -> Outcome<Form> {
    let actor = ctx.actor().await?;
    let lang = ctx.messages.lang();
    let mut form = Form::new(spec, target, Some(actor), request_id, lang, &ctx.now);
    form.me = Some(ctx.me().await?.clone());
    // A form without a field that the user may change is one that they may not save.
    if form.fields.iter().all(|field| field.locked.is_some()) {
        unlocked(ctx, &form, 0)?;
    }
    Ok(form)
}

/// Checks that the user may change a field.
fn unlocked(ctx: &Context, form: &Form, index: usize) -> Outcome {
    match form.fields.get(index).and_then(|it| it.locked.as_ref()) {
        Some(denied) => Err(Failure::denied(denied, &ctx.messages)),
        None => Ok(()),
    }
}

/// Puts the texts of the command line into the fields.
async fn fill(ctx: &Context, form: &mut Form, matches: &ArgMatches) -> Outcome {
    for index in 0..form.fields.len() {
        let spec = form.fields[index].spec;
        if matches.value_source(spec.name).is_none() {
            continue;
        }
        unlocked(ctx, form, index)?;
        if spec.kind == Kind::Flag {
            let flag = matches.get_one::<bool>(spec.name).copied();
            form.fields[index].chosen = Value::Flag(flag.unwrap_or_default());
            continue;
        }
        let text = matches.get_one::<String>(spec.name);
        let text = text.map(String::as_str).unwrap_or_default();
        match spec.kind {
            Kind::Role => {
                let role = role_from_name(text).unwrap_or_default();
                form.fields[index].chosen = Value::Role(role);
            }
            Kind::Link(source) => {
                let mut source = Source::pick(source, form.target.as_ref());
                if matches!(matches.try_get_one::<Uuid>(args::REQUEST_ID), Ok(Some(_))) {
                    source = source.of_all();
                }
                let found = target::record(ctx, source, text, Accepts::Whole).await?;
                form.fields[index].chosen = Value::Link(found.id(), found.name().to_owned());
            }
            _ => form.fields[index].input = Input::new(text.to_owned()),
        }
    }
    Ok(())
}

/// Validates the form, asks its questions and sends it.
async fn save(ctx: &Context, mut form: Form, matches: &ArgMatches) -> Outcome {
    let is_yes = matches.get_flag(args::YES);
    let Some(request) = form.build(&ctx.messages, &ctx.now) else {
        return Err(invalid(ctx, &form));
    };
    let mut step = form.start_save(request, &ctx.cells());
    let request: ApiRequest = loop {
        let next = match step {
            Step::Send(request) => break request,
            Step::Read(request) => match ctx.send(request).await? {
                ApiResponse::Page(page) => form.on_read(page, &ctx.cells()),
                _ => return Err(ctx.unexpected()),
            },
            Step::Ask { title: _, text } => {
                ask(ctx, &text, is_yes).await?;
                form.on_yes(text, &ctx.cells())
            }
        };
        step = next.ok_or_else(|| ctx.unexpected())?;
    };
    let response = ctx.send(request).await?;
    saved::show(ctx, &output(matches), response).await
}

/// The fields that the validation refuses.
fn invalid(ctx: &Context, form: &Form) -> Failure {
    let fields = form.fields.iter().filter_map(|field| {
        let sentence = field.error.clone()?;
        Some(FieldReport::new(field.spec.name, sentence, &ctx.messages))
    });
    Failure::fields(ctx.messages.get("command-invalid"), fields.collect())
}
