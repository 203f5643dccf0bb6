//! Where arguments come from, and in which forms.
