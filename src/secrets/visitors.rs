//! Tokens of customers' chat pages.
use super::{mac, random_token, same};
use crate::config::Secret;

/// `{256 random bits}.{mac}`: the mac shows that we made it, before anything is stored under it.
pub struct VisitorTokens {
    key: Secret<Vec<u8>>,
}

impl VisitorTokens {
    pub fn new(secret: &Secret<String>) -> Self {
        VisitorTokens { key: Secret::new([b"visitor|", secret.reveal().as_bytes()].concat()) }
    }

    pub fn make(&self) -> String {
        let random = random_token();
        let mac = mac(&self.key, &random);
        format!("{random}.{mac}")
    }

    pub fn is_ours(&self, token: &str) -> bool {
        token.split_once('.').is_some_and(|(random, shown)| same(&mac(&self.key, random), shown))
    }

    /// Names a file that the visitor with this key has brought, for them alone.
    pub fn ticket(&self, visitor_key: &str, file: i64) -> String {
        format!("{file}.{}", mac(&self.key, &format!("file|{visitor_key}|{file}")))
    }

    /// The file of a ticket that is this visitor's.
    pub fn file_of(&self, visitor_key: &str, ticket: &str) -> Option<i64> {
        let file: i64 = ticket.split_once('.')?.0.parse().ok()?;
        same(&self.ticket(visitor_key, file), ticket).then_some(file)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_we_made_is_ours() {
        let ours = VisitorTokens::new(&Secret::new("k".repeat(32)));
        let token = ours.make();
        assert!(ours.is_ours(&token) && ours.make() != token);
        assert!(!VisitorTokens::new(&Secret::new("l".repeat(32))).is_ours(&token));
        let ticket = ours.ticket("anna", 7);
        assert_eq!((ours.file_of("anna", &ticket), ours.file_of("boris", &ticket)), (Some(7), None));
        for forged in [ticket.replace('7', "8"), "7.".into(), "7".into(), String::new()] {
            assert_eq!(ours.file_of("anna", &forged), None, "{forged}");
        }
        for foreign in ["", ".", &random_token(), &format!("{}.{}", random_token(), random_token()), &format!("{token}x")] {
            assert!(!ours.is_ours(foreign), "{foreign}");
        }
    }
}
