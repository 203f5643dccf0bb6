//! The attribute and derive macros of Fastrail. They check what is written and lower it to the traits of `fastrail`;
//! behaviour lives there, never here.
#![forbid(unsafe_code)]

mod api_error;
mod argument;
mod beside;
mod dependency;
mod docs;
mod examples;
mod file_rules;
mod on_event;
mod operation;
mod paths;
mod provider;
mod rules;
mod schema;
mod security;
mod settings;
mod style;
mod suggest;
mod test;
mod validator;

use beside::Stub;
use proc_macro::TokenStream;

/// Tokens, or the error as tokens
fn finish(result: syn::Result<proc_macro2::TokenStream>) -> TokenStream {
    result.unwrap_or_else(|error| error.to_compile_error()).into()
}

/// Tokens, or the error beside the item, so that what names the item is no second error
fn finish_beside(
    item: proc_macro2::TokenStream,
    result: syn::Result<proc_macro2::TokenStream>,
    stub: Stub,
) -> TokenStream {
    match result {
        Ok(tokens) => tokens.into(),
        Err(error) => beside::beside(item, &error, stub).into(),
    }
}

macro_rules! methods {
    ($($method:ident),*) => { $(
        #[doc = concat!("Makes a free fn answer `", stringify!($method), "` requests: `#[", stringify!($method), "(\"/items/{item_id}\", tags(\"items\"))]`")]
        ///
        /// After the path: `status = 201`, `tags("…")`, `summary`, `description`, `operation_id`, `deprecated`,
        /// `hidden`, `depends(fn, …)`, and any parameterised dependency by its name, such as `requires("items:write")`;
        /// `errors = format` for the shape of its errors. Only for the document: `responses(404 = "Not there", 200 =
        /// ResponseDoc::…, "5XX" = …, default = …)`, `response_description = "…"`, `external_docs = "https://…"`,
        /// `callbacks(fn, …)`, `extra = {…}`.
        ///
        /// A fn without a body documents a callback or a webhook: `async fn paid(body: Invoice);`. It is never served.
        #[proc_macro_attribute]
        pub fn $method(attribute: TokenStream, item: TokenStream) -> TokenStream {
            let item: proc_macro2::TokenStream = item.into();
            finish_beside(item.clone(), operation::expand(stringify!($method), attribute.into(), item), Stub::Operation)
        }
    )* };
}

/// Makes a free fn a WebSocket: `#[websocket("/ws/{room}")] async fn chat(socket: WebSocket, room: String) { … }`
///
/// It takes what every operation takes; all of that is settled before the handshake is accepted. After the path:
/// `depends(fn, …)`, and any parameterised dependency by its name.
#[proc_macro_attribute]
pub fn websocket(attribute: TokenStream, item: TokenStream) -> TokenStream {
    let item: proc_macro2::TokenStream = item.into();
    finish_beside(item.clone(), operation::expand("websocket", attribute.into(), item), Stub::Operation)
}

methods!(get, post, put, patch, delete, head, options, trace);

/// Makes the type that a fn returns a dependency: `#[dependency]`, `#[dependency(teardown = finish)]`
///
/// `teardown = finish`: an `async fn finish(value, outcome: Outcome)` that runs before the answer is sent and may turn a
/// success into its error; `after_response = close`: one that runs when the answer has been sent or its client has gone;
/// `cache = false`: it runs at each use, not once a request.
/// `guard`: settled with the credentials, before other inputs count.
/// `explicit`: only where `#[depends(…)]` names the fn, for types of other crates and second providers; `blocking`: a
/// plain fn runs on the blocking pool; `scopes = name`: that `#[parameter]` is a scope in the document.
#[proc_macro_attribute]
pub fn dependency(attribute: TokenStream, item: TokenStream) -> TokenStream {
    let item: proc_macro2::TokenStream = item.into();
    finish_beside(item.clone(), dependency::expand(attribute.into(), item), Stub::None)
}

