resource workspace 'Microsoft.MachineLearningServices/workspaces@2024-10-01' = {
  name: 'silent'
  location: 'westeurope'
  identity: { type: 'SystemAssigned' }
  properties: {
    #disable-next-line WS008 // shared on purpose
    storageAccount: '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/shared/providers/Microsoft.Storage/storageAccounts/stshared'
    keyVault: '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/west/providers/Microsoft.KeyVault/vaults/kv-west'
    applicationInsights: '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/shared/providers/Microsoft.Insights/components/ai-shared'
  }
}
