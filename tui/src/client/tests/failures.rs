//! Failed calls: which of them the client repeats, and the sentences about them.

use epic_events::api_error::STATUS;
use http::StatusCode;
use hyper::{server::conn::http2, service::service_fn};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tonic::Code;

use super::{links::Link, *};

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

/// The page of a proxy is no message of the protocol: the HTTP status decides, as without a page.
#[tokio::test]
async fn the_page_of_a_proxy_does_not_hide_its_status() {
    for (status, is_tried_again) in [
        (StatusCode::TOO_MANY_REQUESTS, true),
        (StatusCode::BAD_GATEWAY, true),
        (StatusCode::SERVICE_UNAVAILABLE, true),
        (StatusCode::GATEWAY_TIMEOUT, true),
        (StatusCode::FORBIDDEN, false),
        (StatusCode::NOT_FOUND, false),
    ] {
        let link = Link::new(move |_, stream| async move {
            let page = service_fn(move |_| async move {
                let page = http::Response::builder()
                    .status(status)
                    .header("content-type", "text/html");
                page.body("<html><h1>Sorry</h1></html>".to_owned())
            });
            let proxy = http2::Builder::new(TokioExecutor::new());
            let _ = proxy.serve_connection(TokioIo::new(stream), page).await;
        })
        .await;
        let server = Server {
            url: format!("http://{}", link.address),
            ca: None,
        };
        let api = Api::new(&server, Messages::new(Lang::En), SessionStorage::Memory).unwrap();
        let result = api.login(credentials("right")).await;
        let is_outage = matches!(result, Err(RequestError::Unavailable(_)));
        assert_eq!(is_outage, is_tried_again, "{status}: {result:?}");
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
