//! `SECRET_KEY`: what signing keys and the like are encrypted under. Lose it, and every login
//! is lost with it.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
};

use secrecy::{ExposeSecret, SecretString};

use super::Environment;

const MIN_BYTES: usize = 32;

/// The file that development keeps its own key in.
const FILE: &str = "secret.key";

/// A key that is set has enough bytes.
pub(super) fn is_long(key: &SecretString) -> Result<(), String> {
    if key.expose_secret().len() < MIN_BYTES {
        return Err(format!("should have at least {MIN_BYTES} bytes"));
    }
    Ok(())
}

/// Why there must be one, if there must.
pub(super) fn needed(environment: Environment) -> Option<String> {
    let hint = "random bytes, for example from `openssl rand -base64 48`";
    (!environment.is_development()).then(|| format!("is needed in {environment}: at least {MIN_BYTES} {hint}"))
}

/// The development key under `DATA_DIR`, made there (mode 0600) the first time.
///
/// Several processes that start together get the same key: each writes one into a file of its
/// own, and the first to link it to the final name wins.
pub(super) fn load_or_make(data_dir: &Path) -> io::Result<SecretString> {
    let path = data_dir.join(FILE);
    if let Some(key) = load(&path)? {
        return Ok(key);
    }
    make_private_folder(data_dir)?;
    let (key, nonce) = (random_hex::<32>()?, random_hex::<8>()?);
    let draft = data_dir.join(format!("{FILE}.{nonce}"));
    let linked = write_private(&draft, &key).and_then(|()| fs::hard_link(&draft, &path));
    fs::remove_file(&draft)?;
    match linked {
        Ok(()) => Ok(SecretString::from(key)),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            load(&path)?.ok_or_else(|| io::ErrorKind::NotFound.into())
        }
        Err(error) => Err(error),
    }
}

fn load(path: &PathBuf) -> io::Result<Option<SecretString>> {
    match fs::read_to_string(path) {
        Ok(text) if text.trim().len() >= MIN_BYTES => Ok(Some(SecretString::from(text.trim()))),
        Ok(_) => Err(io::Error::new(
            io::ErrorKind::InvalidData,
            format!("{} is too short; restore or remove it", path.display()),
        )),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn make_private_folder(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(path)
}

fn write_private(path: &Path, text: &str) -> io::Result<()> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

fn random_hex<const N: usize>() -> io::Result<String> {
    let mut bytes = [0; N];
    aws_lc_rs::rand::fill(&mut bytes).map_err(|_| io::Error::other("no random bytes"))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
