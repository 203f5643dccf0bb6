//! What rustc says of wrong path operations, dependencies and errors: one error, at the place, in plain words.

#[test]
fn mistakes_have_one_plain_error_at_their_place() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("tests/fail/operations/*.rs");
    cases.compile_fail("tests/fail/dependencies/*.rs");
}

#[test]
fn unusual_but_right_code_compiles() {
    trybuild::TestCases::new().pass("tests/pass/*.rs");
}
