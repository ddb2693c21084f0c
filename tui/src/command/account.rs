//! Signing in and out, the password and the sessions.

use epic_events::v1::{
    ListSessionsRequest, LoginRequest, LogoutRequest, Me, RevokeSessionRequest, Session,
};
use tui_input::Input;
use uuid::Uuid;

use super::{
    context::Context,
    credentials,
    failure::{Exit, Failure, FieldReport, Outcome},
    message,
    output::{
        Format, OutputArgs,
        data::{DataWriter, write_one},
        human::{Lines, one_line},
        is_terminal,
        sink::Sink,
    },
    parser::fixed::LoginArgs,
    prompt,
};
use crate::{
    api::{ApiRequest, ApiResponse, RequestError},
    form::Form,
    messages::Arg,
    screens::login,
};

/// Signs in. The session is the one that the screen uses.
pub(crate) async fn login(ctx: &Context, args: &LoginArgs) -> Outcome {
    let account = &ctx.settings.credentials;
    let email = match args.email.clone().or_else(|| account.email.clone()) {
        Some(email) => email,
        None => prompt::line(ctx, "field-email").await?,
    };
    let password = match account.password_file {
        Some(_) => credentials::password(&ctx.settings, &ctx.messages)?,
        None => prompt::password(ctx, "field-password").await?,
    };
    if ctx.api.has_session() {
        // The file holds one session; a session that nobody could end would stay open.
        let _ = ctx.api.logout(LogoutRequest {}).await;
    }
    let request = LoginRequest {
        email,
        password,
        device: String::new(),
    };
    let response = ctx.api.login(request).await;
    let response = response.map_err(|error| Failure::of_request(&error, &ctx.messages))?;
    if let Some(warning) = ctx.api.take_warning() {
        // No later command would find the session, and it would stay open.
        let _ = ctx.api.logout(LogoutRequest {}).await;
        return Err(Failure::new(Exit::Refused, "SESSION_NOT_KEPT", warning));
    }
    let me = response.me.unwrap_or_default();
    if me.must_change_password {
        prompt::say(&ctx.messages.get("command-password-first"))?;
    }
    show_me(ctx, &args.output, &me)
}

/// Signs out.
pub(crate) async fn logout(ctx: &Context) -> Outcome {
    if !ctx.api.has_session() {
        return Err(Failure::not_signed_in(&ctx.messages));
    }
    match ctx.api.logout(LogoutRequest {}).await {
        // The session in the file is discarded in any case.
        Err(RequestError::Unavailable(outage)) => {
            let args = [("cause", Arg::Text(&outage.message))];
            let sentence = ctx.messages.with("command-signed-out-here", &args);
            Err(Failure::new(Exit::ServerAway, "UNAVAILABLE", sentence))
        }
        Err(error) => Err(Failure::of_request(&error, &ctx.messages)),
        Ok(_) => Ok(()),
    }
}

/// Shows who is signed in.
pub(crate) async fn me(ctx: &Context, args: &OutputArgs) -> Outcome {
    let me = ctx.me().await?;
    show_me(ctx, args, me)
}

fn show_me(ctx: &Context, args: &OutputArgs, me: &Me) -> Outcome {
    let format = args.resolved(is_terminal());
    let message = message::dynamic("Me", me)?;
    if !matches!(format, Format::Table | Format::Plain) {
        return write_one((format, args), &message, &ctx.messages);
    }
    let text = [
        ("name", Arg::Text(&me.name)),
        ("email", Arg::Text(&me.email)),
        ("role", Arg::Text(&ctx.messages.role(me.role()))),
    ];
    let mut sink = Sink::open(None)?;
    let text = ctx.messages.with("command-me", &text);
    std::io::Write::write_all(&mut sink, format!("{text}\n").as_bytes())?;
    Ok(sink.finish()?)
}

/// Changes the password by the form of the screen, which estimates its strength.
pub(crate) async fn password(ctx: &Context) -> Outcome {
    prompt::require_terminal(ctx, "command-password-on-terminal")?;
    let me = ctx.me().await?.clone();
    let lang = ctx.messages.lang();
    let mut form = Form::new(&login::PASSWORD, None, None, Uuid::nil(), lang, &ctx.now);
    form.me = Some(me);
    for index in 0..form.fields.len() {
        let typed = prompt::password(ctx, form.fields[index].spec.label).await?;
        form.fields[index].input = Input::new(typed);
    }
    let Some(request) = form.build(&ctx.messages, &ctx.now) else {
        let fields = form.fields.iter().filter_map(|field| {
            let label = ctx.messages.get(field.spec.label);
            let sentence = field.error.clone()?;
            let name = field.spec.name;
            Some(FieldReport::labelled(name, &label, sentence, &ctx.messages))
        });
        let sentence = ctx.messages.get("command-invalid");
        return Err(Failure::fields(sentence, fields.collect()));
    };
    ctx.send(request).await?;
    prompt::say(&ctx.messages.get("status-password-changed"))
}

/// Lists the sessions of the account.
pub(crate) async fn sessions(ctx: &Context, args: &OutputArgs) -> Outcome {
    let request = ListSessionsRequest::default();
    let ApiResponse::Sessions(sessions) = ctx.send(ApiRequest::ListSessions(request)).await? else {
        return Err(ctx.unexpected());
    };
    let format = args.resolved(is_terminal());
    let sink = Sink::open(None)?;
    if !matches!(format, Format::Table | Format::Plain) {
        let kind = message::descriptor("Session")?;
        let mut writer = DataWriter::new((format, args), &kind, sink, &ctx.messages)?;
        for session in &sessions {
            writer.write(&message::dynamic("Session", session)?)?;
        }
        return writer.finish();
    }
    let titles = [
        "command-session-id",
        "command-session-device",
        "command-session-used",
    ];
    let titles = titles.map(|it| ctx.messages.get(it));
    let rows: Vec<_> = sessions.iter().map(|it| row(ctx, it)).collect();
    let mut lines = Lines::new(sink, ctx.palette());
    lines.grid(&titles, &rows)?;
    lines.finish()
}

fn row(ctx: &Context, session: &Session) -> Vec<String> {
    let used = epic_events::value::time(session.last_use_time.as_ref());
    let used = used.map(|at| ctx.messages.relative_time(at, &ctx.now));
    let used = if session.current {
        ctx.messages.get("session-current")
    } else {
        used.unwrap_or_default()
    };
    let device = one_line(&ctx.messages.device(&session.device));
    vec![session.id.clone(), device, used]
}

/// Ends a session.
pub(crate) async fn end_session(ctx: &Context, id: &str) -> Outcome {
    if Uuid::try_parse(id).is_err() {
        let args = [("text", Arg::Text(id))];
        let sentence = ctx.messages.with("command-not-a-session", &args);
        return Err(Failure::usage(sentence));
    }
    let request = RevokeSessionRequest { id: id.to_owned() };
    ctx.send(ApiRequest::RevokeSession(request)).await.map(drop)
}
