//! What must not compile, and the words in which it does not.

#[test]
fn mistakes_are_told_in_plain_words() {
    trybuild::TestCases::new().compile_fail("tests/fail/*.rs");
}
