param location string
param withCluster bool = true

resource workspace 'Microsoft.MachineLearningServices/workspaces@2024-10-01' = {
  name: 'mlw-${location}'
  location: location
  identity: { type: 'SystemAssigned' }
  properties: {
    storageAccount: '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/ml/providers/Microsoft.Storage/storageAccounts/st${location}'
  }
}

resource cluster 'Microsoft.MachineLearningServices/workspaces/computes@2024-10-01' = if (withCluster) {
  parent: workspace
  name: 'cpu'
  location: location
  properties: { computeType: 'AmlCompute', properties: { vmSize: 'Standard_D4s_v5' } }
}
