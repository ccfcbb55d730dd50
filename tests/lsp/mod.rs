//! The language server, as a client sees it.

mod actions;
mod client;
mod findings;
mod nonsense;
mod same;
mod values;

/// A storage account with a SKU that is passed on.
pub const MODULE: &str = "param skuName string
param name string = 'stdata'
resource account 'Microsoft.Storage/storageAccounts@2023-05-01' = {
  name: name
  location: 'westeurope'
  kind: 'StorageV2'
  sku: { name: skuName }
  properties: { minimumTlsVersion: 'TLS1_2' }
}
output id string = account.id
";

/// A template that uses it.
pub const MAIN: &str = "param sku string = 'Standard_LRS'
module storage 'modules/storage.bicep' = {
  name: 'storage'
  params: { skuName: sku }
}
";
