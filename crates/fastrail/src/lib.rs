//! Fastrail.
