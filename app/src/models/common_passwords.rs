//! The passwords that everybody tries first, known without asking anybody (OWASP ASVS 5.0 V6.2.4).
//!
//! Not a list of leaked passwords but what such lists are made of: a few hundred words (`common_passwords.txt`), and the
//! ways in which people dress them up: capitals, `p@ssw0rd`, digits and signs behind or in front, twice the same; besides
//! them runs along the keyboard or the alphabet, repetitions, and dates. So the few kilobytes here stand for millions of
//! entries, `Summer2024!` and `P@ssw0rd123` among them. What is long enough beside the word is let pass.

use std::collections::HashSet;
use std::sync::LazyLock;

static WORDS: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    include_str!("common_passwords.txt").lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect()
});

/// Along which keys and letters people run.
const RUNS: [&str; 9] = [
    "01234567890123456789",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiop[]asdfghjkl;'zxcvbnm,./",
    "qwertzuiopasdfghjklyxcvbnm",
    "azertyuiopqsdfghjklmwxcvbn",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/",
    "1q2w3e4r5t6y7u8i9o0p",
    "q1w2e3r4t5y6u7i8o9p0",
    "zaq1xsw2cde3vfr4bgt5nhy6mju7",
];

/// How many characters beside a word make it one's own.
const OWN_CHARS: usize = 7;

/// Whether it is among the first that are tried.
///
/// ```
/// use app::models::common_passwords::is_common;
///
/// assert!(is_common("Password123!"));
/// assert!(!is_common("correct horse battery"));
/// ```
#[must_use]
pub fn is_common(password: &str) -> bool {
    let lower: Vec<char> = password.trim().chars().flat_map(char::to_lowercase).collect();
    is_repetition(&lower) || is_doubled(&lower) || is_run(&lower) || is_date(&lower) || is_dressed_word(&lower)
}

/// `aaaaaaaa`, `abcabcabc`, `passpass`: a part of at most four characters, or a common one, over and over.
fn is_repetition(chars: &[char]) -> bool {
    (1..=chars.len() / 2).any(|length| {
        let part = &chars[..length];
        let repeats = chars.chunks(length).all(|chunk| part.starts_with(chunk));
        repeats && (length <= 4 || is_run(part) || is_dressed_word(part))
    })
}

/// `1122334455`: each character twice.
fn is_doubled(chars: &[char]) -> bool {
    let single: Vec<char> = chars.iter().step_by(2).copied().collect();
    let is_doubled = chars.len().is_multiple_of(2) && chars.chunks(2).all(|pair| pair[0] == pair[pair.len() - 1]);
    is_doubled && (is_run(&single) || is_dressed_word(&single))
}

/// `12345678`, `87654321`, `qwertyuiop`, `1q2w3e4r`, `abcd1234`: pieces of runs and nothing else.
fn is_run(chars: &[char]) -> bool {
    if chars.is_empty() {
        return true;
    }
    let text: String = chars.iter().collect();
    let backwards: String = chars.iter().rev().collect();
    let runs = |text: &str| RUNS.iter().any(|run| run.contains(text));
    if runs(&text) || runs(&backwards) {
        return true;
    }
    // Pieces of at least three; two of two are anybody's.
    (3..=chars.len().saturating_sub(3)).any(|at| {
        let (head, tail) = chars.split_at(at);
        let head: String = head.iter().collect();
        let head_backwards: String = head.chars().rev().collect();
        (runs(&head) || runs(&head_backwards)) && (is_run(tail) || is_repetition(tail))
    })
}

/// `19991231`, `31.12.1999`, `12/31/1999`: somebody's birthday, whoever's.
fn is_date(chars: &[char]) -> bool {
    let digits: Vec<char> = chars.iter().copied().filter(char::is_ascii_digit).collect();
    let separators = chars.iter().filter(|c| matches!(c, '.' | '-' | '/' | ' ')).count();
    if digits.len() != 8 || digits.len() + separators != chars.len() || separators > 2 {
        return false;
    }
    let number = |range: std::ops::Range<usize>| {
        digits[range].iter().filter_map(|c| c.to_digit(10)).fold(0, |sum, digit| sum * 10 + digit)
    };
    let plausible = |year: u32, a: u32, b: u32| {
        (1900..=2100).contains(&year) && (1..=31).contains(&a) && (1..=31).contains(&b) && (a <= 12 || b <= 12)
    };
    plausible(number(0..4), number(4..6), number(6..8)) || plausible(number(4..8), number(0..2), number(2..4))
}

