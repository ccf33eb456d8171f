//! What the macros accept, and what they say when they refuse: README.md maps the rules to the folders.

mod client_builds;
mod features;

#[test]
fn refused_with_the_remedy() {
    trybuild::TestCases::new().compile_fail("ui/fail/*/*.rs");
}

#[test]
fn accepted() {
    trybuild::TestCases::new().pass("ui/pass/*.rs");
}
