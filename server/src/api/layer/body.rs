//! The body of a response. A stream of replies outlives the future of its call, so its frames are
//! produced in the context of the call as well.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use http_body::{Body as _, Frame, SizeHint};
use tonic::{Status, body::Body, codegen::Bytes};

use crate::telemetry::trace::Call;

/// Wraps `body` so that its frames are produced in the context of `call`.
pub(super) fn traced(body: Body, call: Arc<Call>) -> Body {
    if body.is_end_stream() {
        return body;
    }
    Body::new(TracedBody { body, call })
}

struct TracedBody {
    body: Body,
    call: Arc<Call>,
}

impl http_body::Body for TracedBody {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let Self { body, call } = self.get_mut();
        call.sync_scope(|| Pin::new(body).poll_frame(context))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
