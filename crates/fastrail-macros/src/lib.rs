//! The attribute and derive macros of Fastrail. They check what is written and lower it to the traits of `fastrail`;
//! behaviour lives there, never here.
#![forbid(unsafe_code)]

mod paths;
mod rules;
mod schema;
mod suggest;

use proc_macro::TokenStream;

/// Derives `Schema`: the type's JSON Schema, its checks and its errors, from its fields and serde's attributes
#[proc_macro_derive(Schema, attributes(schema, serde))]
pub fn derive_schema(input: TokenStream) -> TokenStream {
    schema::derive(input.into()).into()
}
