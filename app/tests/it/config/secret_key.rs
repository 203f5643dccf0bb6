//! The key that development makes for itself.

use app::config::Settings;
use fastrail::settings::Sources;
use secrecy::ExposeSecret;
use tempfile::TempDir;

fn load(folder: &TempDir) -> Settings {
    let data_dir = folder.path().join("deep/data");
    let pairs = [("DATA_DIR", data_dir.to_str().unwrap())];
    Settings::of(&Sources::of(pairs)).unwrap()
}

#[test]
fn development_makes_a_key_once_and_keeps_it() {
    let folder = tempfile::tempdir().unwrap();
    let (first, second) = (load(&folder), load(&folder));
    let key = first.secret_key.expose_secret();
    assert!(key.len() >= 32);
    assert_eq!(key, second.secret_key.expose_secret());
}

#[test]
fn processes_that_start_together_agree_on_the_key() {
    let folder = tempfile::tempdir().unwrap();
    let keys: Vec<String> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(|| load(&folder))).collect();
        let settings = threads.into_iter().map(|thread| thread.join().unwrap());
        settings.map(|settings| settings.secret_key.expose_secret().to_owned()).collect()
    });
    assert!(keys.iter().all(|key| *key == keys[0]));
    let files = std::fs::read_dir(folder.path().join("deep/data")).unwrap();
    assert_eq!(files.count(), 1, "drafts are removed");
}

#[cfg(unix)]
#[test]
fn only_its_owner_can_read_the_key_file_and_its_folder() {
    use std::os::unix::fs::PermissionsExt;

    let folder = tempfile::tempdir().unwrap();
    load(&folder);
    let file = folder.path().join("deep/data/secret.key");
    let mode = std::fs::metadata(file).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let data = std::fs::metadata(folder.path().join("deep/data")).unwrap();
    assert_eq!(data.permissions().mode() & 0o777, 0o700);
}

#[test]
fn other_environments_need_a_key_and_write_none() {
    for environment in ["staging", "production"] {
        let folder = tempfile::tempdir().unwrap();
        let pairs = [("DATA_DIR", folder.path().to_str().unwrap()), ("ENVIRONMENT", environment)];
        let error = Settings::of(&Sources::of(pairs)).unwrap_err();
        assert_eq!(error.problems()[0].name, "SECRET_KEY");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}

#[test]
fn a_short_key_is_refused_and_not_shown() {
    let pairs = [("SECRET_KEY", "hunter2hunter2")];
    let error = Settings::of(&Sources::of(pairs)).unwrap_err();
    assert_eq!(error.problems()[0].name, "SECRET_KEY");
    assert!(!error.to_string().contains("hunter2"));
}
