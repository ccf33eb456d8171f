//! Why something is no `CloudEvent`, or no envelope.

/// Why something is no [`CloudEvent`](crate::CloudEvent), or holds what an envelope cannot.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CloudEventError {
    /// Not JSON, or no object, or a member twice.
    #[error("no CloudEvent in JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// An attribute that has to be there is not.
    #[error("`{attribute}` is missing; {remedy}")]
    Missing {
        /// Its name.
        attribute: &'static str,
        /// What to write.
        remedy: &'static str,
    },
    /// An attribute holds what it cannot.
    #[error("`{attribute}` {what}")]
    Invalid {
        /// Its name.
        attribute: String,
        /// What is wrong with it, and what to write.
        what: &'static str,
    },
    /// More attributes than are read.
    #[error("more than {0} attributes; leave out what receivers do not need")]
    TooMany(usize),
}

impl CloudEventError {
    pub(super) fn invalid(attribute: impl Into<String>, what: &'static str) -> Self {
        Self::Invalid {
            attribute: attribute.into(),
            what,
        }
    }
}
