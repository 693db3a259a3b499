//! What is known of signed-in people. Only the account so far; the store itself comes with silent sign-in.

pub mod account;
