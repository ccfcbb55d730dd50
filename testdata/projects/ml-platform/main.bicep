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

resource logs 'Microsoft.OperationalInsights/workspaces@2023-09-01' = {
  name: 'log-ml-west'
  location: location
  properties: { sku: { name: 'PerGB2018' } }
}

resource insights 'Microsoft.Insights/components@2020-02-02' = {
  name: 'appi-ml'
  location: location
  kind: 'web'
  properties: { Application_Type: 'web', WorkspaceResourceId: logs.id }
}

resource workspace 'Microsoft.MachineLearningServices/workspaces@2024-10-01' = {
  name: 'mlw-west'
  location: location
  identity: { type: 'SystemAssigned' }
  properties: {
    storageAccount: data.outputs.id
    keyVault: vault.id
    applicationInsights: insights.id
    containerRegistry: registry.outputs.id
  }

  resource store 'datastores' = {
    name: 'models'
    properties: {
      datastoreType: 'AzureBlob'
      accountName: 'stmlmodels'
      containerName: 'models'
      credentials: { credentialsType: 'None' }
    }
  }
}
