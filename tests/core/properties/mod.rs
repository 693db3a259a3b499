//! Properties over whole sign-ins, and the bugs that they must catch.

mod arbitrary;
mod linear;
mod promises;
mod rfc8628;
mod seeded_bugs;
