//! Things break on purpose.
