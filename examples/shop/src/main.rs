//! Serves the shop: `cargo run -p shop`, then open the address that it prints.

use fastrail::prelude::*;

#[tokio::main]
async fn main() -> Result<()> {
    fastrail::serve(shop::app()).await
}
