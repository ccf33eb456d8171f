//! The domain crate of the example, compiled with each set of features.

use std::process::Command;

/// Checks `orders-events` with these features and no others; every warning of the package counts.
fn check(features: &str) {
    let output = Command::new(env!("CARGO"))
        .args(["check", "--quiet", "--offline", "--message-format=short"])
        .args(["-p", "orders-events", "--no-default-features"])
        .args(["--features", features])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo starts");
    let said = String::from_utf8_lossy(&output.stderr);
    let about_the_domain: Vec<_> = said
        .lines()
        .filter(|line| line.contains("example-orders-events/"))
        .collect();
    assert!(output.status.success(), "{said}");
    assert!(about_the_domain.is_empty(), "{about_the_domain:#?}");
}

#[test]
fn compiles_without_warnings_with_each_set_of_features() {
    for features in ["", "client", "codegen", "server", "client,server"] {
        check(features);
    }
}
