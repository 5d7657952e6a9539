//! Methods, a parameter and a group of another version.

use procountor_api::v2604::PaymentListId;
use procountor_api::{Error, M2m, OnBehalf, v2302, v2411, v2604};

pub async fn came_later(client: v2411::Client<M2m>) -> Result<(), Error> {
    client.company().get_usage_settings().send().await?;
    client.payrolls().get_salary_list_by_id(v2604::SalaryListId(1)).send().await?;
    Ok(())
}

pub async fn parameter_came_later(client: v2411::Client<M2m>) -> Result<(), Error> {
    client.invoices().search_invoice().search_term("kahvi").send().await?;
    Ok(())
}

pub async fn group_came_later(client: v2302::Client<M2m>) -> Result<(), Error> {
    client.persons().get_persons().send().await?;
    Ok(())
}

pub async fn is_gone(client: v2604::Client<OnBehalf>) -> Result<(), Error> {
    client.users().get_old_user_rights().send().await?;
    Ok(())
}

fn main() {
    let _ = PaymentListId(1);
}
