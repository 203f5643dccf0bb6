//! `cargo xtask assets`: writes the embedded Swagger UI, ReDoc and Scalar anew from their packages.
//!
//! The versions stand here and in `crates/fastrail/assets/README.md`, which says what is
//! taken and why.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::tools::Package;
use crate::{process, project};

const SWAGGER_UI: Package = Package { name: "swagger-ui-dist", version: "5.35.0" };
const REDOC: Package = Package { name: "redoc", version: "2.5.4" };
const SCALAR: Package = Package { name: "@scalar/api-reference", version: "1.72.1" };

/// The picture in ReDoc's footer, and the empty one that takes its place.
const LOGO: &str = "https://cdn.redoc.ly/redoc/logo-mini.svg";
const EMPTY: &str = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==";

pub(crate) fn run() -> Result<()> {
    let work = project::scratch("assets")?;
    let assets = project::root().join("crates/fastrail/assets");

    let package = fetch(SWAGGER_UI, &work)?;
    let folder = assets.join("swagger-ui");
    for name in ["swagger-ui-bundle.js", "swagger-ui.css", "swagger-ui-bundle.js.LICENSE.txt"] {
        compress(&fs::read_to_string(package.join(name))?, &folder, name)?;
    }
    for name in ["LICENSE", "NOTICE"] {
        fs::copy(package.join(name), folder.join(name))?;
    }

    let package = fetch(REDOC, &work)?;
    let folder = assets.join("redoc");
    let bundles = package.join("bundles");
    let bundle = fs::read_to_string(bundles.join("redoc.standalone.js"))?;
    compress(&without_remote_parts(&bundle)?, &folder, "redoc.standalone.js")?;
    let name = "redoc.standalone.js.LICENSE.txt";
    compress(&fs::read_to_string(bundles.join(name))?, &folder, name)?;
    fs::copy(package.join("LICENSE"), folder.join("LICENSE"))?;

    let package = fetch(SCALAR, &work)?;
    let folder = assets.join("scalar");
    let bundle = fs::read_to_string(package.join("dist/browser/standalone.js"))?;
    compress(without_source_map(&bundle), &folder, "standalone.js")?;
    // The package has no text of its licence; the folder's is that of its repository.
    compress(&fs::read_to_string(folder.join("LICENSE"))?, &folder, "standalone.js.LICENSE.txt")?;

    println!("wrote crates/fastrail/assets; now run `cargo xtask browser` and look at its pictures");
    Ok(())
}

/// ReDoc's bundle with nothing in it that asks another host.
fn without_remote_parts(bundle: &str) -> Result<String> {
    if bundle.matches(LOGO).count() != 1 {
        bail!("the bundle does not hold {LOGO} once: look at what it shows in its footer now");
    }
    let bundle = bundle.replace(LOGO, EMPTY);
    if bundle.contains("//cdn.") {
        bail!("the bundle names another content delivery network");
    }
    Ok(without_source_map(&bundle).to_owned())
}

/// A bundle without the address of its source map, which is not served.
fn without_source_map(bundle: &str) -> &str {
    bundle.rfind("//# sourceMappingURL=").map_or(bundle, |start| &bundle[..start])
}

/// Downloads and unpacks a package; returns the folder of its files.
fn fetch(package: Package, work: &Path) -> Result<std::path::PathBuf> {
    let archive = process::output(
        Command::new("npm")
            .args(["pack", "--silent", &format!("{}@{}", package.name, package.version)])
            .current_dir(work),
    )?;
    let archive = archive.lines().last().context("npm pack names its archive")?.trim();
    let folder = work.join(format!("{}-{}", package.name.replace(['@', '/'], "_"), package.version));
    fs::create_dir_all(&folder)?;
    process::run(Command::new("tar").arg("-xzf").arg(work.join(archive)).arg("-C").arg(&folder))?;
    Ok(folder.join("package"))
}

/// Writes `name`.gz. No name and no time is stored, so the same content gives the same bytes.
fn compress(content: &str, folder: &Path, name: &str) -> Result<()> {
    let file = fs::File::create(folder.join(format!("{name}.gz")))?;
    let mut gzip = Command::new("gzip")
        .args(["-9", "-n", "-c"])
        .stdin(Stdio::piped())
        .stdout(file)
        .spawn()
        .context("starting gzip")?;
    gzip.stdin.take().context("gzip's input")?.write_all(content.as_bytes())?;
    if !gzip.wait()?.success() {
        bail!("gzip failed on {name}");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{EMPTY, LOGO, without_remote_parts};

    #[test]
    fn the_logo_and_the_source_map_are_taken_out() {
        let bundle = format!("a(\"{LOGO}\")\n//# sourceMappingURL=redoc.standalone.js.map");
        let result = without_remote_parts(&bundle).expect("a bundle like today's");
        assert_eq!(result, format!("a(\"{EMPTY}\")\n"));
    }

    #[test]
    fn an_unknown_network_stops_the_update() {
        assert!(without_remote_parts("no logo").is_err());
        assert!(without_remote_parts(&format!("{LOGO} https://cdn.example/x.js")).is_err());
    }
}
