//! Which web pages may open a socket.

use http::{HeaderMap, HeaderValue, header};

use super::http::Cors;

/// Whether the page behind a request may open a socket: one of the server's own, or of an origin that CORS allows.
///
/// Browsers let any page open a WebSocket to any server and say in `Origin` which one it is; programs send none.
pub(crate) fn permits(cors: &Cors, headers: &HeaderMap) -> bool {
    match headers.get(header::ORIGIN) {
        None => true,
        Some(origin) => is_own(origin, headers) || cors.allowed(headers).is_some(),
    }
}

/// Whether the page came from the host and port it connects to. The scheme is not compared: behind a proxy that ends TLS, this server
/// sees plain HTTP.
fn is_own(origin: &HeaderValue, headers: &HeaderMap) -> bool {
    let Some(host) = headers.get(header::HOST) else {
        return false;
    };
    ["http://", "https://"].iter().any(|scheme| {
        origin
            .as_bytes()
            .strip_prefix(scheme.as_bytes())
            .is_some_and(|authority| authority.eq_ignore_ascii_case(host.as_bytes()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(origin: Option<&'static str>) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, HeaderValue::from_static("api.example:3000"));
        if let Some(origin) = origin {
            headers.insert(header::ORIGIN, HeaderValue::from_static(origin));
        }
        headers
    }

    #[test]
    fn foreign_pages_are_refused_unless_listed() {
        let cors = Cors {
            origins: vec!["https://app.example".into()],
            ..Cors::default()
        };
        for origin in [
            None,
            Some("https://app.example"),
            Some("http://api.example:3000"),
            Some("https://API.example:3000"),
        ] {
            assert!(permits(&cors, &headers(origin)), "{origin:?}");
        }
        for origin in [
            Some("null"),
            Some("https://app.example.evil"),
            Some("http://api.example"),
            Some("http://evil.example"),
        ] {
            assert!(!permits(&cors, &headers(origin)), "{origin:?}");
        }
    }
}