/// A word of the list, or two, with few digits and signs around.
fn is_dressed_word(chars: &[char]) -> bool {
    let is_letter = |c: &char| c.is_alphabetic();
    let plain: Vec<char> = chars.iter().map(|c| undressed(*c)).collect();
    // `p@ssw0rd123`: what is stripped from the ends is not undressed first, or 1 and 3 would be letters.
    let ends = |chars: &[char]| {
        let first = chars.iter().position(is_letter).unwrap_or(chars.len());
        let last = chars.iter().rposition(is_letter).map_or(first, |last| last + 1);
        (first, last)
    };
    let (first, last) = ends(chars);
    // With one sign more at each end, which may stand for a letter: `$ummer`, `passw0rd`, `monke7`.
    let starts = [first, first.saturating_sub(1)];
    let stops = [last, (last + 1).min(chars.len())];
    starts.iter().any(|start| {
        stops.iter().any(|stop| {
            let beside = chars.len() - stop.saturating_sub(*start);
            *start < *stop && beside <= OWN_CHARS && is_words(&plain[*start..*stop])
        })
    })
}

/// A word, a word backwards, or two words.
fn is_words(chars: &[char]) -> bool {
    let text: String = chars.iter().filter(|c| c.is_alphanumeric()).collect();
    let text = text.strip_prefix("my").filter(|rest| rest.len() > 2).map_or(text.clone(), str::to_owned);
    let backwards: String = text.chars().rev().collect();
    if WORDS.contains(text.as_str()) || WORDS.contains(backwards.as_str()) {
        return true;
    }
    let splits = text.char_indices().map(|(at, _)| text.split_at(at));
    splits.skip(3).any(|(head, tail)| {
        let is_piece = |piece: &str| WORDS.contains(piece) || is_run(&piece.chars().collect::<Vec<_>>());
        tail.chars().count() >= 3 && WORDS.contains(head) && is_piece(tail)
    })
}

/// The letter that a sign stands for.
fn undressed(c: char) -> char {
    match c {
        '0' => 'o',
        '1' | '!' | '|' => 'i',
        '3' | '€' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' | '+' => 't',
        '8' => 'b',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::{WORDS, is_common};

    #[test]
    fn what_everybody_tries_is_common() {
        for password in [
            "password",
            "Password",
            "PASSWORD1",
            "p@ssw0rd",
            "P@ssw0rd!",
            "Passw0rd123",
            "password123!",
            "drowssap",
            "12345678",
            "123456789",
            "1234567890",
            "87654321",
            "11111111",
            "00000000",
            "aaaaaaaa",
            "abcabcabc",
            "abcd1234",
            "1234abcd",
            "qwertyuiop",
            "qwerty123",
            "1q2w3e4r",
            "1qaz2wsx",
            "zaq1xsw2",
            "asdfghjkl",
            "iloveyou",
            "ILoveYou2",
            "letmein1",
            "Welcome1",
            "welcome123",
            "admin123",
            "administrator",
            "sunshine1",
            "Summer2024!",
            "Winter2023",
            "football1",
            "superman1",
            "changeme",
            "Changeme1!",
            "trustno1",
            "dragon12",
            "monkey123",
            "princess1",
            "baseball",
            "19991231",
            "31.12.1999",
            "12/31/1999",
            "abcdefgh",
            "abcdefghij",
            "passpass",
            "adminadmin",
            "qweqweqwe",
            "123123123",
            "1122334455",
            "mypassword",
            "testtest",
            "secret123",
            "hello123",
            "$unshine",
            "master01",
            "pa$$word",
            "computer",
            "michael1",
        ] {
            assert!(is_common(password), "{password}");
        }
    }

    #[test]
    fn what_somebody_has_thought_of_is_not() {
        for password in [
            "correct horse battery",
            "a-phrase-for-the-clients",
            "Tr0ub4dor&3x",
            "jR8#kLmQ2v",
            "blue otters swim",
            "my dog ate 14 shoes",
            "vq7Nn2Lw9a",
            "kaffeepause am see",
            "пароль не простой",
            "zebra-lamp-quartz",
            "passwordless is the way",
            "8d1f-77ab-02c4",
        ] {
            assert!(!is_common(password), "{password}");
        }
    }

    #[test]
    fn the_list_is_sorted_and_in_the_form_that_is_looked_up() {
        let lines: Vec<&str> = include_str!("common_passwords.txt").lines().filter(|l| !l.starts_with('#')).collect();
        assert!(lines.windows(2).all(|pair| pair[0] < pair[1]), "sorted, each once");
        assert!(lines.iter().all(|word| word.chars().all(|c| c.is_lowercase()) && word.len() >= 3));
        assert_eq!(WORDS.len(), lines.len());
    }
}
