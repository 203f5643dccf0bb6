//! One page of a list.

use fastrail::prelude::*;

use crate::models::Page;

/// One page of a list
#[derive(Debug, Serialize, Schema)]
pub struct PageOut<T> {
    /// The rows of this page; empty past the end
    pub items: Vec<T>,
    /// How many rows all pages have together
    pub total: u64,
    /// The page's number, from 1
    pub page: u32,
    /// The most rows on a page
    pub page_size: u32,
    /// How many pages there are
    pub total_pages: u64,
}

impl<M, T: From<M>> From<Page<M>> for PageOut<T> {
    fn from(page: Page<M>) -> Self {
        let total_pages = page.total_pages();
        let Page { items, total, page, page_size } = page.map(T::from);
        Self { items, total, page, page_size, total_pages }
    }
}
