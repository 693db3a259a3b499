//! In which order a module's functions stand: each after the one that it resembles most.
//!
//! brotli takes up what stood shortly before in fewer bits. Compilers leave functions in the order of their crates; from the
//! smallest on, each followed by the one that shares most of its bytes, the same functions are 2 % smaller (docs/adr/0002).
//! The order is worked out here and made by Binaryen, which sorts by name: names are numbered for it, and then no more.

use std::collections::BTreeMap;

use crate::binary::{Functions, renamed};

/// Sequences of so many bytes are what two functions have in common, or not.
const SEQUENCE: usize = 4;
/// Added to the size of every function, so that a tiny one that has everything in common does not always come first.
const ADDED: usize = 20;
const DIGITS: usize = 5;

/// The module with the place of each function at the beginning of its name.
pub fn numbered(module: &[u8]) -> Option<Vec<u8>> {
    let Functions { imported, bodies, .. } = Functions::of(module)?;
    let mut places: Vec<usize> = (0..imported + bodies.len()).collect();
    for (place, function) in chain(&bodies).into_iter().enumerate() {
        places[imported + function] = imported + place;
    }
    renamed(module, |index, name| format!("{:0DIGITS$}{name}", places[index]))
}

/// The module with the names that its functions had before [`numbered`].
pub fn unnumbered(module: &[u8]) -> Option<Vec<u8>> {
    renamed(module, |_, name| name.get(DIGITS..).unwrap_or(name).to_owned())
}

/// Indices of bodies. Of equals the first, so that the order is always the same.
fn chain(bodies: &[&[u8]]) -> Vec<usize> {
    let mut numbers = BTreeMap::new();
    let contents: Vec<Vec<usize>> = bodies.iter().map(|body| sequences(body, &mut numbers)).collect();
    let mut left: Vec<usize> = (0..bodies.len()).collect();
    let mut chain = Vec::new();
    let mut next = left.iter().copied().min_by_key(|&function| bodies[function].len());
    while let Some(function) = next {
        left.retain(|&other| other != function);
        chain.push(function);
        let mut here = vec![false; numbers.len()];
        for &sequence in &contents[function] {
            here[sequence] = true;
        }
        next = None;
        let mut best = (0, 1);
        for &other in &left {
            let shared = contents[other].iter().filter(|&&sequence| here[sequence]).count();
            let all = contents[other].len() + ADDED;
            if next.is_none() || shared * best.1 > best.0 * all {
                (next, best) = (Some(other), (shared, all));
            }
        }
    }
    chain
}

/// Each different sequence of a function once, as a number that is the same for the same bytes in all functions.
fn sequences<'a>(body: &'a [u8], numbers: &mut BTreeMap<&'a [u8], usize>) -> Vec<usize> {
    let mut found: Vec<usize> = body
        .windows(SEQUENCE)
        .map(|bytes| {
            let unused = numbers.len();
            *numbers.entry(bytes).or_insert(unused)
        })
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}
