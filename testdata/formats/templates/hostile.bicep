param skuName string = 'Standard_LRS'
var names = [
  '::warning::all is well'
  ']]><script>alert(1)</script>'
  '##vso[task.setvariable variable=a]b'
  '=1+1|`x`'
]

@batchSize(1)
resource accounts 'Microsoft.Storage/storageAccounts@2023-05-01' = [for name in names: {
  name: name
  location: 'westeurope'
  kind: 'StorageV2'
  sku: { name: 'Standard_LRS' }
  properties: { accessTier: 'Hot' }
}]

resource other 'Microsoft.Storage/storageAccounts@2023-05-01' = {
  name: 'st##[command]\u{1b}[31m\u{202e}'
  location: 'westeurope'
  kind: 'StorageV2'
  sku: { name: skuName }
}
