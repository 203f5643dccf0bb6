//! What rustc says of wrong path operations, dependencies and errors: one error, at the place, in plain words.

#[test]
fn mistakes_have_one_plain_error_at_their_place() {
    trybuild::TestCases::new().compile_fail("tests/fail/operations/*.rs");
}

#[test]
fn unusual_but_right_code_compiles() {
    trybuild::TestCases::new().pass("tests/pass/*.rs");
}
