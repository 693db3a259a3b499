//! The order of many things, where a look at each beside every other would take minutes: whoever can write a cache can write a
//! large one.

use core::cmp::Ordering;

/// The numbers below `count`, in the order of what they are `compared` by; equals in their own.
// A merge sort of our own: the standard library's sorting is several kilobytes.
#[must_use]
pub fn sorted(count: usize, compared: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut order = Vec::new();
    for number in 0..count {
        order.push(number);
    }
    let mut length = 1;
    while length < count {
        let mut merged = Vec::new();
        while merged.len() < count {
            let (mut left, end) = (merged.len(), count.min(merged.len() + length * 2));
            let middle = end.min(left + length);
            let mut right = middle;
            while merged.len() < end {
                let from = if right == end || left < middle && compared(order[right], order[left]) != Ordering::Less {
                    &mut left
                } else {
                    &mut right
                };
                merged.push(order[*from]);
                *from += 1;
            }
        }
        order = merged;
        length *= 2;
    }
    order
}

/// How many of the `order` come first, as far as a thing that all those are `before` is looked for.
#[must_use]
pub fn place(order: &[usize], before: &dyn Fn(usize) -> bool) -> usize {
    let (mut start, mut end) = (0, order.len());
    while start < end {
        let middle = start + (end - start) / 2;
        if before(order[middle]) {
            start = middle + 1;
        } else {
            end = middle;
        }
    }
    start
}

/// Compares as far as case goes.
#[must_use]
pub fn cased(one: &str, other: &str) -> Ordering {
    let (mut one, mut other) = (one.bytes(), other.bytes());
    loop {
        let (left, right) = (one.next(), other.next());
        let order = left.map(|byte| byte.to_ascii_lowercase()).cmp(&right.map(|byte| byte.to_ascii_lowercase()));
        if order != Ordering::Equal || left.is_none() {
            return order;
        }
    }
}
