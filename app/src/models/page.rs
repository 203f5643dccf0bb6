//! Numbered pages: what is asked for and what comes back.

use crate::constants::pagination::{DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE};

/// Which page of which size; always within bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageRequest {
    page: u32,
    page_size: u32,
}

/// Why no such page can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PageError {
    /// Pages count from 1.
    #[error("page should be at least 1")]
    Page,
    /// A page holds 1–100 rows.
    #[error("page_size should be between 1 and {MAX_PAGE_SIZE}")]
    PageSize,
}

impl PageRequest {
    /// Asks for a page, counted from 1, of 1–100 rows.
    ///
    /// # Errors
    /// [`PageError`] when a number is out of bounds.
    pub const fn new(page: u32, page_size: u32) -> Result<Self, PageError> {
        if page == 0 {
            return Err(PageError::Page);
        }
        if page_size == 0 || page_size > MAX_PAGE_SIZE {
            return Err(PageError::PageSize);
        }
        Ok(Self { page, page_size })
    }

    /// The page's number, from 1.
    #[must_use]
    pub const fn page(&self) -> u32 {
        self.page
    }

    /// The most rows on the page.
    #[must_use]
    pub const fn page_size(&self) -> u32 {
        self.page_size
    }

    /// How many rows lie before the page.
    #[must_use]
    pub const fn offset(&self) -> u64 {
        (self.page as u64 - 1) * self.page_size as u64
    }
}

impl Default for PageRequest {
    fn default() -> Self {
        Self { page: 1, page_size: DEFAULT_PAGE_SIZE }
    }
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The rows of this page; empty past the end.
    pub items: Vec<T>,
    /// How many rows all pages have together.
    pub total: u64,
    /// The page's number, from 1.
    pub page: u32,
    /// The most rows on a page.
    pub page_size: u32,
}

impl<T> Page<T> {
    /// The page of a list that has no rows.
    #[must_use]
    pub const fn empty(request: PageRequest) -> Self {
        Self { items: Vec::new(), total: 0, page: request.page, page_size: request.page_size }
    }

    /// How many pages there are; 0 for an empty list.
    #[must_use]
    pub const fn total_pages(&self) -> u64 {
        self.total.div_ceil(self.page_size as u64)
    }

    /// The same page with each row turned into something else.
    pub fn map<U>(self, f: impl FnMut(T) -> U) -> Page<U> {
        Page {
            items: self.items.into_iter().map(f).collect(),
            total: self.total,
            page: self.page,
            page_size: self.page_size,
        }
    }
}
