//! What dependencies cost: none, one, ten in a chain, shared ones, overrides, teardowns.

use std::hint::black_box;

use fastrail::prelude::*;

/// A dependency of the one before it; `black_box` keeps the chain from being computed at compile time
macro_rules! chain {
    ($first:ident $First:ident $(, $next:ident $Next:ident of $Before:ident)*) => {
        #[derive(Clone)]
        struct $First(u64);

        #[dependency]
        async fn $first() -> $First {
            $First(black_box(1))
        }

        $(
            #[derive(Clone)]
            struct $Next(u64);

            #[dependency]
            async fn $next(before: $Before) -> $Next {
                $Next(black_box(before.0 + 1))
            }
        )*
    };
}

chain!(
    first First, second Second of First, third Third of Second, fourth Fourth of Third, fifth Fifth of Fourth,
    sixth Sixth of Fifth, seventh Seventh of Sixth, eighth Eighth of Seventh, ninth Ninth of Eighth, tenth Tenth of Ninth
);

#[get("/")]
async fn none() -> u64 {
    black_box(1)
}

#[get("/")]
async fn one(first: First) -> u64 {
    first.0
}

#[get("/")]
async fn ten(tenth: Tenth) -> u64 {
    tenth.0
}

/// Asks twice for what is made once
#[get("/")]
async fn shared(first: First, second: Second) -> u64 {
    first.0 + second.0
}

#[get("/")]
async fn state(value: State<u64>) -> u64 {
    *value
}

#[derive(Clone)]
struct Session(u64);

#[dependency(teardown = finish)]
async fn session() -> Session {
    Session(black_box(1))
}

async fn finish(session: Session, _: Outcome) -> Result<()> {
    black_box(session.0);
    Ok(())
}

#[get("/")]
async fn teardown(session: Session) -> u64 {
    session.0
}

/// A type that only an override touches
#[derive(Clone)]
struct Elsewhere;

/// The app of one case
pub(crate) fn app(case: &str) -> Option<App> {
    let routes = match case {
        "none" => routes![none],
        "one" | "one, another overridden" => routes![one],
        "ten in a chain" | "ten in a chain, another overridden" | "the last of ten overridden" => routes![ten],
        "one, used twice" => routes![shared],
        "one state" => routes![state],
        "one with a teardown" => routes![teardown],
        _ => return None,
    };
    let app = App::new("Bench", "1").state(1_u64).include(routes);
    Some(match case {
        "one, another overridden" | "ten in a chain, another overridden" => {
            app.override_dependency(|| async { Ok(Elsewhere) })
        }
        "the last of ten overridden" => app.override_dependency(|| async { Ok(Tenth(black_box(10))) }),
        _ => app,
    })
}
