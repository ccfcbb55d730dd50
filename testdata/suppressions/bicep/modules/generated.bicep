// amllint: ignore-file[ST001, zone] reason="made by a tool"

resource account 'Microsoft.Storage/storageAccounts@2023-05-01' = {
  name: 'stgenerated'
  location: 'westeurope'
  kind: 'StorageV2'
  sku: { name: 'Standard_LRS' }
}
