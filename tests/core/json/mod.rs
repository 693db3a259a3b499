//! JSON values, the scanner and what is spliced.

mod scanner;
mod splice;
mod value;
