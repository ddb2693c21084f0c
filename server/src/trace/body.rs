//! A stream of replies is work of its call too, though the call's future has ended by then.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use http_body::{Body as _, Frame, SizeHint};
use tonic::{Status, body::Body, codegen::Bytes};

use super::{CALL, Call};

/// That body, whose frames are made as part of that call.
pub(super) fn traced(body: Body, call: Arc<Call>) -> Body {
    // Where nothing is left to do there is nothing to trace.
    if body.is_end_stream() {
        return body;
    }
    Body::new(Traced { body, call })
}

struct Traced {
    body: Body,
    call: Arc<Call>,
}

impl http_body::Body for Traced {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let Self { body, call } = self.get_mut();
        let _entered = call.span.enter();
        CALL.sync_scope(Arc::clone(call), || Pin::new(body).poll_frame(context))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
