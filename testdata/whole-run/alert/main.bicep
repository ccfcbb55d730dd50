resource workspace 'Microsoft.MachineLearningServices/workspaces@2024-10-01' = {
  name: 'west'
  location: 'westeurope'
  identity: { type: 'SystemAssigned' }
  properties: {
    storageAccount: '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/west/providers/Microsoft.Storage/storageAccounts/stwest'
    keyVault: '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/west/providers/Microsoft.KeyVault/vaults/kv-west'
    applicationInsights: '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/west/providers/Microsoft.Insights/components/ai-west'
  }
}
