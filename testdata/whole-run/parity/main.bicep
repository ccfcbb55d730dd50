resource workspace 'Microsoft.MachineLearningServices/workspaces@2024-10-01' = {
  name: 'west'
  location: 'westeurope'
  identity: { type: 'SystemAssigned' }
  properties: {
    storageAccount: storageAccount.id
    containerRegistry: registry.id
    managedNetwork: {
      isolationMode: 'AllowOnlyApprovedOutbound'
      outboundRules: {
        search: {
          type: 'PrivateEndpoint'
          destination: { serviceResourceId: search.id, subresourceTarget: 'searchService' }
        }
      }
    }
  }
}

resource cluster 'Microsoft.MachineLearningServices/workspaces/computes@2024-10-01' = {
  parent: workspace
  name: 'cpu'
  location: 'westeurope'
  properties: { computeType: 'AmlCompute', properties: { vmSize: 'Standard_D4s_v5' } }
}

resource endpoint 'Microsoft.MachineLearningServices/workspaces/onlineEndpoints@2024-10-01' = {
  parent: workspace
  name: 'score'
  location: 'westeurope'
  properties: { authMode: 'AADToken' }
}

resource datastore 'Microsoft.MachineLearningServices/workspaces/datastores@2024-10-01' = {
  parent: workspace
  name: 'raw'
  properties: { datastoreType: 'AzureBlob', accountName: 'stdata', containerName: 'raw' }
}

resource storageAccount 'Microsoft.Storage/storageAccounts@2023-05-01' = {
  name: 'stwest'
  location: 'westeurope'
  kind: 'StorageV2'
  sku: { name: 'Standard_GZRS' }
}

resource registry 'Microsoft.ContainerRegistry/registries@2023-07-01' = {
  name: 'crshared'
  location: 'westeurope'
  sku: { name: 'Premium' }

  resource replica 'replications' = {
    name: 'elsewhere'
    location: 'swedencentral'
  }
}

resource search 'Microsoft.Search/searchServices@2023-11-01' = {
  name: 'search-west'
  location: 'westeurope'
  sku: { name: 'standard' }
  properties: { replicaCount: 3 }
}
