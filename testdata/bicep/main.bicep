// A workspace with what it stands on: a module of its own, a loop, a restored module and one that was not restored.
@allowed(['Standard_LRS', 'Standard_ZRS'])
param skuName string = 'Standard_LRS'
param location string = 'westeurope'
param retention retentionType = { days: 30 }

import { retentionType, prefix as namePrefix } from 'modules/types.bicep'

var stores = [
  { suffix: 'data', kind: 'StorageV2' }
  { suffix: 'logs', kind: 'StorageV2' }
]

module storage 'modules/storage.bicep' = {
  name: 'storage'
  params: {
    name: '${namePrefix}default'
    skuName: skuName
    location: location
  }
}

resource data 'Microsoft.Storage/storageAccounts@2023-05-01' = [for (store, i) in stores: {
  name: '${namePrefix}${store.suffix}${i}'
  location: location
  kind: store.kind
  sku: { name: 'Standard_ZRS' }

  resource blobs 'blobServices' = {
    name: 'default'
    properties: {
      deleteRetentionPolicy: { enabled: true, days: retention.days }
      containerDeleteRetentionPolicy: { enabled: true, days: retention.days }
    }
  }
}]

module vault 'br/contoso:vault:1.0' = {
  name: 'vault'
  params: { name: 'kv-prod', location: location }
}

module insights 'br/contoso:insights:2.0' = {
  name: 'insights'
}

module registry 'br/contoso:registry:2.0' = {
  name: 'registry'
}

#disable-next-line workspace-container-registry-implicit WS001 // the registry comes with the next template
resource workspace 'Microsoft.MachineLearningServices/workspaces@2024-10-01' = {
  name: 'mlw-prod'
  location: location
  identity: { type: 'SystemAssigned' }
  properties: {
    storageAccount: storage.outputs.id
    keyVault: vault.outputs.id
    applicationInsights: insights.outputs.id
    containerRegistry: registry.?outputs.id
  }
}

output workspaceId string = workspace.id
output blobs string = data[0].properties.primaryEndpoints.blob
output names array = [for store in stores: '${namePrefix}${store.suffix}']
