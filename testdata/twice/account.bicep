param name string
param protect bool = false

resource account 'Microsoft.Storage/storageAccounts@2023-05-01' = {
  name: name
  location: resourceGroup().location
  kind: 'StorageV2'
  sku: { name: 'Standard_LRS' }
}

resource again 'Microsoft.Storage/storageAccounts@2023-05-01' existing = {
  name: name
}

module children 'children.bicep' = {
  name: '${name}-children'
  params: { accountName: again.name }
}

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-${name}'
  location: resourceGroup().location
  properties: {
    tenantId: tenant().tenantId
    sku: { family: 'A', name: 'standard' }
    enablePurgeProtection: protect ? true : null
  }
}
