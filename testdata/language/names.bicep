// Names that nobody knows are said as Bicep has them.
param prefix string
param production bool
param regions array

var suffix = uniqueString(resourceGroup().id)

resource shared 'Microsoft.Storage/storageAccounts@2023-05-01' = {
  name: '${prefix}st${suffix}'
  location: 'eastus'
  kind: 'StorageV2'
  sku: {
    name: 'Standard_LRS'
  }
}

resource chosen 'Microsoft.Storage/storageAccounts@2023-05-01' = {
  name: production ? prefix : take('it\'s${prefix}', 24)
  location: 'eastus'
  kind: 'StorageV2'
  sku: {
    name: 'Standard_LRS'
  }
}

resource regional 'Microsoft.Storage/storageAccounts@2023-05-01' = [for (region, i) in regions: {
  name: 'st${region}${i + 1}'
  location: region
  kind: 'StorageV2'
  sku: {
    name: 'Standard_LRS'
  }
}]

resource read 'Microsoft.Storage/storageAccounts@2023-05-01' = {
  name: replace(shared.properties.primaryEndpoints['blob'], 'https://', '')
  location: 'eastus'
  kind: 'StorageV2'
  sku: {
    name: 'Standard_LRS'
  }
}
