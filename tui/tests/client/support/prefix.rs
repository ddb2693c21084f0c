//! Responses with a text before every text that users can write.

use epic::{api::ApiResponse, record::Record};

/// The response with `prefix` before its texts.
pub(super) fn prefixed(prefix: &str, mut response: ApiResponse) -> ApiResponse {
    if prefix.is_empty() {
        return response;
    }
    match &mut response {
        ApiResponse::Page(page) => page
            .records
            .iter_mut()
            .for_each(|it| prefix_record(prefix, it)),
        ApiResponse::Record(record) | ApiResponse::Password(record, _) => {
            prefix_record(prefix, record);
        }
        ApiResponse::Sessions(sessions) => {
            for session in sessions {
                add(prefix, [&mut session.device, &mut session.address]);
            }
        }
        ApiResponse::Me(me) => add(prefix, [&mut me.name, &mut me.email]),
        ApiResponse::History(_) | ApiResponse::Done => {}
    }
    response
}

fn add<const COUNT: usize>(prefix: &str, texts: [&mut String; COUNT]) {
    for text in texts {
        text.insert_str(0, prefix);
    }
}

fn prefix_record(prefix: &str, record: &mut Record) {
    match record {
        Record::Collaborator(it) => add(prefix, [&mut it.name, &mut it.email, &mut it.phone]),
        Record::Client(it) => add(
            prefix,
            [
                &mut it.name,
                &mut it.email,
                &mut it.phone,
                &mut it.company,
                &mut it.commercial_name,
            ],
        ),
        Record::Contract(it) => add(
            prefix,
            [
                &mut it.event_title,
                &mut it.client_name,
                &mut it.client_company,
                &mut it.commercial_name,
            ],
        ),
        Record::Event(it) => add(
            prefix,
            [
                &mut it.event_title,
                &mut it.client_name,
                &mut it.client_company,
                &mut it.commercial_name,
                &mut it.support_name,
                &mut it.location,
                &mut it.note,
            ],
        ),
    }
}
