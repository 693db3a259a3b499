//! JSON values, the scanner and what is spliced.

mod derive;
mod scanner;
mod splice;
mod value;
