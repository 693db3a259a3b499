//! The constants of js/constants.js are codes of the table, under the class that the table gives them, and all of them.

use std::collections::BTreeSet;
use std::fs;

use device_code_flow::error::{Class, Code};

/// The facade's own.
const ONLY_IN_JAVASCRIPT: [&str; 4] =
    ["fetch_missing", "unsupported_option", "webassembly_missing", "webassembly_refused"];

/// The values of one list of constants.
fn constants(name: &str) -> BTreeSet<String> {
    let text = fs::read_to_string("js/constants.js").expect("the constants");
    let (_, rest) = text.split_once(&format!("export const {name} = byName(")).expect("the list");
    let (list, _) = rest.split_once(");").expect("its end");
    list.split('"').skip(1).step_by(2).map(String::from).collect()
}

#[test]
fn every_code_of_a_class_is_a_constant_of_its_list_and_no_other_is() {
    for (name, class) in [
        ("AuthErrorCodes", Class::Auth),
        ("ClientAuthErrorCodes", Class::ClientAuth),
        ("ClientConfigurationErrorCodes", Class::ClientConfiguration),
    ] {
        let mut codes: BTreeSet<String> =
            Code::ALL.iter().filter(|code| code.error("").class == class).map(|code| code.text().to_owned()).collect();
        if class == Class::ClientConfiguration {
            codes.extend(ONLY_IN_JAVASCRIPT.map(String::from));
        }
        assert_eq!(constants(name), codes, "{name}");
    }
}
