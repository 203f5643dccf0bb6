//! Dependencies that are independent of each other, made at the same time.

use std::marker::PhantomData;

use super::kind::{describe, gather};
use super::{Dependency, Provider};
use crate::error::Failure;
use crate::openapi::OperationDoc;
use crate::params::{Argument, ArgumentSpec, Facts, Pending, Take};
use crate::request::RequestContext;

/// Two to six dependencies that are made at the same time, for those that wait for different things
///
/// All of them run to their end; when several fail, the first in declared order is the answer. Their teardowns run as if
/// they had been made in declared order. They must be independent: the app does not build when two of them take the
/// same dependency, unless that one has been taken before, by an argument of its own.
///
/// ```
/// use fastrail::prelude::*;
///
/// #[derive(Clone)]
/// struct Weather(&'static str);
///
/// #[derive(Clone)]
/// struct Traffic(&'static str);
///
/// #[dependency]
/// async fn weather() -> Weather {
///     Weather("sunny") // asks one service
/// }
///
/// #[dependency]
/// async fn traffic() -> Traffic {
///     Traffic("dense") // asks another one
/// }
///
/// #[get("/morning")]
/// async fn morning(Join((weather, traffic)): Join<(Weather, Traffic)>) -> String {
///     format!("{}, {}", weather.0, traffic.0)
/// }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Join<T>(pub T);

/// The kind of [`Join`]
#[derive(Debug)]
pub struct JoinKind<T>(PhantomData<T>);

/// What the dependencies of a [`Join`] have gathered
struct Joining<I>(I);

/// A context for each of those that run at the same time; what they leave behind goes back when this is dropped
///
/// Also when the request is cancelled, so that its teardowns run in their order.
struct Forks<'a, const N: usize> {
    cx: &'a mut RequestContext,
    forks: [RequestContext; N],
}

impl<'a, const N: usize> Forks<'a, N> {
    fn of(cx: &'a mut RequestContext) -> Self {
        let forks = std::array::from_fn(|_| cx.fork());
        Self { cx, forks }
    }
}

impl<const N: usize> Drop for Forks<'_, N> {
    fn drop(&mut self) {
        for fork in &mut self.forks {
            self.cx.rejoin(fork);
        }
    }
}

macro_rules! joins {
    ($(($($T:ident $I:ident $value:ident $fork:ident),+))*) => { $(
        impl<$($T: Dependency),+> Argument for Join<($($T,)+)> {
            type Kind = JoinKind<($($T,)+)>;
        }

        impl<S, $($T: Dependency),+> Take<S> for JoinKind<($($T,)+)>
        where
            S: ArgumentSpec<Value = Join<($($T,)+)>>,
        {
            const FACTS: Facts = Facts::any(&[$(<$T::Provider as Provider>::FACTS),+]);

            fn describe(doc: &mut OperationDoc<'_>) {
                let is_security = <Self as Take<S>>::FACTS.security;
                doc.join(is_security, &mut [$(&mut |doc| describe($T::provider(), true, doc)),+]);
            }

            fn gather(cx: &mut RequestContext) -> impl Pending<S::Value> + use<S, $($T),+> {
                Joining(($(gather($T::provider(), true, cx),)+))
            }
        }

        impl<$($T: Dependency, $I: Pending<$T>),+> Pending<Join<($($T,)+)>> for Joining<($($I,)+)> {
            async fn resolve(self, cx: &mut RequestContext) -> Result<Join<($($T,)+)>, Failure> {
                let ($($value,)+) = self.0;
                let mut forks = Forks::of(cx);
                let [$($fork),+] = &mut forks.forks;
                let ($($value,)+) = tokio::join!($($value.resolve($fork)),+);
                drop(forks);
                Ok(Join(($($value?,)+)))
            }
        }
    )* };
}

joins! {
    (A IA a fa, B IB b fb)
    (A IA a fa, B IB b fb, C IC c fc)
    (A IA a fa, B IB b fb, C IC c fc, D ID d fd)
    (A IA a fa, B IB b fb, C IC c fc, D ID d fd, E IE e fe)
    (A IA a fa, B IB b fb, C IC c fc, D ID d fd, E IE e fe, F IF f ff)
}
