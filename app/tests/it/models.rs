//! Tests of the room `models`: what the value types take and refuse.

use app::models::{
    EmailAddress, FullName, Page, PageRequest, Password, Patch, Permission, Price, Sort, UserId, Username,
    item::ItemSort, user::UserSort,
};

#[test]
fn usernames_have_3_to_20_plain_characters_and_no_case() {
    for bad in ["ab", "a23456789012345678901", "a b c", "näme", "a@b", ""] {
        assert!(bad.parse::<Username>().is_err(), "{bad}");
    }
    let name: Username = "A.d_a-1".parse().unwrap();
    assert_eq!(name, "a.D_A-1".parse().unwrap());
    assert_eq!(name.as_str(), "A.d_a-1");
}

#[test]
fn email_addresses_are_compared_without_case_and_hidden_from_logs() {
    for bad in ["", "ada", "ada@", "@example.com", "a b@example.com", "ada@localhost"] {
        assert!(bad.parse::<EmailAddress>().is_err(), "{bad}");
    }
    let address: EmailAddress = "Ada@Example.com".parse().unwrap();
    assert_eq!(address, "ada@example.COM".parse().unwrap());
    assert!(!format!("{address:?}").contains("Ada"));
}

#[test]
fn passwords_are_counted_in_characters_and_hidden_from_logs() {
    assert!("äöüxäqßä".parse::<Password>().is_ok());
    assert!("ääääääa".parse::<Password>().is_err());
    assert!(("äö7xq".repeat(25) + "abc").parse::<Password>().is_ok());
    assert!("ä".repeat(129).parse::<Password>().is_err());
    let password: Password = "hunter2 and otters".parse().unwrap();
    assert!(!format!("{password:?}").contains("hunter2"));
}

#[test]
fn texts_are_trimmed_and_have_no_control_characters() {
    assert_eq!(" Ada ".parse::<FullName>().unwrap().as_str(), "Ada");
    assert!("Ada\0".parse::<FullName>().is_err());
    assert!("  ".parse::<FullName>().is_err());
}

#[test]
fn prices_are_exact_and_above_zero() {
    for exact in ["0.10", "10.50", "12345678901234567890.12345678"] {
        assert_eq!(exact.parse::<Price>().unwrap().to_string(), exact);
    }
    for bad in ["0", "0.00", "-1", "1e3", "ten", "", "NaN"] {
        assert!(bad.parse::<Price>().is_err(), "{bad}");
    }
}

#[test]
fn pages_are_bounded() {
    assert!(PageRequest::new(0, 50).is_err());
    assert!(PageRequest::new(1, 0).is_err());
    assert!(PageRequest::new(1, 101).is_err());
    let last = PageRequest::new(u32::MAX, 100).unwrap();
    assert_eq!(last.offset(), 429_496_729_400);
    let page = |total| Page::<()> { items: Vec::new(), total, page: 1, page_size: 50 };
    let pages: Vec<u64> = [0, 1, 50, 51].map(|total| page(total).total_pages()).to_vec();
    assert_eq!(pages, [0, 1, 1, 2]);
}

#[test]
fn sorts_take_known_fields_once() {
    assert_eq!(Sort::<UserSort>::parse("-created_at,username").unwrap().keys().len(), 2);
    // The first mention of a field decides.
    assert_eq!(Sort::<UserSort>::parse("-email,email").unwrap(), Sort::parse("-email").unwrap());
    for bad in ["", "name", "-", "created_at,"] {
        assert!(Sort::<UserSort>::parse(bad).is_err(), "{bad}");
    }
    let error = Sort::<ItemSort>::parse("colour").unwrap_err().to_string();
    assert_eq!(error, "cannot be sorted by 'colour'; allowed are created_at, updated_at, name, price");
}

#[test]
fn patches_tell_absent_from_null() {
    let mut field = Some(1);
    Patch::Keep.apply(&mut field);
    assert_eq!(field, Some(1));
    Patch::Set(2).apply(&mut field);
    assert_eq!(field, Some(2));
    Patch::<i32>::from(Some(None)).apply(&mut field);
    assert_eq!(field, None);
}

#[test]
fn ids_are_plain_uuids_on_the_wire() {
    let text = "\"0190a5f0-0000-7000-8000-000000000001\"";
    let id: UserId = serde_json::from_str(text).unwrap();
    assert_eq!(serde_json::to_string(&id).unwrap(), text);
    assert!("x".parse::<UserId>().is_err());
}

#[test]
fn permissions_are_a_resource_and_an_action() {
    assert_eq!("items:read".parse::<Permission>().unwrap(), Permission::ITEMS_READ);
    for bad in ["items", "items:", ":read", "Items:read", "items:read:all"] {
        assert!(bad.parse::<Permission>().is_err(), "{bad}");
    }
}
