//! Whose fault an error of the database is. Only what the rows themselves cause refuses them; everything else comes again.
use std::error::Error;
use std::fmt;

use diesel::result::{DatabaseErrorKind as Kind, Error as DieselError};

/// The five characters that PostgreSQL names an error with.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct SqlState(pub [u8; 5]);

impl fmt::Display for SqlState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(std::str::from_utf8(&self.0).unwrap_or("?????"))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The rows, or the answer a query gives on purpose: asking again with the same gives the same.
    Data,
    /// The database is away, full, read-only or out of something. It says nothing about the rows.
    Away,
    /// Another transaction stood in the way, or there was too little time.
    Conflict,
    /// Nobody knows: it may pass, or lie in these rows.
    Unknown,
}

/// `code` is the SQLSTATE where the backend has one and the server said it.
pub fn of(e: &DieselError, code: Option<SqlState>) -> Fault {
    match e {
        DieselError::NotFound | DieselError::RollbackTransaction => Fault::Data,
        DieselError::SerializationError(_) | DieselError::InvalidCString(_) => Fault::Data,
        DieselError::BrokenTransactionManager
        | DieselError::AlreadyInTransaction
        | DieselError::NotInTransaction
        | DieselError::RollbackErrorOnCommit { .. } => Fault::Away,
        DieselError::DatabaseError(kind, info) => match (kind, code) {
            (Kind::ClosedConnection | Kind::UnableToSendCommand, _) => Fault::Away,
            (_, Some(code)) => of_sqlstate(code),
            (Kind::UniqueViolation | Kind::ForeignKeyViolation | Kind::NotNullViolation, None) => Fault::Data,
            (Kind::CheckViolation | Kind::ExclusionViolation | Kind::RestrictViolation, None) => Fault::Data,
            (Kind::SerializationFailure, None) => Fault::Conflict,
            (Kind::ReadOnlyTransaction, None) => Fault::Away,
            (_, None) => of_sqlite_text(info.message()),
        },
        // The process that knows it will come for the row.
        DieselError::DeserializationError(e) if is_newer(&**e) => Fault::Away,
        // A row that cannot be read, a query that cannot be built: ours, and not known to be these rows'.
        _ => Fault::Unknown,
    }
}

/// A word in a row that only a newer version knows.
#[derive(Debug, thiserror::Error)]
#[error("{0:?} is of a newer version")]
pub struct NewerWord(pub String);

fn is_newer(e: &(dyn Error + 'static)) -> bool {
    e.is::<NewerWord>() || e.source().is_some_and(is_newer)
}

fn of_sqlstate(code: SqlState) -> Fault {
    match &code.0 {
        // program_limit_exceeded: a value too long for its index.
        b"54000" => Fault::Data,
        b"57014" => Fault::Conflict,
        b"25006" => Fault::Away,
        [b'2', b'2' | b'3', ..] => Fault::Data,
        // Serialization failures and deadlocks; lock_not_available.
        [b'4', b'0', ..] | [b'5', b'5', ..] => Fault::Conflict,
        // Connections; resources; the operator's hand; the system; configuration.
        [b'0', b'8', ..] | [b'5', b'3' | b'7' | b'8', ..] | [b'F', b'0', ..] => Fault::Away,
        _ => Fault::Unknown,
    }
}

/// diesel keeps SQLite's code to itself where it has no kind for it, and only `unsafe` code could ask for it. But SQLite names
/// its codes by fixed sentences (`sqlite3_errstr`), compiled into this binary and never translated: they are compared whole.
fn of_sqlite_text(text: &str) -> Fault {
    match text {
        // TOOBIG, MISMATCH, RANGE, CONSTRAINT.
        "string or blob too big" | "datatype mismatch" | "column index out of range" | "constraint failed" => Fault::Data,
        // FULL, IOERR, READONLY, CANTOPEN, NOMEM.
        "database or disk is full"
        | "disk I/O error"
        | "attempt to write a readonly database"
        | "unable to open database file"
        | "out of memory" => Fault::Away,
        // BUSY, LOCKED, PROTOCOL, INTERRUPT, ABORT, SCHEMA.
        "database is locked"
        | "database table is locked"
        | "locking protocol"
        | "interrupted"
        | "query aborted"
        | "database schema has changed" => Fault::Conflict,
        _ => Fault::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unnamed(text: &str) -> DieselError {
        DieselError::DatabaseError(Kind::Unknown, Box::new(text.to_owned()))
    }

    #[test]
    fn only_data_and_constraints_refuse_a_unit_on_postgresql() {
        let told = |code: &str| of(&unnamed("as it says"), Some(SqlState(code.as_bytes().try_into().expect("five characters"))));
        for code in ["22000", "22001", "22003", "22021", "22P02", "22P05", "23000", "23502", "23503", "23505", "23514", "54000"] {
            assert_eq!(told(code), Fault::Data, "{code}");
        }
        for code in ["40001", "40P01", "55P03", "57014", "55006"] {
            assert_eq!(told(code), Fault::Conflict, "{code}");
        }
        for code in ["08006", "25006", "53100", "53200", "53300", "57P01", "57P02", "57P03", "57P04", "58000", "58030", "F0000"] {
            assert_eq!(told(code), Fault::Away, "{code}");
        }
        for code in ["42P01", "42703", "42501", "42601", "0A000", "26000", "25P02", "54001", "P0001", "XX000", "XX001", "99999"] {
            assert_eq!(told(code), Fault::Unknown, "{code}");
        }
    }

    /// Every primary code of SQLite, by the sentence of `sqlite3_errstr`.
    #[test]
    fn only_data_and_constraints_refuse_a_unit_on_sqlite() {
        for text in ["string or blob too big", "datatype mismatch", "column index out of range", "constraint failed"] {
            assert_eq!(of(&unnamed(text), None), Fault::Data, "{text}");
        }
        for text in [
            "database or disk is full",
            "disk I/O error",
            "attempt to write a readonly database",
            "unable to open database file",
            "out of memory",
        ] {
            assert_eq!(of(&unnamed(text), None), Fault::Away, "{text}");
        }
        for text in [
            "database is locked",
            "database table is locked",
            "locking protocol",
            "interrupted",
            "query aborted",
            "database schema has changed",
        ] {
            assert_eq!(of(&unnamed(text), None), Fault::Conflict, "{text}");
        }
        for text in [
            "SQL logic error",
            "unknown error",
            "access permission denied",
            "database disk image is malformed",
            "unknown operation",
            "bad parameter or other API misuse",
            "large file support is disabled",
            "authorization denied",
            "file is not a database",
            "no such table: messages",
            "a customer wrote: database is locked",
        ] {
            assert_eq!(of(&unnamed(text), None), Fault::Unknown, "{text}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_not_refused() {
        assert_eq!(of(&DieselError::DeserializationError("odd".into()), None), Fault::Unknown);
        assert_eq!(of(&DieselError::QueryBuilderError("odd".into()), None), Fault::Unknown);
        assert_eq!(of(&DieselError::SerializationError("odd".into()), None), Fault::Data);
        let kind = |kind| of(&DieselError::DatabaseError(kind, Box::new(String::new())), None);
        assert_eq!(kind(Kind::UniqueViolation), Fault::Data);
        assert_eq!(kind(Kind::SerializationFailure), Fault::Conflict);
        assert_eq!(kind(Kind::UnableToSendCommand), Fault::Away);
    }
}
