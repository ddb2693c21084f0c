//! What the client says about a certificate that was refused.

use super::connection::{CertificateContent, RefusalReason, RefusedCertificate};
use crate::messages::{Arg, Messages};

/// The most names of a certificate that are listed.
const NAMES_MAX: usize = 3;

/// Why the certificate of this server was refused: a sentence.
pub(super) fn reason(messages: &Messages, server: &str, reason: RefusalReason) -> String {
    let (id, at) = match reason {
        RefusalReason::Expired(at) => ("certificate-expired", Some(at)),
        RefusalReason::NotYetValid(at) => ("certificate-not-yet-valid", Some(at)),
        RefusalReason::OtherName => ("certificate-other-name", None),
        RefusalReason::SelfSigned => ("certificate-self-signed", None),
        RefusalReason::UnknownAuthority => ("certificate-unknown-authority", None),
        RefusalReason::NotForServers => ("certificate-not-for-servers", None),
        RefusalReason::OfAuthority => ("certificate-of-authority", None),
        RefusalReason::Other => ("certificate-refused", None),
    };
    let at = at.map(|at| messages.moment(at, messages.zone()));
    let at = at.unwrap_or_default();
    messages.with(id, &[("server", Arg::Text(server)), ("at", Arg::Text(&at))])
}

/// The names, the issuer and the dates of the certificate, and the clock of this computer.
pub(super) fn detail(messages: &Messages, refused: &RefusedCertificate) -> String {
    let moment = |at| messages.moment(at, messages.zone());
    let now = moment(refused.now);
    let clock = messages.with("certificate-clock", &[("now", Arg::Text(&now))]);
    let Some(content) = &refused.content else {
        return clock;
    };
    let [start, end] = content.valid.map(moment);
    let args = [
        ("names", Arg::Text(&names(messages, content))),
        (
            "issuer",
            Arg::Text(&or_message(
                messages,
                "certificate-no-issuer",
                &content.issuer,
            )),
        ),
        ("start", Arg::Text(&start)),
        ("end", Arg::Text(&end)),
    ];
    let content = messages.with("certificate-content", &args);
    format!("{content} {clock}")
}

/// The first names, and how many more there are.
fn names(messages: &Messages, content: &CertificateContent) -> String {
    if content.names.is_empty() && !content.subject.is_empty() {
        let subject = [("subject", Arg::Text(&content.subject))];
        return messages.with("certificate-only-subject", &subject);
    }
    let listed = content.names.iter().take(NAMES_MAX).cloned();
    let listed = or_message(
        messages,
        "certificate-no-name",
        &listed.collect::<Vec<_>>().join(", "),
    );
    match content.names.len().saturating_sub(NAMES_MAX) {
        0 => listed,
        more => {
            let more = i64::try_from(more).unwrap_or(i64::MAX);
            let args = [("names", Arg::Text(&listed)), ("more", Arg::Number(more))];
            messages.with("certificate-more-names", &args)
        }
    }
}

/// The name; this message if there is none.
fn or_message(messages: &Messages, id: &str, name: &str) -> String {
    match name {
        "" => messages.get(id),
        name => name.to_owned(),
    }
}
