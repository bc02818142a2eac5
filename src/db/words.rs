//! The domain's enums in columns of text: rows hold them, and queries compare them, as what they are.
//!
//! In a rolling deploy a newer process may write a word that this one does not know. It stops no list and no feed: what it is
//! shown as meanwhile is said here, once for each enum. Where something is decided on the word, and written back, it is read as
//! [`Exact`]: the row waits for a process that knows it. Columns that must tell an unknown word apart stay texts and are read
//! with care where they are read: an event's kind (it passes as gone), a timer's (it is left to whoever knows it), a
//! delivery's state, and why a job waits (it is shown as it stands).
use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::Text;

use crate::db::fault::NewerWord;
use crate::domain::access::Role;
use crate::domain::channel::{ChannelKind, HealthState, UpdateMode};
use crate::domain::conversation::{ConversationStatus, Handler, RunState};
use crate::domain::job::{JobState, JobTrouble};
use crate::domain::lead::{LeadStatus, NoticeState};
use crate::domain::message::{AttachmentStatus, AuthorType, Direction, MessageKind, MessageStatus, TranscriptState};

/// A word that is known; an unknown one is an error of the query, which says nothing against whoever asked.
#[derive(Debug, FromSqlRow)]
pub struct Exact<T: 'static>(pub T);

/// Can be written and compared.
macro_rules! written {
    ($($name:ident,)+) => { $(
        impl<DB: Backend> ToSql<Text, DB> for $name
        where
            str: ToSql<Text, DB>,
        {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
                <str as ToSql<Text, DB>>::to_sql(self.as_str(), out)
            }
        }

        const _: () = {
            #[derive(AsExpression)]
            #[diesel(foreign_derive, sql_type = Text)]
            #[allow(dead_code)] // It only tells the derive for whom.
            struct Proxy($name);
        };
    )+ };
}

/// Can be read too; an unknown word counts as the one behind the arrow.
macro_rules! read {
    ($($name:ident -> $unknown:ident,)+) => {
        $(
            impl<DB: Backend> FromSql<Text, DB> for $name
            where
                String: FromSql<Text, DB>,
            {
                fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
                    let word = String::from_sql(bytes)?;
                    Ok($name::parse(&word).unwrap_or($name::$unknown))
                }
            }

            impl<DB: Backend> FromSql<Text, DB> for Exact<$name>
            where
                String: FromSql<Text, DB>,
            {
                fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
                    let word = String::from_sql(bytes)?;
                    $name::parse(&word).map(Exact).ok_or_else(|| NewerWord(word).into())
                }
            }

            const _: () = {
                #[derive(FromSqlRow)]
                #[diesel(foreign_derive)]
                #[allow(dead_code)] // It only tells the derive for whom.
                struct Proxy($name);
            };
        )+

        #[cfg(test)]
        mod tests {
            use diesel::connection::SimpleConnection;
            use diesel::prelude::*;
            use diesel::sqlite::SqliteConnection;

            use super::*;

            diesel::table! {
                words (word) {
                    word -> Text,
                }
            }

            #[test]
            fn each_word_comes_back_and_an_unknown_one_stops_nothing() {
                let mut c = SqliteConnection::establish(":memory:").expect("a database");
                c.batch_execute("CREATE TABLE words (word TEXT NOT NULL)").expect("a table");
                $(
                    for known in $name::ALL {
                        diesel::insert_into(words::table).values(words::word.eq(*known)).execute(&mut c).expect("a row");
                        let mine = words::table.filter(words::word.eq(known));
                        assert_eq!(mine.select(words::word).first::<String>(&mut c).expect("a row"), known.as_str());
                        assert_eq!(mine.select(words::word).first::<$name>(&mut c).expect("a row"), *known);
                        diesel::delete(words::table).execute(&mut c).expect("no row");
                    }
                    c.batch_execute("INSERT INTO words VALUES ('a newer word')").expect("a row");
                    assert_eq!(words::table.select(words::word).first::<$name>(&mut c).expect("a row"), $name::$unknown);
                    assert!(words::table.select(words::word).first::<Exact<$name>>(&mut c).is_err());
                    diesel::delete(words::table).execute(&mut c).expect("no row");
                )+
            }
        }
    };
}

written! {
    Role, ChannelKind, ConversationStatus, Handler, RunState, JobState, JobTrouble, LeadStatus, NoticeState, AttachmentStatus,
    AuthorType, Direction, MessageKind, MessageStatus, TranscriptState, HealthState, UpdateMode,
}

read! {
    // The least.
    Role -> Operator,
    // Nothing goes out by itself.
    ChannelKind -> Api,
    // Nobody has looked yet.
    HealthState -> Checking,
    // What each of these providers can do.
    UpdateMode -> Webhook,
    ConversationStatus -> Open,
    // People look.
    Handler -> Queue,
    JobState -> Queued,
    LeadStatus -> New,
    // Nothing is announced twice.
    NoticeState -> None,
    AttachmentStatus -> Failed,
    TranscriptState -> None,
    AuthorType -> System,
    Direction -> Event,
    MessageKind -> Unsupported,
    MessageStatus -> Received,
}
