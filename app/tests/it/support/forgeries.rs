//! Forged tokens: a genuine one bent in every way that RFC 8725 warns of, and some more.

use aws_lc_rs::hmac;
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE, URL_SAFE_NO_PAD},
};
use fastrail::security::jwt::{Algorithm, KeyPair};
use serde_json::{Value, json};

/// Signs a message with the genuine key.
pub(crate) type Signer<'a> = &'a dyn Fn(&str) -> Vec<u8>;

/// A part of a token, read.
pub(crate) fn part(token: &str, index: usize) -> Value {
    let part = token.split('.').nth(index).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

/// A token of these texts, signed well.
pub(crate) fn signed(header: impl AsRef<[u8]>, claims: impl AsRef<[u8]>, sign: Signer<'_>) -> String {
    let message = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
    let signature = URL_SAFE_NO_PAD.encode(sign(&message));
    format!("{message}.{signature}")
}

/// Forgeries that nobody should take, whatever the tokens are for; each with its name.
pub(crate) fn forgeries(genuine: &str, public: &[u8], sign: Signer<'_>) -> Vec<(String, String)> {
    let mut all = Vec::new();
    unsigned_and_symmetric(&mut all, genuine, public);
    headers(&mut all, genuine, sign);
    foreign_keys(&mut all, genuine);
    shapes(&mut all, genuine, sign);
    signatures(&mut all, genuine);
    all
}

fn add(all: &mut Vec<(String, String)>, name: impl Into<String>, token: String) {
    all.push((name.into(), token));
}

/// With a header, or a part of claims, changed.
pub(crate) fn with(mut object: Value, name: &str, value: Value) -> Value {
    object[name] = value;
    object
}

pub(crate) fn without(mut object: Value, name: &str) -> Value {
    object.as_object_mut().unwrap().remove(name);
    object
}

/// `alg: none` (RFC 8725 §2.1), and the public key taken for a shared secret.
fn unsigned_and_symmetric(all: &mut Vec<(String, String)>, genuine: &str, public: &[u8]) {
    let (header, body) = (part(genuine, 0), genuine.split('.').nth(1).unwrap());
    let signature = genuine.split('.').nth(2).unwrap();
    for alg in ["none", "None", "NONE", "nOnE", ""] {
        let header = URL_SAFE_NO_PAD.encode(with(header.clone(), "alg", json!(alg)).to_string());
        add(all, format!("alg {alg:?}, unsigned"), format!("{header}.{body}."));
        add(all, format!("alg {alg:?}, signature of another header"), format!("{header}.{body}.{signature}"));
    }
    let pem = format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", STANDARD.encode(public));
    let secrets: [(&str, Vec<u8>); 5] = [
        ("the public key", public.to_vec()),
        ("the public key as text", URL_SAFE_NO_PAD.encode(public).into_bytes()),
        ("the public key as PEM", pem.into_bytes()),
        ("the key's name", header["kid"].to_string().into_bytes()),
        ("nothing", Vec::new()),
    ];
    for (alg, algorithm) in [("HS256", hmac::HMAC_SHA256), ("HS384", hmac::HMAC_SHA384), ("HS512", hmac::HMAC_SHA512)] {
        for (name, secret) in &secrets {
            let header = with(header.clone(), "alg", json!(alg)).to_string();
            let key = hmac::Key::new(algorithm, secret);
            let sign = |message: &str| hmac::sign(&key, message.as_bytes()).as_ref().to_vec();
            let claims = part(genuine, 1).to_string();
            add(all, format!("{alg} under {name}"), signed(header, claims, &sign));
        }
    }
}

/// Signed well, but the header says something that is not so.
fn headers(all: &mut Vec<(String, String)>, genuine: &str, sign: Signer<'_>) {
    let (header, claims) = (part(genuine, 0), part(genuine, 1).to_string());
    let kid = header["kid"].as_str().unwrap().to_owned();
    for alg in ["RS256", "ES256", "EdDSA", "PS256", "ES384", "RS512", "Ed25519", "eddsa", "rs256", "ES256K", "HS256"] {
        if header["alg"] != alg {
            let header = with(header.clone(), "alg", json!(alg)).to_string();
            add(all, format!("says {alg}"), signed(header, &claims, sign));
        }
    }
    for (name, value) in [
        ("alg", Value::Null),
        ("alg", json!(1)),
        ("alg", json!([header["alg"]])),
        ("kid", Value::Null),
        ("kid", json!(7)),
        ("kid", json!([kid])),
        ("kid", json!({ "kid": kid })),
        ("kid", json!("")),
        ("kid", json!("../../../../dev/null")),
        ("kid", json!("' OR 1=1 --")),
        ("kid", json!("01930000-0000-7000-8000-000000000000")),
        ("kid", json!(format!("{kid} "))),
        ("kid", json!("x".repeat(5_000))),
        ("crit", json!(["exp"])),
        ("crit", json!(["b64"])),
        ("crit", json!([])),
        ("crit", Value::Null),
        ("b64", json!(false)),
        ("b64", json!(true)),
        ("zip", json!("DEF")),
        ("enc", json!("A256GCM")),
    ] {
        let header = with(header.clone(), name, value.clone()).to_string();
        add(all, format!("{name}: {value:.40}"), signed(header, &claims, sign));
    }
    for name in ["alg", "kid"] {
        add(all, format!("no {name}"), signed(without(header.clone(), name).to_string(), &claims, sign));
    }
}

/// Signed by somebody else, who offers the key to check it with.
fn foreign_keys(all: &mut Vec<(String, String)>, genuine: &str) {
    let (header, claims) = (part(genuine, 0), part(genuine, 1).to_string());
    let attacker = aws_lc_rs::signature::Ed25519KeyPair::generate().unwrap();
    let point = aws_lc_rs::signature::KeyPair::public_key(&attacker).as_ref().to_vec();
    let jwk = json!({ "kty": "OKP", "crv": "Ed25519", "x": URL_SAFE_NO_PAD.encode(point), "kid": header["kid"] });
    let sign = |message: &str| attacker.sign(message.as_bytes()).as_ref().to_vec();
    let own = with(header, "alg", json!("EdDSA"));
    add(all, "another key", signed(own.to_string(), &claims, &sign));
    for (name, value) in [
        ("jwk", jwk),
        ("jku", json!("https://attacker.example/jwks.json")),
        ("x5u", json!("https://attacker.example/chain.pem")),
        ("x5c", json!(["MIIB"])),
        ("x5t", json!("dGh1bWJwcmludA")),
    ] {
        let header = with(own.clone(), name, value);
        add(all, format!("another key with {name}"), signed(header.to_string(), &claims, &sign));
        let nameless = without(header, "kid");
        add(all, format!("another key with {name} and without kid"), signed(nameless.to_string(), &claims, &sign));
    }
}

/// Not quite the compact form.
fn shapes(all: &mut Vec<(String, String)>, genuine: &str, sign: Signer<'_>) {
    let parts: Vec<&str> = genuine.split('.').collect();
    let [header, body, signature] = [parts[0], parts[1], parts[2]];
    let (read, claims) = (part(genuine, 0).to_string(), part(genuine, 1));
    let twice = |text: &str, name: &str, value: &str| text.replacen('{', &format!("{{\"{name}\":{value},"), 1);
    let padded = URL_SAFE.encode(format!("{claims} "));
    let stuffed = with(claims.clone(), "stuffing", json!("x".repeat(9_000)));
    let json_form = json!({ "protected": header, "payload": body, "signature": signature }).to_string();
    for (name, token) in [
        ("nothing", String::new()),
        ("dots", "..".to_owned()),
        ("no signature", format!("{header}.{body}")),
        ("one part more", format!("{genuine}.x")),
        ("five parts", format!("{header}.{body}.{signature}.{body}.{signature}")),
        ("a part in front", format!(".{genuine}")),
        ("a blank in front", format!(" {genuine}")),
        ("a line break behind", format!("{genuine}\n")),
        ("padding", format!("{genuine}=")),
        ("padding within", format!("{header}=.{body}.{signature}")),
        ("padded claims", format!("{header}.{padded}.{signature}")),
        ("another alphabet", genuine.replacen(|c: char| c.is_ascii_alphanumeric(), "+", 1)),
        ("JSON serialization", json_form),
        ("no claims", format!("{header}..{signature}")),
        ("no header", format!(".{body}.{signature}")),
        ("header is a list", signed("[]", claims.to_string(), sign)),
        ("header is a text", signed("\"x\"", claims.to_string(), sign)),
        ("claims are a list", signed(&read, "[]", sign)),
        ("claims are a token", signed(&read, genuine, sign)),
        ("claims are no UTF-8", signed(&read, [0x7b, 0x22, 0xff, 0x22, 0x7d], sign)),
        ("claims go on", signed(&read, format!("{claims}{{}}"), sign)),
        ("alg twice", signed(twice(&read, "alg", "\"none\""), claims.to_string(), sign)),
        ("kid twice", signed(twice(&read, "kid", "\"x\""), claims.to_string(), sign)),
        ("sub twice", signed(&read, twice(&claims.to_string(), "sub", "\"x\""), sign)),
        ("exp twice", signed(&read, twice(&claims.to_string(), "exp", "99999999999"), sign)),
        ("an unknown claim twice", signed(&read, twice(&twice(&claims.to_string(), "x", "1"), "x", "2"), sign)),
        ("far too long", signed(&read, stuffed.to_string(), sign)),
    ] {
        add(all, name, token);
    }
}

/// The genuine message with signatures that are not its own.
fn signatures(all: &mut Vec<(String, String)>, genuine: &str) {
    let (message, signature) = genuine.rsplit_once('.').unwrap();
    let bytes = URL_SAFE_NO_PAD.decode(signature).unwrap();
    let token = |signature: &[u8]| format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature));
    let mut flipped = bytes.clone();
    flipped[3] ^= 1;
    add(all, "one bit flipped", token(&flipped));
    add(all, "zeros", token(&vec![0; bytes.len()]));
    add(all, "cut", token(&bytes[1..]));
    add(all, "longer", token(&[bytes.as_slice(), &[0]].concat()));
    add(all, "empty", token(&[]));
    let mut claims = part(genuine, 1);
    claims["exp"] = json!(99_999_999_999_i64);
    let body = URL_SAFE_NO_PAD.encode(claims.to_string());
    let header = genuine.split('.').next().unwrap();
    add(all, "signature of other claims", format!("{header}.{body}.{signature}"));
    // The group's order added to S: the same signature to who does not check (RFC 8032 §8.4).
    if part(genuine, 0)["alg"] == "EdDSA" {
        const ORDER: [u8; 32] = [
            0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0, 0,
            0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
        ];
        let mut carry = 0;
        let mut second = bytes;
        for (byte, order) in second[32..].iter_mut().zip(ORDER) {
            let sum = u16::from(*byte) + u16::from(order) + carry;
            *byte = sum as u8;
            carry = sum >> 8;
        }
        add(all, "S plus the order", token(&second));
    }
}

/// A signer over a key pair of the application.
pub(crate) fn signature_of(pair: &KeyPair, message: &str) -> Vec<u8> {
    use aws_lc_rs::{rand::SystemRandom, rsa, signature};

    let (bytes, random) = (pair.to_pkcs8().unwrap(), SystemRandom::new());
    match pair.algorithm() {
        Algorithm::EdDsa => {
            signature::Ed25519KeyPair::from_pkcs8(&bytes).unwrap().sign(message.as_bytes()).as_ref().to_vec()
        }
        Algorithm::Es256 => {
            let key = signature::EcdsaKeyPair::from_pkcs8(&signature::ECDSA_P256_SHA256_FIXED_SIGNING, &bytes).unwrap();
            key.sign(&random, message.as_bytes()).unwrap().as_ref().to_vec()
        }
        _ => {
            let key = rsa::KeyPair::from_pkcs8(&bytes).unwrap();
            let mut out = vec![0; key.public_modulus_len()];
            key.sign(&signature::RSA_PKCS1_SHA256, &random, message.as_bytes(), &mut out).unwrap();
            out
        }
    }
}