/// Makes a free fn hear an event: `#[on_event] async fn greet(event: Arc<UserRegistered>, mail: Mailer) { … }`
///
/// The first argument is the event; the others are taken as those of an operation are, but for what needs a request. It
/// answers `()` or a `Result<(), E>` whose error is logged. Name it in `App::listeners(listeners![…])`.
#[proc_macro_attribute]
pub fn on_event(attribute: TokenStream, item: TokenStream) -> TokenStream {
    let item: proc_macro2::TokenStream = item.into();
    finish_beside(item.clone(), on_event::expand(attribute.into(), item), Stub::Listener)
}

/// Derives `DomainEvent`: a name, the struct's in snake case, or `#[event(name = "…")]`
#[proc_macro_derive(DomainEvent, attributes(event))]
pub fn derive_domain_event(input: TokenStream) -> TokenStream {
    finish(on_event::derive(input.into()))
}

/// Derives `Settings` for a struct that is read from variables, or for an enum without data that one of them holds
#[proc_macro_derive(Settings, attributes(setting, settings))]
pub fn derive_settings(input: TokenStream) -> TokenStream {
    finish(settings::derive(input.into()))
}

/// Makes an `async fn` a check of a value: `#[schema(validate_async = name_is_free)]` names it at a field or a struct
///
/// Its first argument is the value by reference; the others are taken as those of a `#[dependency]` are, though not from
/// the body. It answers `Result<(), Issue>` or `Result<(), String>`; where the check itself can fail,
/// `Result<Result<(), Issue>, E>`, and `E` is documented as an answer of each operation that takes such a value.
#[proc_macro_attribute]
pub fn validator(attribute: TokenStream, item: TokenStream) -> TokenStream {
    let item: proc_macro2::TokenStream = item.into();
    finish_beside(item.clone(), validator::expand(attribute.into(), item), Stub::None)
}

/// Runs an `async fn` as a test, on a runtime of its own
#[proc_macro_attribute]
pub fn test(_: TokenStream, item: TokenStream) -> TokenStream {
    finish(test::expand(item.into()))
}

/// Lists dependencies that run for their effect: `depends![verify_token, requires("items:read")]`
#[proc_macro]
pub fn depends(input: TokenStream) -> TokenStream {
    let designations = syn::parse_macro_input!(input as provider::Designations);
    provider::depends(&designations, &paths::krate()).into()
}

/// Derives `Schema`: the type's JSON Schema, its checks and its errors, from its fields and serde's attributes
#[proc_macro_derive(Schema, attributes(schema, serde))]
pub fn derive_schema(input: TokenStream) -> TokenStream {
    schema::derive(input.into()).into()
}

/// Derives `ApiError`: each variant states its answer with `#[api_error(status = …, code = "…")]`
///
/// Also `message = "… {0}"` (else the doc comment's first line), `documentation = "https://…"`,
/// `header("Retry-After" = 5)`, `transparent` for a variant that holds another `ApiError`; on a field `#[from]`, or
/// `#[source]` for what only the log may say; on the enum `format = …` for a shape that a standard fixes.
#[proc_macro_derive(ApiError, attributes(api_error, from, source))]
pub fn derive_api_error(input: TokenStream) -> TokenStream {
    finish(api_error::derive(input.into()))
}

/// Derives `Dependency` for a struct: each field is an argument, with the attributes of arguments
#[proc_macro_derive(Dependency, attributes(query, header, cookie, form, body, depends))]
pub fn derive_dependency(input: TokenStream) -> TokenStream {
    finish(dependency::derive(input.into()))
}

/// Derives `SecurityScheme` for a newtype over a secret: `#[security(api_key(header = "X-API-Key"))]`
#[proc_macro_derive(SecurityScheme, attributes(security))]
pub fn derive_security_scheme(input: TokenStream) -> TokenStream {
    finish(security::derive(input.into()))
}
