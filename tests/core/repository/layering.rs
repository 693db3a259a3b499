//! The order of the modules: each may use what stands to its left in [`LAYERS`], and nothing to its right.

use std::fs;
use std::path::{Path, PathBuf};

const LAYERS: [&str; 12] =
    ["time", "secret", "text", "hash", "error", "json", "oauth", "entra", "config", "cache", "flow", "web"];

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    entries.flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] }).collect()
}

#[test]
fn no_module_uses_what_stands_to_its_right() {
    for path in sources(Path::new("src")) {
        let own = path.components().nth(1).expect("below src").as_os_str().to_string_lossy().replace(".rs", "");
        let Some(own) = LAYERS.iter().position(|layer| *layer == own) else {
            assert_eq!(own, "lib", "{} is in no layer", path.display());
            continue;
        };
        let text = fs::read_to_string(&path).expect("a source");
        for (number, line) in text.lines().enumerate() {
            for used in line.split("crate::").skip(1) {
                let used = used.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default();
                let layer = LAYERS.iter().position(|layer| *layer == used);
                assert!(layer.is_some_and(|layer| layer <= own), "{}:{}: {line}", path.display(), number + 1);
            }
        }
    }
}

#[test]
fn the_web_layer_is_built_for_webassembly_only() {
    let lib = fs::read_to_string("src/lib.rs").expect("a source");
    assert!(lib.contains("#[cfg(target_arch = \"wasm32\")]\nmod web;"));
}

#[test]
fn no_file_is_longer_than_five_hundred_lines() {
    for path in sources(Path::new("src")) {
        let lines = fs::read_to_string(&path).expect("a source").lines().count();
        assert!(lines <= 500, "{} has {lines} lines", path.display());
    }
}

/// The core has no clock, no I/O and no randomness: only the web layer calls the host.
#[test]
fn only_the_web_layer_calls_its_host() {
    for path in sources(Path::new("src")).into_iter().filter(|path| !path.starts_with("src/web")) {
        let text = fs::read_to_string(&path).expect("a source");
        let words = [
            "extern ",
            "async ",
            "js_sys",
            "web_sys",
            "wasm_bindgen",
            "gloo_timers",
            "JsValue",
            "std::time",
            "std::fs",
            "std::net",
            "std::env",
            "std::thread",
        ];
        for word in words {
            let is_used = text.lines().any(|line| !line.trim_start().starts_with("//") && line.contains(word));
            assert!(!is_used, "{}: {word}", path.display());
        }
    }
}
