//! Calls by path with an encoded message, for tests that iterate over RPCs.

use epic_events::policy;
use http::uri::PathAndQuery;
use prost::bytes::{Buf, BufMut};
use tonic::{
    Request, Status,
    client::Grpc,
    codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder},
    transport::Channel,
};

/// Makes a call and returns the first message of the reply. The token is sent as
/// `authorization: Bearer …`.
pub async fn call(
    channel: &Channel,
    path: &str,
    token: Option<&str>,
    message: Vec<u8>,
) -> Result<Vec<u8>, Status> {
    let authorization = token.map(|token| format!("Bearer {token}"));
    call_with_authorization(channel, path, authorization.as_deref(), message).await
}

/// Makes a call with this `authorization` metadata, which need not be well formed.
pub async fn call_with_authorization(
    channel: &Channel,
    path: &str,
    authorization: Option<&str>,
    message: Vec<u8>,
) -> Result<Vec<u8>, Status> {
    let mut request = Request::new(message);
    if let Some(value) = authorization {
        let value = value.parse().expect("a header value");
        request.metadata_mut().insert("authorization", value);
    }
    let path: PathAndQuery = path.parse().expect("a path");
    let mut grpc = Grpc::new(channel.clone());
    grpc.ready().await.expect("a channel");
    // The headers of a stream of changes count as its reply, because there may be no change.
    let is_endless = path.as_str() == policy::WATCH_CHANGES.path();
    let reply = grpc.server_streaming(request, path, Bytes).await?;
    if is_endless {
        return Ok(Vec::new());
    }
    let message = reply.into_inner().message().await?;
    Ok(message.expect("one message"))
}

/// A codec of messages that are already encoded.
#[derive(Clone, Copy)]
struct Bytes;

impl Codec for Bytes {
    type Encode = Vec<u8>;
    type Decode = Vec<u8>;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        *self
    }

    fn decoder(&mut self) -> Self {
        *self
    }
}

impl Encoder for Bytes {
    type Item = Vec<u8>;
    type Error = Status;

    fn encode(&mut self, message: Vec<u8>, to: &mut EncodeBuf<'_>) -> Result<(), Status> {
        to.put_slice(&message);
        Ok(())
    }
}

impl Decoder for Bytes {
    type Item = Vec<u8>;
    type Error = Status;

    fn decode(&mut self, from: &mut DecodeBuf<'_>) -> Result<Option<Vec<u8>>, Status> {
        let length = from.remaining();
        Ok(Some(from.copy_to_bytes(length).to_vec()))
    }
}
