resource workspace 'Microsoft.MachineLearningServices/workspaces@2024-10-01' = {
  name: 'north'
  location: 'northeurope'
  identity: { type: 'SystemAssigned' }
  properties: {
    storageAccount: '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/shared/providers/Microsoft.Storage/storageAccounts/stshared'
    keyVault: '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/north/providers/Microsoft.KeyVault/vaults/kv-north'
    applicationInsights: '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/north/providers/Microsoft.Insights/components/ai-north'
  }
}
