//! Reading a request's body: all of it, or an error; never more than the limit.

use bytes::{Buf, Bytes, BytesMut};
use http::{HeaderMap, header};
use http_body::Body;
use http_body_util::BodyExt as _;
use tokio::time::timeout;

use super::BoxError;
use crate::{
    transports::limits::Limits,
    words::error::{Error, ErrorKind, Result},
};

/// Refuses bodies that are compressed, or whose length is told twice or is no number.
///
/// hyper refuses lengths that differ, and shows one of several that are the same.
pub(crate) fn check(headers: &HeaderMap) -> Result<()> {
    let identity = |coding: &http::HeaderValue| {
        coding
            .as_bytes()
            .trim_ascii()
            .eq_ignore_ascii_case(b"identity")
    };
    if !headers
        .get_all(header::CONTENT_ENCODING)
        .iter()
        .all(identity)
    {
        let message = "Compressed request bodies are not supported";
        return Err(Error::new(ErrorKind::UnsupportedMediaType, message));
    }
    let mut lengths = headers.get_all(header::CONTENT_LENGTH).iter();
    let Some(length) = lengths.next() else {
        return Ok(());
    };
    if lengths.next().is_some() || !length.as_bytes().iter().all(u8::is_ascii_digit) {
        let message = "The request must have one Content-Length";
        return Err(Error::new(ErrorKind::BadRequest, message));
    }
    Ok(())
}

/// Reads the body.
///
/// # Errors
///
/// It is larger than `max_body_bytes` (by its declared length, or as soon as that many bytes are there), takes longer than `body_timeout`,
/// or breaks off.
pub(crate) async fn read<B>(headers: &HeaderMap, body: B, limits: &Limits) -> Result<Bytes>
where
    B: Body + Unpin,
    B::Error: Into<BoxError>,
{
    let declared = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    let max = limits.max_body_bytes;
    if declared.is_some_and(|declared| declared > max as u64) {
        return Err(too_large(max));
    }
    match timeout(limits.body_timeout, collect(body, max)).await {
        Ok(read) => read,
        Err(_) => Err(Error::new(
            ErrorKind::Timeout,
            format!(
                "The request body did not arrive within {} s",
                limits.body_timeout.as_secs_f64()
            ),
        )),
    }
}

async fn collect<B>(mut body: B, max: usize) -> Result<Bytes>
where
    B: Body + Unpin,
    B::Error: Into<BoxError>,
{
    // A small body arrives in one piece, which is then used as it is.
    let mut first = Bytes::new();
    let mut all = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|source| {
            Error::new(ErrorKind::BadRequest, "The request body broke off").with_source(source)
        })?;
        let Ok(mut data) = frame.into_data() else {
            continue;
        };
        let size = data.remaining();
        if first.len() + all.len() + size > max {
            return Err(too_large(max));
        }
        if first.is_empty() && all.is_empty() {
            first = data.copy_to_bytes(size);
        } else {
            all.extend_from_slice(&first);
            first = Bytes::new();
            all.extend_from_slice(&data.copy_to_bytes(size));
        }
    }
    Ok(if all.is_empty() { first } else { all.freeze() })
}

fn too_large(max: usize) -> Error {
    let message = format!("The request body is larger than {max} bytes");
    Error::new(ErrorKind::PayloadTooLarge, message)
}
