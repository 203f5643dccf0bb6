//! Bounds of numbered pages.

/// The page size when the caller names none.
pub const DEFAULT_PAGE_SIZE: u32 = 50;

/// The largest page that may be asked for.
pub const MAX_PAGE_SIZE: u32 = 100;
