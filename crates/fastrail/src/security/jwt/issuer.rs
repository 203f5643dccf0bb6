//! An app's own tokens: signed with one key, verified with the same.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_lc_rs::hmac;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::claims::{Registered, Rules};
use super::compact::{MAX_TOKEN_BYTES, UnverifiedToken, decode};
use super::{KeyError, KeyPair, PublicKey, SignError, TokenError};

/// How long a token counts unless it is said otherwise.
const LIFETIME: Duration = Duration::from_secs(15 * 60);

/// The shortest secret, in bytes (RFC 7518 §3.2: as long as the hash).
const MIN_SECRET_BYTES: usize = 32;

/// Signs tokens and verifies them; clones share the key
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use fastrail::prelude::*;
/// use fastrail::security::jwt::{Jwt, TokenError};
///
/// #[derive(Clone, Serialize, Deserialize)]
/// struct Claims {
///     sub: String,
/// }
///
/// #[dependency]
/// async fn claims(token: BearerToken, jwt: State<Jwt>) -> Result<Claims, TokenError> {
///     jwt.verify(token.expose())
/// }
///
/// #[get("/me")]
/// async fn me(claims: Claims) -> String {
///     claims.sub
/// }
///
/// let secret = SecretString::from("of at least 32 bytes, from the settings");
/// let jwt = Jwt::hs256(&secret)?.issuer("https://shop.example");
/// let token = jwt.sign(&Claims { sub: "ada".to_owned() })?;
///
/// let client = TestClient::new(App::new("Shop", "1.0.0").state(jwt).include(routes![me])).await;
/// client.get("/me").bearer(&token).await.assert_json("ada");
/// client.get("/me").bearer("another").await.assert_status(401);
/// # Ok(())
/// # }
/// ```
///
/// | | default | |
/// | --- | --- | --- |
/// | [`lifetime`](Self::lifetime) | 15 minutes | from `iat` to `exp` of what [`sign`](Self::sign) makes |
/// | [`issuer`](Self::issuer) | none | `iss`: written, and demanded exactly |
/// | [`audience`](Self::audience) | none | `aud`: written, and demanded; without it, a token that has one is refused (RFC 7519 §4.1.3) |
/// | [`leeway`](Self::leeway) | none | how far clocks may be apart |
/// | [`typ`](Self::typ) | `JWT` | of the header; demanded where a token has it, and always when it is another (RFC 8725 §3.11) |
///
/// A token has to have `exp`. It counts by the key's own algorithm, whatever it names itself.
#[derive(Clone)]
pub struct Jwt(Arc<Inner>);

#[derive(Clone)]
struct Inner {
    key: Arc<Key>,
    rules: Rules,
    lifetime: Duration,
    typ: String,
    kid: Option<String>,
    /// The header of what it signs, encoded, with the dot behind it.
    header: String,
    clock: Clock,
}

type Clock = Arc<dyn Fn() -> SystemTime + Send + Sync>;

enum Key {
    /// With the state of the hash after the secret: it is the same for every token.
    Secret(Box<hmac::Key>),
    Pair(KeyPair, PublicKey),
}

impl Jwt {
    /// Signs by HMAC with SHA-256: whoever verifies could sign as well, so the secret stays in the app
    ///
    /// # Errors
    /// [`KeyError::ShortSecret`] below 32 bytes (RFC 7518 §3.2). A secret that people make up is guessed; take
    /// `openssl rand -hex 32`.
    pub fn hs256(secret: &SecretString) -> Result<Self, KeyError> {
        Self::hs256_bytes(secret.expose_secret().as_bytes())
    }

    /// As [`hs256`](Self::hs256), by a secret that is no text: decode what another program wrote in base64
    ///
    /// # Errors
    /// [`KeyError::ShortSecret`] below 32 bytes.
    pub fn hs256_bytes(secret: &[u8]) -> Result<Self, KeyError> {
        if secret.len() < MIN_SECRET_BYTES {
            return Err(KeyError::ShortSecret { bytes: secret.len() });
        }
        Ok(Self::with(Key::Secret(Box::new(hmac::Key::new(hmac::HMAC_SHA256, secret)))))
    }

    /// Signs by a private key; others verify with its public half, a [`Jwk`](super::Jwk)
    ///
    /// # Errors
    /// [`KeyError::Unusable`] when what it signs does not verify: tried once, here.
    pub fn new(pair: KeyPair) -> Result<Self, KeyError> {
        let public = PublicKey::new(pair.algorithm(), &pair.public())?;
        let trial = b"trial";
        public.verify(trial, &pair.sign(trial)?).map_err(|_| KeyError::Unusable)?;
        Ok(Self::with(Key::Pair(pair, public)))
    }

    fn with(key: Key) -> Self {
        let mut inner = Inner {
            key: Arc::new(key),
            rules: Rules::default(),
            lifetime: LIFETIME,
            typ: "JWT".to_owned(),
            kid: None,
            header: String::new(),
            clock: Arc::new(system_time),
        };
        inner.write_header();
        Self(Arc::new(inner))
    }

    /// Sets what the builder's methods set; a copy is made only when clones share it already.
    fn set(mut self, set: impl FnOnce(&mut Inner)) -> Self {
        let inner = Arc::make_mut(&mut self.0);
        set(inner);
        inner.write_header();
        self
    }

    /// Who signs: `iss` (RFC 7519 §4.1.1)
    #[must_use]
    pub fn issuer(self, issuer: impl Into<String>) -> Self {
        self.set(|inner| inner.rules.issuer = Some(issuer.into()))
    }

    /// For whom: `aud` (RFC 7519 §4.1.3)
    #[must_use]
    pub fn audience(self, audience: impl Into<String>) -> Self {
        self.set(|inner| inner.rules.audience = Some(audience.into()))
    }

