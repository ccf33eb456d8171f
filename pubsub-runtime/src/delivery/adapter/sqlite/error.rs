//! What SQLite says, in the words of the runtime; paths and SQL stay in the source, which only logs see.

use rusqlite::ErrorCode;

use crate::words::error::{Error, ErrorKind, Result};

/// A failure that is told to everybody it concerns.
#[derive(Debug, Clone)]
pub(super) struct Failure {
    pub(super) kind: ErrorKind,
    pub(super) detail: String,
}

impl Failure {
    pub(super) fn new(kind: ErrorKind, detail: impl Into<String>) -> Self {
        let detail = detail.into();
        Self { kind, detail }
    }

    /// What a failed `COMMIT` means: unless SQLite says that the disk is full, or that rows of the application break a rule of its
    /// tables, what was written may be found after a crash.
    pub(super) fn of_commit(error: &rusqlite::Error) -> Self {
        let kind = match (kind_of(error), error.sqlite_error_code()) {
            (ErrorKind::StorageFull, _) => ErrorKind::StorageFull,
            (_, Some(ErrorCode::ConstraintViolation)) => ErrorKind::Conflict,
            _ => ErrorKind::GatewayTimeout,
        };
        Self::new(kind, error.to_string())
    }

    /// What an operator can do.
    pub(super) const fn remedy(&self) -> &'static str {
        match self.kind {
            ErrorKind::StorageFull => {
                "free room on the disk, or raise `max_file_bytes` if it is set; the server goes on by itself then"
            }
            ErrorKind::Corrupt => "stop the server and restore the file from a copy",
            _ => "it is tried again without a restart",
        }
    }

    /// What is told to each of several functions, of which one broke a rule at the commit, nobody knows which: try again.
    pub(super) fn shared_by(self, functions: usize) -> Self {
        if self.kind == ErrorKind::Conflict && functions > 1 {
            return Self::new(ErrorKind::Unavailable, self.detail);
        }
        self
    }

    pub(super) fn to_error(&self) -> Error {
        Error::new(self.kind, message(self.kind)).with_source(self.detail.clone())
    }
}

impl From<&Error> for Failure {
    fn from(error: &Error) -> Self {
        let source = std::error::Error::source(error);
        let detail = source.map_or_else(|| error.to_string(), ToString::to_string);
        Self::new(error.kind(), detail)
    }
}

impl From<rusqlite::Error> for Error {
    /// What went wrong in a transaction of the application, with SQLite's words as the source.
    fn from(error: rusqlite::Error) -> Self {
        let kind = kind_of(&error);
        Self::new(kind, message(kind)).with_source(error)
    }
}

fn kind_of(error: &rusqlite::Error) -> ErrorKind {
    match error.sqlite_error_code() {
        Some(
            ErrorCode::DatabaseBusy
            | ErrorCode::DatabaseLocked
            | ErrorCode::OperationInterrupted
            | ErrorCode::FileLockingProtocolFailed
            | ErrorCode::ReadOnly
            | ErrorCode::PermissionDenied
            | ErrorCode::CannotOpen
            | ErrorCode::SystemIoFailure
            | ErrorCode::OutOfMemory,
        ) => ErrorKind::Unavailable,
        Some(ErrorCode::DiskFull) => ErrorKind::StorageFull,
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => ErrorKind::Corrupt,
        Some(ErrorCode::TooBig) => ErrorKind::PayloadTooLarge,
        _ => ErrorKind::Internal,
    }
}

fn message(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::Unavailable => "the event log cannot be used at the moment",
        ErrorKind::StorageFull => "the event log is full",
        ErrorKind::Corrupt => "a part of the event log is damaged",
        ErrorKind::GatewayTimeout => "it is not known whether the event was stored",
        ErrorKind::Conflict => "the transaction breaks a rule of the tables",
        ErrorKind::PayloadTooLarge => "the event is too large for the event log",
        _ => "internal server error",
    }
}

/// Something in the file contradicts itself.
pub(super) fn damaged(detail: impl Into<String>) -> Error {
    Failure::new(ErrorKind::Corrupt, detail).to_error()
}

pub(super) fn unavailable(detail: impl Into<String>) -> Error {
    Failure::new(ErrorKind::Unavailable, detail).to_error()
}

pub(super) fn closed() -> Error {
    Error::new(ErrorKind::Unavailable, "the server is shutting down")
}

/// Sees that a number fits SQLite's 63 bits.
pub(super) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Reads a number that is never below 0.
pub(super) fn unsigned(number: i64) -> Result<u64> {
    u64::try_from(number).map_err(|_| damaged("a number below 0"))
}
