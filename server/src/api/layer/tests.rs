use std::convert::Infallible;

use epic_events::{
    api_error::{ApiError, TRACE},
    policy,
    reason::Reason,
};
use http::{Request, Response};
use tonic::{Status, body::Body};
use tower::{Layer as _, ServiceExt as _, service_fn};

use super::{TRACE_HEADER, TraceLayer};
use crate::{
    error::Error,
    telemetry::trace::{current, set_actor, spawn, spawn_blocking},
};

const GIVEN: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

/// The response of a service that does `work` behind the layer.
async fn response_to<F, Work>(work: F) -> Response<Body>
where
    F: Fn() -> Work + Clone + Send + 'static,
    Work: Future<Output = Result<(), Error>> + Send + 'static,
{
    let service = TraceLayer.layer(service_fn(move |_: Request<Body>| {
        let work = work();
        async move {
            Ok::<_, Infallible>(match work.await {
                Ok(()) => Response::new(Body::empty()),
                Err(error) => Status::from(error).into_http(),
            })
        }
    }));
    let request = Request::builder()
        .uri(policy::GET_CLIENT.path())
        .header("traceparent", format!("00-{GIVEN}-00f067aa0ba902b7-01"))
        .body(Body::empty())
        .expect("a request");
    service.oneshot(request).await.expect("a response")
}

fn api_error(response: &Response<Body>) -> ApiError {
    let status = Status::from_header_map(response.headers()).expect("a status");
    assert!(!format!("{status:?}").contains("typed"));
    ApiError::from_status(&status).expect("an API error")
}

#[tokio::test]
async fn spawned_work_belongs_to_the_call() {
    fn assert_call() {
        let call = current().expect("a call");
        assert_eq!(
            (call.trace.as_str(), call.rpc, call.actor()),
            (GIVEN, policy::GET_CLIENT.path(), Some(7))
        );
    }
    assert!(current().is_none());
    let response = response_to(async || {
        set_actor(7);
        assert_call();
        spawn(async { assert_call() }).await?;
        spawn_blocking(assert_call).await?;
        Ok(())
    })
    .await;
    assert_eq!(response.headers()[TRACE_HEADER], GIVEN);
    assert!(current().is_none());
}

#[tokio::test]
async fn answers_a_panic_with_its_trace() {
    let response = response_to(async || panic!("a name that a person typed")).await;
    assert_eq!(response.headers()[TRACE_HEADER], GIVEN);
    let error = api_error(&response);
    assert_eq!(error.reason, Reason::Internal);
    assert_eq!(error.details[TRACE], GIVEN);
}

#[tokio::test]
async fn adds_the_trace_to_internal_errors_only() {
    let response =
        response_to(async || Err(Error::Internal("a name that a person typed".to_owned()))).await;
    let error = api_error(&response);
    assert_eq!(error.reason, Reason::Internal);
    assert_eq!(error.details[TRACE], GIVEN);
    let response = response_to(async || Err(Reason::NotYours.into())).await;
    let error = api_error(&response);
    assert_eq!(error.reason, Reason::NotYours);
    assert_eq!(error.details.get(TRACE), None);
}
