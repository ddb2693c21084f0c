//! Failed calls: which of them the client repeats, and the sentences about them.

use epic_events::api_error::STATUS;
use tonic::Code;

use super::*;

#[tokio::test]
async fn maps_errors_of_the_server() {
    let (fake, _, api) = signed_in(None).await;
    let api_error = |reason| RequestError::Api(ApiError::new(reason));
    let cases = [
        (
            Reason::DatabaseUnavailable,
            unavailable("The server's database does not answer."),
        ),
        (Reason::ShuttingDown, unavailable("The server is stopping.")),
        (
            Reason::AccountChanging,
            unavailable("An account is being changed."),
        ),
        (Reason::NotYours, api_error(Reason::NotYours)),
        (Reason::Busy, api_error(Reason::Busy)),
        (Reason::Internal, api_error(Reason::Internal)),
        (Reason::SessionEnded, RequestError::SessionEnded),
    ];
    for (reason, expected) in cases {
        *fake.error.lock().unwrap() = Some(reason);
        assert_eq!(api.get_me(GetMeRequest {}).await, Err(expected));
    }
}

#[tokio::test]
async fn only_an_unavailable_server_is_tried_again() {
    let (fake, at, api) = signed_in(None).await;
    for code in (0..=16).map(Code::from) {
        *fake.refusal.lock().unwrap() = Some(Status::new(code, "from a proxy"));
        let expected = match code {
            Code::Ok => continue,
            Code::Unavailable => unavailable(&format!("http://{at} cannot be reached.")),
            Code::DeadlineExceeded => unavailable(&format!("http://{at} does not answer in time.")),
            Code::Unimplemented => RequestError::Api(ApiError::new(Reason::UnknownRpc)),
            _ => {
                let error = ApiError::new(Reason::Internal);
                RequestError::Api(error.with_detail(STATUS, format!("{code:?}")))
            }
        };
        assert_eq!(api.get_me(GetMeRequest {}).await, Err(expected));
        assert!(api.has_session());
    }
}

#[tokio::test]
async fn reports_an_unknown_service_and_an_unknown_host() {
    let (_, _, api_) = signed_in(None).await;
    let list = api_.list_clients(ListClientsRequest::default()).await;
    let older = ApiError::new(Reason::UnknownRpc);
    assert_eq!(list, Err(RequestError::Api(older)));
    let unknown = Server {
        url: "http://epic.invalid:50051".into(),
        ca: None,
    };
    let nowhere = Api::new(&unknown, Messages::new(Lang::En), SessionStorage::Memory).unwrap();
    assert_eq!(
        nowhere.login(credentials("right")).await,
        Err(unavailable("http://epic.invalid:50051 cannot be reached."))
    );
}
