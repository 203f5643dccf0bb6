//! Variants that do not say what they answer.

use fastrail::prelude::*;

#[derive(ApiError)]
enum ItemError {
    /// It is not there
    NotFound,
}

#[derive(ApiError)]
enum CodeError {
    /// It is not there
    #[api_error(status = 404, code = "Not Found")]
    NotFound,
}

#[derive(ApiError)]
enum StatusError {
    /// It is there
    #[api_error(status = 200, code = "found")]
    Found,
}

#[derive(ApiError)]
enum SilentError {
    #[api_error(status = 404, code = "not_found")]
    NotFound,
}

fn main() {}
