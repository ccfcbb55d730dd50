param sku string = 'Standard_ZRS'

resource account 'Microsoft.Storage/storageAccounts@2023-05-01' = {
  name: 'stbroken'
  location: resourceGroup().location
  kind: 'StorageV2'
  sku: { name: sku
  properties: { accessTier: 'Hot' }
}

module other 'nested/nowhere.bicep' = { name: 'other' }
