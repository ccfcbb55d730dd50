param sku string

resource account 'Microsoft.Storage/storageAccounts@2023-05-01' = {
  name: 'stparameters'
  location: 'westeurope'
  kind: 'StorageV2'
  sku: { name: sku }
}