    /// How long a token counts; 15 minutes by default
    #[must_use]
    pub fn lifetime(self, lifetime: Duration) -> Self {
        self.set(|inner| inner.lifetime = lifetime)
    }

    /// How far the clocks of who signs and who verifies may be apart; not at all by default
    #[must_use]
    pub fn leeway(self, leeway: Duration) -> Self {
        self.set(|inner| inner.rules.leeway = leeway)
    }

    /// What tells the time; the system does by default, and a test can move its own
    #[must_use]
    pub fn clock(self, clock: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.set(|inner| inner.clock = Arc::new(clock))
    }

    /// The media type in the header, such as `at+jwt` (RFC 9068); `JWT` by default
    #[must_use]
    pub fn typ(self, typ: impl Into<String>) -> Self {
        self.set(|inner| inner.typ = typ.into())
    }

    /// The key's name in the header, for those who have several to verify with; none by default
    #[must_use]
    pub fn kid(self, kid: impl Into<String>) -> Self {
        self.set(|inner| inner.kid = Some(kid.into()))
    }

    /// Signs claims, with `iat`, `exp`, `iss` and `aud` unless they have their own
    ///
    /// # Errors
    /// [`SignError::Claims`] when they are no object of JSON.
    pub fn sign<C: Serialize + ?Sized>(&self, claims: &C) -> Result<String, SignError> {
        let claims = serde_json::to_value(claims).map_err(|error| SignError::Claims(error.to_string()))?;
        let Value::Object(mut claims) = claims else {
            return Err(SignError::Claims("they are no object".to_owned()));
        };
        let now = (self.0.clock)().duration_since(UNIX_EPOCH).unwrap_or_default();
        add(&mut claims, "iat", now.as_secs());
        add(&mut claims, "exp", now.saturating_add(self.0.lifetime).as_secs());
        for (name, value) in [("iss", &self.0.rules.issuer), ("aud", &self.0.rules.audience)] {
            if let Some(value) = value {
                add(&mut claims, name, value.as_str());
            }
        }
        let mut token = self.0.header.clone();
        URL_SAFE_NO_PAD.encode_string(Value::Object(claims).to_string(), &mut token);
        let signature = match &*self.0.key {
            Key::Secret(key) => URL_SAFE_NO_PAD.encode(hmac::sign(key, token.as_bytes())),
            Key::Pair(pair, _) => URL_SAFE_NO_PAD.encode(pair.sign(token.as_bytes()).map_err(SignError::Key)?),
        };
        token.push('.');
        token.push_str(&signature);
        Ok(token)
    }

    /// The claims of a token, if it counts
    ///
    /// # Errors
    /// [`TokenError::Expired`] when that is all that is wrong with it, and [`TokenError::Invalid`] otherwise, also when
    /// the claims do not fit `C`.
    pub fn verify<C: DeserializeOwned>(&self, token: &str) -> Result<C, TokenError> {
        if token.len() > MAX_TOKEN_BYTES {
            return Err(TokenError::Invalid);
        }
        let (message, signature) = token.rsplit_once('.').ok_or(TokenError::Invalid)?;
        // What was signed here begins as every other; so its header has to be read only when it was not.
        let claims = match message.strip_prefix(&*self.0.header) {
            Some(claims) => claims,
            None => self.read_header(token)?,
        };
        self.check(message.as_bytes(), &decode(signature)?)?;
        let claims = decode(claims)?;
        let registered: Registered = serde_json::from_slice(&claims).map_err(|_| TokenError::Invalid)?;
        registered.check(&self.0.rules, (self.0.clock)())?;
        serde_json::from_slice(&claims).map_err(|_| TokenError::Invalid)
    }

    fn check(&self, message: &[u8], signature: &[u8]) -> Result<(), TokenError> {
        match &*self.0.key {
            Key::Secret(key) => hmac::verify(key, message, signature).map_err(|_| TokenError::Invalid),
            Key::Pair(_, public) => public.verify(message, signature),
        }
    }

    /// The claims behind a header that is another than ours and says the same.
    fn read_header<'t>(&self, token: &'t str) -> Result<&'t str, TokenError> {
        let token = UnverifiedToken::parse(token)?;
        let is_typed = token.header_names().any(|name| name == "typ");
        let is_plain = !is_typed && self.0.typ.eq_ignore_ascii_case("jwt");
        let fits = token.header("alg") == Some(self.0.algorithm()) && (is_plain || token.is_of_type(&self.0.typ));
        if fits { Ok(token.claims()) } else { Err(TokenError::Invalid) }
    }
}

impl Inner {
    fn algorithm(&self) -> &'static str {
        match &*self.key {
            Key::Secret(_) => "HS256",
            Key::Pair(pair, _) => pair.algorithm().name(),
        }
    }

    fn write_header(&mut self) {
        let mut header = json!({ "alg": self.algorithm(), "typ": self.typ });
        if let Some(kid) = &self.kid {
            header["kid"] = Value::from(kid.as_str());
        }
        self.header = URL_SAFE_NO_PAD.encode(header.to_string());
        self.header.push('.');
    }
}

#[expect(clippy::disallowed_methods, reason = "the clock of those who hand in none")]
fn system_time() -> SystemTime {
    SystemTime::now()
}

fn add(claims: &mut Map<String, Value>, name: &str, value: impl Into<Value>) {
    claims.entry(name).or_insert_with(|| value.into());
}

impl fmt::Debug for Jwt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Jwt")
            .field("algorithm", &self.0.algorithm())
            .field("rules", &self.0.rules)
            .finish_non_exhaustive()
    }
}
