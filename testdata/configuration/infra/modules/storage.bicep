param skuName string
param days int

resource account 'Microsoft.Storage/storageAccounts@2023-05-01' = {
  name: 'stconfiguration'
  location: resourceGroup().location
  kind: 'StorageV2'
  sku: { name: skuName }

  resource blobs 'blobServices' = {
    name: 'default'
    properties: {
      deleteRetentionPolicy: { enabled: true, days: days }
    }
  }
}
