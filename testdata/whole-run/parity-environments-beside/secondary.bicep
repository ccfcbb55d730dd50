resource workspace 'Microsoft.MachineLearningServices/workspaces@2024-10-01' = {
  name: 'mlw-south'
  location: 'italynorth'
  identity: { type: 'SystemAssigned' }
  properties: {
    storageAccount: '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/ml/providers/Microsoft.Storage/storageAccounts/stsouth'
  }
}

resource instance 'Microsoft.MachineLearningServices/workspaces/computes@2024-10-01' = {
  parent: workspace
  name: 'notebook'
  location: 'italynorth'
  properties: { computeType: 'ComputeInstance', properties: { vmSize: 'Standard_D4s_v5' } }
}
