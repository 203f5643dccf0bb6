//! UUIDs, times and durations.

use fastrail::prelude::*;
use fastrail::schema::IsoDuration;

#[put("/items/{item_id}")]
async fn read_items(
    item_id: Uuid,
    #[body] start_datetime: DateTime<Utc>,
    #[body] end_datetime: DateTime<Utc>,
    #[body] process_after: IsoDuration,
    #[body] repeat_at: Option<NaiveTime>,
) -> Value {
    let start_process = start_datetime + process_after.0;
    let duration = end_datetime - start_process;
    json!({
        "item_id": item_id,
        "start_datetime": start_datetime,
        "end_datetime": end_datetime,
        "process_after": process_after,
        "repeat_at": repeat_at,
        "start_process": start_process,
        "duration": duration.num_seconds(),
    })
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").include(routes![read_items])
}
