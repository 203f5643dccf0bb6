//! What several modules use: problems of a build, a server on a real socket, captured logs.

use fastrail::App;

/// What the build refuses; fails when it refuses nothing
pub(crate) fn problems(app: App) -> Vec<String> {
    match app.build() {
        Ok(_) => panic!("the app builds"),
        Err(error) => error.problems().to_vec(),
    }
}
