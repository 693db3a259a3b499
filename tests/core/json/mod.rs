//! JSON values and the scanner.

mod derive;
mod scanner;
mod value;
