//! What holds for the repository: the layers, the names in two languages, generated documents.

mod error_docs;
mod layering;
mod names;
