// Each account keeps its copies in one datacenter, and each is silenced in a way of its own.

param sku string = 'Standard_LRS' // amllint: ignore[ST001] reason="decided by the sandbox team" owner=ml-platform

@description('what is written above the decorators is about the declaration')
// amllint: ignore[storage-zone-redundancy] reason="moves in spring" until=2027-03-31
@metadata({ team: 'ml' })
param moving string = 'Standard_LRS'

@metadata({ amllint: { ignore: [ { rule: 'ST001', reason: 'scratch data', until: '2026-12-31' } ] } })
param scratch string = 'Standard_LRS'

resource byDefault 'Microsoft.Storage/storageAccounts@2023-05-01' = {
  name: 'stdefault'
  location: 'westeurope'
  kind: 'StorageV2'
  sku: { name: sku }
}

resource later 'Microsoft.Storage/storageAccounts@2023-05-01' = {
  name: 'stlater'
  location: 'westeurope'
  kind: 'StorageV2'
  sku: { name: moving }
}

resource copies 'Microsoft.Storage/storageAccounts@2023-05-01' = {
  name: 'stcopies'
  location: 'westeurope'
  kind: 'StorageV2'
  sku: { name: scratch }
}

// amllint: ignore[zone] reason="by concern, above the declaration"
resource declared 'Microsoft.Storage/storageAccounts@2023-05-01' = {
  name: 'stdeclared'
  location: 'westeurope'
  kind: 'StorageV2'
  sku: { name: 'Standard_LRS' }
}

resource directive 'Microsoft.Storage/storageAccounts@2023-05-01' = {
  name: 'stdirective'
  location: 'westeurope'
  kind: 'StorageV2'
  #disable-next-line BCP036 ST001 // a directive of Bicep, with the words of its compiler beside ours
  sku: { name: 'Standard_LRS' }
}

#disable-diagnostics ST001 // amllint: reason="a region of the file" until=2026-11-01
resource region 'Microsoft.Storage/storageAccounts@2023-05-01' = {
  name: 'stregion'
  location: 'westeurope'
  kind: 'StorageV2'
  sku: { name: 'Standard_LRS' }
}
#restore-diagnostics ST001

// amllint: ignore[ST001] reason="everything that this module deploys"
module vendored 'modules/storage.bicep' = {
  name: 'vendored'
  params: { accountName: 'stvendored' }
}

module generated 'modules/generated.bicep' = {
  name: 'generated'
}
