//! The one table that maps an error kind to what each protocol calls it.

use super::error::ErrorKind;

/// How one [`ErrorKind`] appears on each protocol.
///
/// # Source
///
/// tRPC v11 `unstable-core-do-not-import/rpc/codes.ts` and `http/getHTTPStatusCode.ts`; close codes after RFC 6455 §7.4
/// (1011, 1012, 1013) and, in the private range, 4000 + the HTTP status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Codes {
    /// The tRPC name, as in `error.data.code`.
    pub name: &'static str,
    /// The JSON-RPC number, as in `error.code`.
    pub number: i32,
    /// The HTTP status.
    pub status: u16,
    /// The WebSocket close code when the kind ends a whole connection.
    pub close: u16,
    /// Whether sending the same request again later may succeed.
    pub retryable: bool,
}

const fn codes(name: &'static str, number: i32, status: u16, close: u16, retryable: bool) -> Codes {
    Codes {
        name,
        number,
        status,
        close,
        retryable,
    }
}

impl ErrorKind {
    /// The row of the table for this kind.
    pub const fn codes(self) -> Codes {
        match self {
            Self::Parse => codes("PARSE_ERROR", -32700, 400, 4400, false),
            Self::BadRequest => codes("BAD_REQUEST", -32600, 400, 4400, false),
            Self::Internal | Self::Corrupt | Self::Unwritable => {
                codes("INTERNAL_SERVER_ERROR", -32603, 500, 1011, false)
            }
            Self::NotImplemented => codes("NOT_IMPLEMENTED", -32603, 501, 1011, false),
            Self::BadGateway => codes("BAD_GATEWAY", -32603, 502, 1011, true),
            Self::Unavailable | Self::StorageFull => {
                codes("SERVICE_UNAVAILABLE", -32603, 503, 1013, true)
            }
            Self::GatewayTimeout => codes("GATEWAY_TIMEOUT", -32603, 504, 1013, true),
            Self::Unauthorized => codes("UNAUTHORIZED", -32001, 401, 4401, false),
            Self::PaymentRequired => codes("PAYMENT_REQUIRED", -32002, 402, 4402, false),
            Self::Forbidden => codes("FORBIDDEN", -32003, 403, 4403, false),
            Self::NotFound => codes("NOT_FOUND", -32004, 404, 4404, false),
            Self::MethodNotSupported => codes("METHOD_NOT_SUPPORTED", -32005, 405, 4405, false),
            Self::Timeout => codes("TIMEOUT", -32008, 408, 4408, true),
            Self::Conflict => codes("CONFLICT", -32009, 409, 4409, false),
            Self::PreconditionFailed => codes("PRECONDITION_FAILED", -32012, 412, 4412, false),
            Self::PayloadTooLarge => codes("PAYLOAD_TOO_LARGE", -32013, 413, 1009, false),
            Self::UnsupportedMediaType => codes("UNSUPPORTED_MEDIA_TYPE", -32015, 415, 4415, false),
            Self::UnprocessableContent => codes("UNPROCESSABLE_CONTENT", -32022, 422, 4422, false),
            Self::PreconditionRequired => codes("PRECONDITION_REQUIRED", -32028, 428, 4428, false),
            Self::TooManyRequests => codes("TOO_MANY_REQUESTS", -32029, 429, 1013, true),
            Self::ClientClosed => codes("CLIENT_CLOSED_REQUEST", -32099, 499, 4499, true),
        }
    }

    /// Every kind that has a name of its own, in the order of the table: `StorageFull`, `Corrupt` and `Unwritable` are told apart on the
    /// server only.
    pub const ALL: [Self; 21] = [
        Self::Parse,
        Self::BadRequest,
        Self::Internal,
        Self::NotImplemented,
        Self::BadGateway,
        Self::Unavailable,
        Self::GatewayTimeout,
        Self::Unauthorized,
        Self::PaymentRequired,
        Self::Forbidden,
        Self::NotFound,
        Self::MethodNotSupported,
        Self::Timeout,
        Self::Conflict,
        Self::PreconditionFailed,
        Self::PayloadTooLarge,
        Self::UnsupportedMediaType,
        Self::UnprocessableContent,
        Self::PreconditionRequired,
        Self::TooManyRequests,
        Self::ClientClosed,
    ];

    /// The kind with this tRPC name, such as `"CONFLICT"`.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.codes().name == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_found_again() {
        for kind in ErrorKind::ALL {
            assert_eq!(ErrorKind::from_name(kind.codes().name), Some(kind));
        }
    }
}
