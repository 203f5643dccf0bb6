//! What the API sends because of a request.

use fastrail::prelude::*;
use url::Url;

#[derive(Deserialize, Schema)]
struct Invoice {
    id: String,
    title: Option<String>,
    customer: String,
    total: f64,
}

#[derive(Deserialize, Schema)]
struct InvoiceEvent {
    description: String,
    paid: bool,
}

#[derive(Serialize, Schema)]
struct InvoiceEventReceived {
    ok: bool,
}

#[post("{$callback_url}/invoices/{$request.body.id}")]
fn invoice_notification(body: InvoiceEvent) -> InvoiceEventReceived;

/// Create Invoice
///
/// Create an invoice.
///
/// This will (let's imagine) let the API user (some external developer) create an
/// invoice.
///
/// And this path operation will:
///
/// * Send the invoice to the client.
/// * Collect the money from the client.
/// * Send a notification back to the API user (the external developer), as a callback.
///     * At this point is that the API will somehow send a POST request to the
///         external API with the notification of the invoice event
///         (e.g. "payment successful").
#[post("/invoices/", callbacks(invoice_notification))]
fn create_invoice(invoice: Invoice, #[query(max_length = 2083)] callback_url: Option<Url>) -> Value {
    // Send the invoice, collect the money, send the notification (the callback)
    json!({ "msg": "Invoice received" })
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").include(routes![create_invoice])
}
