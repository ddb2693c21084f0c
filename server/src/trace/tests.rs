use std::convert::Infallible;

use epic_events::{
    api_error::{ApiError, TRACE},
    reason::Reason,
};
use http::{HeaderValue, Request, Response};
use tonic::{Status, body::Body};
use tower::{Layer as _, ServiceExt as _, service_fn};

use super::{
    layer::{HEADER, TraceLayer},
    *,
};

const GIVEN: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

fn headers(parent: &'static str) -> HeaderMap {
    HeaderMap::from_iter([(
        PARENT.parse().expect("a name"),
        HeaderValue::from_static(parent),
    )])
}

#[test]
fn a_trace_goes_on_when_it_is_one() {
    for (header, goes_on) in [
        (
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            true,
        ),
        (
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00",
            true,
        ),
        (
            "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-x",
            true,
        ),
        (
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-x",
            false,
        ),
        (
            "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            false,
        ),
        (
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            false,
        ),
        (
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            false,
        ),
        (
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
            false,
        ),
        (
            "00-4bf92f3577b34da6a3ce929d0e0e473-00f067aa0ba902b7-01",
            false,
        ),
        (
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
            false,
        ),
        ("4bf92f3577b34da6a3ce929d0e0e4736", false),
        ("", false),
    ] {
        let call = Call::new("/x", &headers(header));
        assert_eq!(call.trace == GIVEN, goes_on, "{header}");
        assert!(is_hex(&call.trace, 32), "{}", call.trace);
        assert_eq!(call.rpc, "other");
    }
}

/// A service that does that, behind the layer, and what it answers.
async fn answered<F, Work>(work: F) -> Response<Body>
where
    F: Fn() -> Work + Clone + Send + 'static,
    Work: Future<Output = ()> + Send + 'static,
{
    let service = TraceLayer.layer(service_fn(move |_: Request<Body>| {
        let work = work();
        async move {
            work.await;
            Ok::<_, Infallible>(Response::new(Body::empty()))
        }
    }));
    let mut request = Request::new(Body::empty());
    *request.uri_mut() = policy::GET_CLIENT.path().parse().expect("a path");
    *request.headers_mut() = headers("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
    service.oneshot(request).await.expect("an answer")
}

#[tokio::test]
async fn the_call_is_known_in_all_of_its_work() {
    fn is_known() {
        let call = current().expect("a call");
        assert_eq!(
            (call.trace.as_str(), call.rpc, call.actor()),
            (GIVEN, policy::GET_CLIENT.path(), Some(7))
        );
    }
    assert!(current().is_none());
    let response = answered(async || {
        is_by(7);
        is_known();
        spawn(async { is_known() }).await.expect("a task");
        spawn_blocking(is_known).await.expect("a thread");
    })
    .await;
    assert_eq!(response.headers()[HEADER], GIVEN);
    assert!(current().is_none());
}

#[tokio::test]
async fn a_panic_is_an_answer_with_its_trace() {
    let response = answered(async || panic!("a name that a person typed")).await;
    assert_eq!(response.headers()[HEADER], GIVEN);
    let status = Status::from_header_map(response.headers()).expect("a status");
    let refusal = ApiError::from_status(&status).expect("a refusal");
    assert_eq!(refusal.reason, Reason::Internal);
    assert_eq!(refusal.details[TRACE], GIVEN);
    assert!(!format!("{status:?}").contains("typed"));
}
