//! A rule of one's own.

use fastrail::prelude::*;

const DATA: [(&str, &str); 3] = [
    ("isbn-9781529046137", "The Hitchhiker's Guide to the Galaxy"),
    ("imdb-tt0371724", "The Hitchhiker's Guide to the Galaxy"),
    ("isbn-9781439512982", "Isaac Asimov: The Complete Stories, Vol. 2"),
];

#[derive(Serialize, Deserialize, Schema)]
struct ItemId(#[schema(validate = check_valid_id)] String);

fn check_valid_id(id: &str) -> Result<(), &'static str> {
    let is_valid = id.starts_with("isbn-") || id.starts_with("imdb-");
    if is_valid { Ok(()) } else { Err(r#"Invalid ID format, it must start with "isbn-" or "imdb-""#) }
}

#[get("/items/")]
async fn read_items(id: Option<ItemId>) -> Value {
    let Some(ItemId(id)) = id else {
        let (id, name) = DATA[usize::from(Uuid::now_v7().as_bytes()[15]) % DATA.len()];
        return json!({ "id": id, "name": name });
    };
    let item = DATA.iter().find(|(known, _)| *known == id);
    json!({ "id": id, "name": item.map(|(_, name)| name) })
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").include(routes![read_items])
}
