//! Which kind the built-in types have, a line a type.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::{Argument, ArgumentSpec, Kind, ModelKind, Opt, Reading, ScalarKind};
use crate::error::Failure;
use crate::openapi::OperationDoc;
use crate::request::{OwnedRequestInfo, RequestContext, RequestId};
use crate::schema::{Base64Bytes, Email, IsoDuration};

macro_rules! scalars {
    ($($type:ty),* $(,)?) => { $(impl Argument for $type { type Kind = ScalarKind; })* };
}

scalars! {
    i8, i16, i32, i64, i128, isize, u8, u16, u32, u64, u128, usize, f32, f64, bool, char, String,
    rust_decimal::Decimal, uuid::Uuid, url::Url, Email, secrecy::SecretString,
    chrono::NaiveDate, chrono::NaiveTime, chrono::NaiveDateTime,
    chrono::DateTime<chrono::Utc>, chrono::DateTime<chrono::FixedOffset>,
    Base64Bytes, IsoDuration, std::net::IpAddr, std::net::Ipv4Addr, std::net::Ipv6Addr,
}

impl<T: Argument> Argument for Option<T> {
    type Kind = Opt<T::Kind>;
}

macro_rules! models {
    ($(<$($parameter:ident),*> $type:ty),* $(,)?) => {
        $(impl<$($parameter: Send + 'static),*> Argument for $type { type Kind = ModelKind; })*
    };
}

models! {
    <T> Vec<T>, <T> BTreeSet<T>, <T, H> HashSet<T, H>, <K, V> BTreeMap<K, V>, <K, V, H> HashMap<K, V, H>,
    <> serde_json::Value,
}

/// The kind of what is at hand without reading anything: the request's id, what the app holds
#[derive(Debug)]
pub struct RequestPartKind;

impl Reading for RequestPartKind {}

/// A part of the request that needs no reading and is always there
///
/// Implement it for what an operation must know beyond its parameters, when copying the whole
/// [`OwnedRequestInfo`] would be too much:
///
/// ```
/// use fastrail::params::{Argument, RequestPart, RequestPartKind};
/// use fastrail::request::RequestContext;
///
/// #[derive(Clone, Copy)]
/// struct IsSafe(bool);
///
/// impl RequestPart for IsSafe {
///     fn of(cx: &RequestContext) -> Self {
///         Self(cx.info().method().is_safe())
///     }
/// }
///
/// impl Argument for IsSafe {
///     type Kind = RequestPartKind;
/// }
///
/// #[fastrail::get("/")]
/// async fn read_root(safe: IsSafe) -> bool {
///     safe.0
/// }
/// ```
pub trait RequestPart: Send + 'static {
    /// Copies it out of the context
    fn of(cx: &RequestContext) -> Self;
}

impl RequestPart for RequestId {
    fn of(cx: &RequestContext) -> Self {
        cx.id.clone()
    }
}

impl RequestPart for OwnedRequestInfo {
    fn of(cx: &RequestContext) -> Self {
        cx.info().to_owned()
    }
}

impl Argument for RequestId {
    type Kind = RequestPartKind;
}

impl Argument for OwnedRequestInfo {
    type Kind = RequestPartKind;
}

impl<S> Kind<S> for RequestPartKind
where
    S: ArgumentSpec,
    S::Value: RequestPart,
{
    type Input = ();

    fn describe(_: &mut OperationDoc<'_>) {}

    fn gather(_: &mut RequestContext) {}

    async fn resolve(cx: &mut RequestContext, (): ()) -> Result<S::Value, Failure> {
        Ok(S::Value::of(cx))
    }
}
