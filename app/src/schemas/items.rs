//! Items, as they come in and go out.

use fastrail::prelude::*;

use crate::models::{Item, ItemName, Price, Tags};

/// What makes an item
#[derive(Debug, Deserialize, Schema)]
pub struct ItemCreate {
    /// What it is called
    #[schema(example = "Fork")]
    pub name: ItemName,
    /// What it costs, as a string, exact
    #[schema(example = "2.50")]
    pub price: Price,
    /// More about it; of control characters, only tabs and line breaks
    #[schema(
        max_length = 2000,
        pattern = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$",
        example = "For salad and for dessert"
    )]
    pub description: Option<String>,
    /// What it is found by
    #[serde(default)]
    pub tags: Tags,
}

/// What may be changed of an item; what is absent stays
#[derive(Debug, Default, Deserialize, Schema)]
#[serde(default, deny_unknown_fields)]
#[schema(min_properties = 1)]
pub struct ItemUpdate {
    /// Another name
    pub name: Patch<ItemName>,
    /// Another price
    pub price: Patch<Price>,
    /// Another description; `null` takes it away
    #[schema(max_length = 2000, pattern = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$")]
    pub description: Patch<Option<String>>,
    /// Other tags
    pub tags: Patch<Tags>,
}

/// An item
#[derive(Debug, Serialize, Schema)]
pub struct ItemOut {
    /// Names the item
    pub id: Uuid,
    /// Who made it
    pub owner_id: Uuid,
    /// What it is called
    pub name: String,
    /// What it costs, as a string, exact
    pub price: Decimal,
    /// More about it
    pub description: Option<String>,
    /// What it is found by
    pub tags: BTreeSet<String>,
    /// When it was made
    pub created_at: DateTime<Utc>,
    /// When it was last changed
    pub updated_at: DateTime<Utc>,
}

impl ItemOut {
    /// Where the item is found
    pub fn location(&self) -> String {
        format!("/api/v1/items/{}", self.id)
    }
}

impl From<Item> for ItemOut {
    fn from(item: Item) -> Self {
        Self {
            id: item.id.as_uuid(),
            owner_id: item.owner_id.as_uuid(),
            name: item.name.into(),
            price: item.price.into(),
            description: item.description,
            tags: item.tags.0,
            created_at: item.created_at,
            updated_at: item.updated_at,
        }
    }
}
