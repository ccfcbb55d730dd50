// The workspace of the first region, with three environments: dev, prod and test.
param location string
param storageSku string

module data 'modules/storage.bicep' = {
  name: 'data'
  params: { name: 'stmldata', location: location, skuName: storageSku }
}

module models 'modules/storage.bicep' = {
  name: 'models'
  params: { name: 'stmlmodels', location: location, skuName: storageSku }
}

module registry 'br/platform:registry:1.2' = {
  name: 'registry'
  params: { name: 'crml', location: location }
}

module insights 'br/platform:insights:3.0' = {
  name: 'insights'
  params: { name: 'appi-ml', location: location }
}

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-ml-west'
  location: location
  properties: {
    tenantId: tenant().tenantId
    sku: { family: 'A', name: 'standard' }
    enableRbacAuthorization: true
    enablePurgeProtection: true
  }
}

resource workspace 'Microsoft.MachineLearningServices/workspaces@2024-10-01' = {
  name: 'mlw-west'
  location: location
  identity: { type: 'SystemAssigned' }
  properties: {
    storageAccount: data.outputs.id
    keyVault: vault.id
    applicationInsights: insights.outputs.id
    containerRegistry: registry.outputs.id
  }
}
