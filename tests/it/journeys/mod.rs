//! People and programs on their way through the contract.

mod accounts;
