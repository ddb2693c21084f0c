//! What a command shows after a write: the record, and a one-time password.

use epic_events::v1::{Collaborator, CreateCollaboratorResponse, ResetPasswordResponse};
use prost_reflect::{FieldDescriptor, ReflectMessage as _};
use serde_json::Value;

use super::{
    context::Context,
    failure::Outcome,
    message,
    output::{
        Format, OutputArgs, data::write_one, human::Lines, is_terminal, rows::Rows, sink::Sink,
    },
    records,
};
use crate::{
    api::ApiResponse,
    messages::{Arg, Messages},
    record::Record,
    theme,
};

/// Shows the response to a write.
pub(crate) async fn show(ctx: &Context, args: &OutputArgs, response: ApiResponse) -> Outcome {
    match response {
        ApiResponse::Record(record) => records::show(ctx, args, &record).await,
        ApiResponse::Password(record, password) => match *record {
            Record::Collaborator(person) => one_time_password(ctx, args, person, password).await,
            record => records::show(ctx, args, &record).await,
        },
        _ => Err(ctx.unexpected()),
    }
}

/// Shows a one-time password once. As data, it is the response of the API.
async fn one_time_password(
    ctx: &Context,
    args: &OutputArgs,
    person: Collaborator,
    password: String,
) -> Outcome {
    let format = args.resolved(is_terminal());
    if matches!(format, Format::Csv | Format::Tsv) {
        return flat((format, args), &person, password, &ctx.messages);
    }
    if !matches!(format, Format::Table | Format::Plain) {
        // Both responses have the same fields.
        let _: Option<ResetPasswordResponse> = None;
        let response = CreateCollaboratorResponse {
            collaborator: Some(person),
            one_time_password: password,
        };
        let message = message::dynamic("CreateCollaboratorResponse", &response)?;
        return write_one((format, args), &message, &ctx.messages);
    }
    records::show(ctx, args, &Record::Collaborator(person)).await?;
    let label = ctx.messages.get("command-one-time-password");
    let mut lines = Lines::new(Sink::open(None)?, ctx.palette());
    let label = ctx.messages.with(
        "command-labelled",
        &[("label", Arg::Text(&label)), ("text", Arg::Text(""))],
    );
    lines.line(&[(&label, theme::muted()), (&password, theme::strong())])?;
    lines.finish()
}

/// The collaborator and the password as separated values, each field in a cell of its own.
fn flat(
    output: (Format, &OutputArgs),
    person: &Collaborator,
    password: String,
    messages: &Messages,
) -> Outcome {
    let message = message::dynamic("Collaborator", person)?;
    let fields = message::fields(&message.descriptor(), &[], messages)?;
    let mut names: Vec<_> = fields.iter().map(FieldDescriptor::json_name).collect();
    names.push("oneTimePassword");
    let cells = fields.iter().map(|field| message::text(&message, field));
    let row = cells.chain([password]).map(Value::String).collect();
    Rows::chosen(&names, &[row], &output.1.fields, messages)?.write(output)
}
