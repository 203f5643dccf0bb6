//! What the steps have in common: columns that point to another table, and the end of tables.

use sea_orm_migration::prelude::*;

/// A column that holds the id of a row of another table; the constraint is called `TABLE_COLUMN_fk`.
pub(super) fn references(
    table: &'static str,
    column: &'static str,
    other: &'static str,
    on_delete: ForeignKeyAction,
) -> ForeignKeyCreateStatement {
    let mut key = ForeignKey::create();
    key.name(format!("{table}_{column}_fk")).from(table, column).to(other, "id").on_delete(on_delete);
    key
}

/// Drops tables, with their indexes.
pub(super) async fn drop_tables(manager: &SchemaManager<'_>, tables: &[&'static str]) -> Result<(), DbErr> {
    for table in tables {
        manager.drop_table(Table::drop().table(*table).to_owned()).await?;
    }
    Ok(())
}
