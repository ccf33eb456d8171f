//! RFC 6455's opening handshake, and what the URL asks for.

use http::{HeaderMap, HeaderName, HeaderValue, Method, header, request::Parts};
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use crate::words::error::{Error, ErrorKind, Result};

/// The value of `sec-websocket-accept` for a request.
pub(super) fn accept_key(parts: &Parts) -> Result<HeaderValue> {
    let headers = &parts.headers;
    let refuse = |message| Err(Error::new(ErrorKind::BadRequest, message));
    if parts.method != Method::GET || !has_token(headers, &header::CONNECTION, "upgrade") {
        return refuse("a WebSocket is opened by GET with `connection: upgrade`");
    }
    if headers
        .get(header::SEC_WEBSOCKET_VERSION)
        .is_none_or(|version| version.as_bytes() != b"13")
    {
        return refuse("`sec-websocket-version` must be 13");
    }
    match headers.get(header::SEC_WEBSOCKET_KEY) {
        // 16 bytes in base64.
        Some(key) if key.len() == 24 => {
            HeaderValue::from_str(&derive_accept_key(key.as_bytes())).map_err(Error::internal)
        }
        _ => refuse("`sec-websocket-key` is missing or malformed"),
    }
}

fn has_token(headers: &HeaderMap, name: &HeaderName, token: &str) -> bool {
    headers
        .get_all(name)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|part| part.trim().eq_ignore_ascii_case(token))
}

/// What the URL of a socket asks for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Options {
    /// `connectionParams=1`: the first text frame holds them.
    pub(super) connection_params: bool,
    /// `items=plain`: items are envelopes, not `{id, data}` pairs.
    pub(super) plain_items: bool,
}

impl Options {
    pub(super) fn of(query: Option<&str>) -> Self {
        let mut options = Self::default();
        for parameter in query.unwrap_or_default().split('&') {
            match parameter {
                "connectionParams=1" => options.connection_params = true,
                "items=plain" => options.plain_items = true,
                _ => {}
            }
        }
        options
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(change: impl FnOnce(&mut HeaderMap)) -> Parts {
        let (mut request, ()) = http::Request::new(()).into_parts();
        let headers = &mut request.headers;
        for (name, value) in [
            ("connection", "keep-alive, Upgrade"),
            ("upgrade", "WebSocket"),
            ("sec-websocket-version", "13"),
            ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
        ] {
            headers.insert(name, HeaderValue::from_static(value));
        }
        change(headers);
        request
    }

    #[test]
    fn the_sample_of_the_rfc_is_answered_as_there() {
        let request = request(|_| {});
        assert_eq!(
            accept_key(&request).unwrap(),
            "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
        );
    }

    #[test]
    fn broken_handshakes_are_refused() {
        for name in ["connection", "sec-websocket-version", "sec-websocket-key"] {
            let request = request(|headers| drop(headers.remove(name)));
            assert_eq!(
                accept_key(&request).unwrap_err().kind(),
                ErrorKind::BadRequest,
                "{name}"
            );
        }
        let mut post = request(|_| {});
        post.method = Method::POST;
        assert!(accept_key(&post).is_err());
    }

    #[test]
    fn unknown_parameters_are_ignored() {
        assert_eq!(
            Options::of(Some("a=1&items=plain&connectionParams=1&connectionParams")),
            Options {
                connection_params: true,
                plain_items: true
            }
        );
        assert_eq!(Options::of(Some("connectionParams=0")), Options::default());
        assert_eq!(Options::of(None), Options::default());
    }
}
