//! Which web pages may open a socket.

use http::{HeaderMap, HeaderValue, header};

use super::http::Cors;

/// The origins whose pages may connect, besides the server's own; the same list answers CORS.
///
/// Browsers let any page open a WebSocket to any server and say in `Origin` which one it is; programs send none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Origins {
    /// Every page.
    Any,
    /// Pages of these origins, such as `https://app.example`, and the server's own.
    Only(Vec<HeaderValue>),
}

impl Default for Origins {
    fn default() -> Self {
        Self::Only(Vec::new())
    }
}

impl Origins {
    /// The same list as for pages that call over HTTP.
    pub(crate) fn of(cors: &Cors) -> Self {
        Self::Only(
            cors.origins
                .iter()
                .filter_map(|origin| HeaderValue::from_str(origin).ok())
                .collect(),
        )
    }

    /// Whether the page behind a request may connect.
    pub(crate) fn permit(&self, headers: &HeaderMap) -> bool {
        let Some(origin) = headers.get(header::ORIGIN) else {
            return true;
        };
        self.lists(origin) || is_own(origin, headers)
    }

    /// Whether `origin` is in the list.
    pub(crate) fn lists(&self, origin: &HeaderValue) -> bool {
        match self {
            Self::Any => true,
            Self::Only(origins) => origins
                .iter()
                .any(|listed| listed.as_bytes().eq_ignore_ascii_case(origin.as_bytes())),
        }
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
        let origins = Origins::Only(vec![HeaderValue::from_static("https://app.example")]);
        for origin in [
            None,
            Some("https://app.example"),
            Some("http://api.example:3000"),
            Some("https://API.example:3000"),
        ] {
            assert!(origins.permit(&headers(origin)), "{origin:?}");
        }
        for origin in [
            Some("null"),
            Some("https://app.example.evil"),
            Some("http://api.example"),
            Some("http://evil.example"),
        ] {
            assert!(!origins.permit(&headers(origin)), "{origin:?}");
            assert!(Origins::Any.permit(&headers(origin)), "{origin:?}");
        }
    }
}
