//! Files of a folder.

use fastrail::StaticFiles;
use fastrail::prelude::*;

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").static_files("/static", StaticFiles::new("static"))
}
