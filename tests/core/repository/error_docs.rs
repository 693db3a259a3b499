//! docs/errors.md, the unions in js/index.d.ts and the messages in js/fields.js say what the tables of the core and the facade's own
//! errors say. `make error-docs` writes them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::path::Path;

use device_code_flow::config::fields::{CONFIGURATION, ONLY_IN_JAVASCRIPT as ONLY_IN_JAVASCRIPT_FIELDS};
use device_code_flow::entra::authority::ADDRESS_PROBLEMS;
use device_code_flow::entra::error_codes::{MEANINGS, advice};
use device_code_flow::error::{Code, SERVER_ERRORS};

const DOCS: &str = "docs/errors.md";
const TYPES: &str = "js/index.d.ts";
const FIELDS: &str = "js/fields.js";

/// Where errors are made: the facade, the stores, and what runs on Workers.
const SOURCES: [&str; 3] = ["js", "js/storage", "js/workers"];

/// When the errors happen that only JavaScript has: their sources say no more than class, message and hint.
const ONLY_IN_JAVASCRIPT: &[(&str, &str)] = &[
    ("cache_busy", "A call stalled while it waited for the token cache or used it, and a later call has gone on."),
    ("encrypted_text_damaged", "A text was sealed with this key, and was changed or cut short since."),
    ("encrypted_text_expected", "Where an encrypted text should be is one that was never encrypted."),
    (
        "encrypted_text_misplaced",
        "A text was sealed with this key for another purpose, another key of the store or another context.",
    ),
    ("encrypted_text_unbound", "A text was sealed by an earlier release, and `acceptUnbound` is false."),
    (
        "encryption_key_invalid",
        "What was passed for the key of `encrypted` is none: missing, of a wrong size, a passphrase.",
    ),
    ("encryption_key_mismatch", "A text was sealed with another key."),
    ("fetch_missing", "The host has no `fetch`, and none was passed."),
    (
        "sign_in_store_error",
        "The store of a sign-in did not read, lock or write its key, or did not keep what it was given.",
    ),
    ("storage_full", "A store has no room left: a disk, a quota, the largest value that it takes."),
    ("storage_lock_lost", "A process stood still for so long that another took over its lock on the store."),
    ("storage_locked", "Another process, or a lock that one left behind on another machine, kept a store locked."),
    ("storage_read_failed", "A store of `device-code-flow/storage` did not give its text."),
    ("storage_unsupported", "The host does not have what a store, or the encryption, is made of."),
    ("storage_write_failed", "A store of `device-code-flow/storage` did not take the text."),
    (
        "unsupported_option",
        "The configuration has a setting of msal-node that would change the outcome and does nothing here yet.",
    ),
    ("webassembly_missing", "The host has no WebAssembly."),
    ("webassembly_refused", "The host did not compile or start the module: a policy of the page, or a damaged file."),
];

/// Those that pass: the same call may succeed later.
const RETRYABLE: [&str; 4] = ["cache_busy", "sign_in_store_error", "storage_lock_lost", "storage_locked"];

/// An error that JavaScript makes itself.
struct Made {
    code: String,
    class: String,
    hint: String,
}

/// All of them: `new SomeError("code", message, hint)` with the code and the hint as literals.
fn made_in_javascript() -> Vec<Made> {
    let folders = SOURCES.iter().flat_map(|folder| fs::read_dir(folder).expect("a folder"));
    let mut files: Vec<_> = folders.map(|entry| entry.expect("an entry").path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "js"));
    files.sort();
    files.iter().flat_map(|path| made_in(path)).collect()
}

fn made_in(path: &Path) -> Vec<Made> {
    let text = fs::read_to_string(path).expect("a source");
    let mut made = Vec::new();
    // Not split: a hint may speak of something new.
    for (at, found) in text.match_indices("new ") {
        let part = text.split_at(at + found.len()).1;
        let Some((class, rest)) = part.split_once('(').filter(|(class, _)| class.ends_with("Error")) else { continue };
        // A class that is no AuthError has one argument: `Error("…")`, `TypeError("…")`.
        if !class.bytes().all(|byte| byte.is_ascii_alphanumeric()) || matches!(class, "Error" | "TypeError") {
            continue;
        }
        // Out of a row of js/fields.js, which is written from tables of the core.
        if rest.starts_with("row.") {
            continue;
        }
        let Some((code, rest)) = literal(rest.trim_start()) else {
            panic!("{}: {class} is made with a code that is no literal", path.display())
        };
        let hint = rest.trim_start_matches([',', ' ', '\n']);
        let hint = literal(hint).map(|(_, rest)| rest.trim_start_matches([',', ' ', '\n'])).and_then(literal);
        let (hint, _) = hint.unwrap_or_else(|| panic!("{}: {code} has no literal hint", path.display()));
        made.push(Made { code, class: class.into(), hint: hint.replace("${", "{") });
    }
    made
}

