//! What the caller configures and asks for.
//!
//! [`input`] has the types that JavaScript hands over, [`fields`] the name and the type of each field as the caller knows it,
//! [`limits`] how
//! much each of them may have, [`validate`] the one check. What has passed it is a [`request::SignInRequest`] or a
//! [`silent::SilentRequest`].

pub mod fields;
pub mod input;
pub mod limits;
pub mod request;
pub mod silent;
pub mod validate;
