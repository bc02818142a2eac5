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
        for foreign in ["", ".", &random_token(), &format!("{}.{}", random_token(), random_token()), &format!("{token}x")] {
            assert!(!ours.is_ours(foreign), "{foreign}");
        }
    }
}