/// A literal at the beginning of `text`, and what follows it.
fn literal(text: &str) -> Option<(String, &str)> {
    let quote = text.chars().next().filter(|quote| "\"'`".contains(*quote))?;
    let mut content = String::new();
    let mut escaped = false;
    for (at, character) in text.char_indices().skip(1) {
        match character {
            _ if escaped => {
                content.push(character);
                escaped = false;
            }
            '\\' => escaped = true,
            _ if character == quote => return Some((content, text.split_at(at + 1).1)),
            _ => content.push(character),
        }
    }
    None
}

/// Those whose code the core does not have, by code.
fn only_in_javascript() -> BTreeMap<String, Made> {
    let core: BTreeSet<&str> = Code::ALL.iter().map(|code| code.text()).collect();
    let made = made_in_javascript().into_iter().filter(|made| !core.contains(made.code.as_str()));
    made.map(|made| (made.code.clone(), made)).collect()
}

/// One code with all that there is to say.
fn section(code: &str, when: &str, class: &str, fault: &str, retryable: bool, hint: &str) -> String {
    let retryable = if retryable { "yes" } else { "no" };
    format!(
        "### `{code}`\n\n{when}\n\n`{class}` · fault: `{fault}` · retryable: {retryable}\n\n**What to do:** {hint}\n\n"
    )
}

fn codes() -> String {
    let mut text = String::from("\n");
    for code in Code::ALL {
        let failure = code.error("");
        let (class, fault) = (failure.class.name(), failure.fault.name());
        text += &section(code.text(), code.when(), class, fault, failure.retryable, failure.hint);
    }
    for (code, made) in only_in_javascript() {
        let when = ONLY_IN_JAVASCRIPT.iter().find(|(known, _)| *known == code).map_or("", |(_, when)| when);
        // `AuthError` in js/errors.js: neither is told otherwise by anybody.
        text += &section(&code, when, &made.class, "caller", RETRYABLE.contains(&code.as_str()), &made.hint);
    }
    text
}

fn words() -> String {
    let mut text = String::from("| word | fault | what to do |\n| --- | --- | --- |\n");
    for (error, fault, hint) in SERVER_ERRORS {
        let _ = writeln!(text, "| `{}` | {} | {hint} |", error.text(), fault.name());
    }
    text
}

fn numbers() -> String {
    let mut text = String::from("| AADSTS | kind | meaning | what to do |\n| --- | --- | --- | --- |\n");
    for (number, meaning) in MEANINGS.iter().collect::<BTreeSet<_>>() {
        let advice = advice(*number).expect("every number is in a row");
        let kind = format!("{:?}", advice.kind).to_ascii_lowercase();
        let _ = writeln!(text, "| {number} | {kind} | {meaning} | {} |", advice.hint);
    }
    text
}

/// `text` with what stands between `begin` and `end` replaced.
fn with(text: &str, begin: &str, end: &str, content: &str) -> String {
    let (before, rest) = text.split_once(begin).unwrap_or_else(|| panic!("{begin} is missing"));
    let (_, after) = rest.split_once(end).unwrap_or_else(|| panic!("{end} is missing"));
    [before, begin, content, end, after].concat()
}

/// docs/errors.md as it should be.
fn docs() -> String {
    let mut text = fs::read_to_string(DOCS).expect("the docs");
    for (part, content) in [("codes", codes()), ("words", words()), ("numbers", numbers())] {
        text = with(&text, &format!("<!-- {part} -->\n"), &format!("<!-- /{part} -->"), &content);
    }
    text
}

/// js/index.d.ts as it should be.
fn types() -> String {
    let codes = Code::ALL.iter().map(|code| code.text().to_owned()).chain(only_in_javascript().into_keys());
    let union = codes.fold(String::new(), |union, code| union + "\n  | \"" + &code + "\"");
    with(&fs::read_to_string(TYPES).expect("the types"), "export type OwnErrorCode =", ";", &union)
}

