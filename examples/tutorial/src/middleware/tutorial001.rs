//! An async fn around every request.

use fastrail::prelude::*;
use std::time::Instant;

async fn add_process_time_header(request: Request, next: Next) -> Result<Response> {
    let start_time = Instant::now();
    let mut response = next.run(request).await;
    let process_time = start_time.elapsed().as_secs_f64();
    response.headers_mut().insert("x-process-time", process_time.to_string().parse().map_err(Error::internal)?);
    Ok(response)
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").middleware(add_process_time_header)
}
