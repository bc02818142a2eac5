//! Customers as the API shows and changes them; how a message makes one stands with the units.
use super::store::ops;
use crate::domain::access::Principal;
use crate::domain::clock::Micros;
use crate::domain::customer::CustomerView;
use crate::domain::ids::CustomerId;

/// `None` leaves a field; an inner `None` empties it.
#[derive(Default)]
pub struct CustomerEdit {
    pub name: Option<String>,
    pub phone: Option<Option<String>>,
    pub phone_e164: Option<Option<String>>,
    pub email: Option<Option<String>>,
    pub language: Option<Option<String>>,
    pub notes: Option<String>,
}

ops! {
    read customers::customers_page(who: Principal, before: i64, limit: i64) -> Vec<(CustomerId, Option<CustomerView>)>;
    read customers::customer(who: Principal, id: CustomerId) -> Option<CustomerView>;
    publish customers::edit_customer(who: Principal, id: CustomerId, edit: CustomerEdit, at: Micros) -> Option<CustomerView>;
}
