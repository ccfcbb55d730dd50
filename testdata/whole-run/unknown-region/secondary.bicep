param location string

resource workspace 'Microsoft.MachineLearningServices/workspaces@2024-10-01' = {
  name: 'north'
  location: location
  identity: { type: 'SystemAssigned' }
  properties: {
    storageAccount: '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/north/providers/Microsoft.Storage/storageAccounts/stnorth'
    keyVault: '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/north/providers/Microsoft.KeyVault/vaults/kv-north'
    applicationInsights: '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/north/providers/Microsoft.Insights/components/ai-north'
  }
}