/// js/fields.js: the messages of the constructor's checks.
fn fields() -> String {
    let quoted = |text: &str| serde_json::to_string(text).expect("a text");
    let mut text = String::from(
        "// @ts-check\n// Written by `make error-docs` from src/config/fields.rs and src/entra/authority.rs: do not edit.\n\n\
        /**\n * The fields of a configuration that the constructor checks, objects before their members.\n *\n \
        * @type {ReadonlyArray<{ place: string, type: string, code: string, message: string, hint: string }>}\n */\n\
        export const CONFIGURATION_FIELDS = [\n",
    );
    for field in ONLY_IN_JAVASCRIPT_FIELDS.iter().chain(CONFIGURATION) {
        let name = format!("{:?}", field.field_type);
        let (first, rest) = name.split_at(1);
        let error = field.error();
        let _ = writeln!(
            text,
            "  {{ place: {}, type: \"{}{rest}\", code: \"{}\", message: {}, hint: {} }},",
            quoted(field.place),
            first.to_ascii_lowercase(),
            field.code.text(),
            quoted(&error.message),
            quoted(error.hint),
        );
    }
    text += "];\n\n/**\n * What can be wrong with the address of an authority. The problem follows the name of the field in the message.\n *\n \
        * @type {Record<string, { code: string, problem: string, hint: string }>}\n */\n\
        export const AUTHORITY_PROBLEMS = {\n";
    for problem in ADDRESS_PROBLEMS {
        let (code, hint) = (problem.code.text(), quoted(problem.code.error("").hint));
        let _ = writeln!(
            text,
            "  {}: {{ code: \"{code}\", problem: {}, hint: {hint} }},",
            problem.key,
            quoted(problem.problem)
        );
    }
    text + "};\n"
}

#[test]
fn the_docs_and_the_types_are_what_make_error_docs_writes() {
    for (path, expected) in [(DOCS, docs()), (TYPES, types()), (FIELDS, fields())] {
        let text = fs::read_to_string(path).expect("a file");
        let differs = text.lines().zip(expected.lines()).find(|(is, should)| is != should);
        assert!(text == expected, "run `make error-docs`: {path} differs at {differs:?}");
    }
}

#[test]
fn every_code_has_one_heading_and_no_heading_is_left_over() {
    let docs = fs::read_to_string(DOCS).expect("the docs");
    let headings = docs.lines().filter_map(|line| line.strip_prefix("### `")?.strip_suffix('`'));
    let mut codes: Vec<String> = Code::ALL.iter().map(|code| code.text().into()).collect();
    codes.extend(only_in_javascript().into_keys());
    assert_eq!(headings.collect::<Vec<_>>(), codes);
    for link in docs.split("](#").skip(1).filter_map(|rest| Some(rest.split_once(')')?.0)) {
        assert!(codes.iter().any(|code| code == link), "{link} is linked to and not there");
    }
}

#[test]
fn what_only_the_facade_throws_says_when_and_nothing_else_does() {
    let made = only_in_javascript();
    let told: BTreeSet<&str> = ONLY_IN_JAVASCRIPT.iter().map(|(code, _)| *code).collect();
    assert_eq!(made.keys().map(String::as_str).collect::<BTreeSet<_>>(), told);
    for made in made.values() {
        // Their docs say that the caller has to act; js/errors.js says so of these two classes.
        assert!(matches!(made.class.as_str(), "ClientConfigurationError" | "ClientAuthError"), "{}", made.code);
        assert!(made.hint.len() > 20 && made.hint.ends_with('.'), "{}: {}", made.code, made.hint);
    }
}

#[test]
fn the_facade_throws_each_code_in_the_class_that_the_table_gives_it() {
    let mut shared = 0;
    for made in made_in_javascript() {
        if let Some(code) = Code::ALL.iter().find(|code| code.text() == made.code) {
            assert_eq!(code.error("").class.name(), made.class, "{}", made.code);
            shared += 1;
        }
    }
    assert!(shared > 5, "only {shared} were found");
}

#[test]
fn the_type_of_fault_names_everybody_who_can_be_told_to_act() {
    let types = fs::read_to_string(TYPES).expect("the types");
    let (_, union) = types.split_once("export type ErrorFault =").expect("the type");
    let union = union.split_once(';').expect("its end").0.split('"').skip(1).step_by(2);
    let codes = Code::ALL.iter().map(|code| code.fault().name());
    let faults: BTreeSet<&str> = codes.chain(SERVER_ERRORS.iter().map(|(_, fault, _)| fault.name())).collect();
    assert_eq!(union.collect::<BTreeSet<_>>(), faults);
}

#[test]
#[ignore = "it writes: make error-docs"]
fn write() {
    fs::write(DOCS, docs()).expect("the docs can be written");
    fs::write(TYPES, types()).expect("the types can be written");
    fs::write(FIELDS, fields()).expect("the fields can be written");
}
