metadata amllint = { ignore: [ { rule: 'CR002', reason: 'there is no registry' } ] }

// amllint: ignore[ST001]
resource unexplained 'Microsoft.Storage/storageAccounts@2023-05-01' = {
  name: 'stunexplained'
  location: 'westeurope'
  kind: 'StorageV2'
  sku: { name: 'Standard_LRS' }
}

resource ended 'Microsoft.Storage/storageAccounts@2023-05-01' = {
  name: 'stended'
  location: 'westeurope'
  kind: 'StorageV2'
  sku: { name: 'Standard_LRS' } // amllint: ignore[ST001] reason="until the move" until=2026-10-31
}

// amllint: ignore[ST001, storage-zone-redundncy] reason="sound by now"
resource sound 'Microsoft.Storage/storageAccounts@2023-05-01' = {
  name: 'stsound'
  location: 'westeurope'
  kind: 'StorageV2'
  #disable-next-line ST999 no-hardcoded-location
  sku: { name: 'Standard_ZRS' }
}

// amllint: ignroe[ST001] reason="misspelt"
resource misspelt 'Microsoft.Storage/storageAccounts@2023-05-01' = {
  name: 'stmisspelt'
  location: 'westeurope'
  kind: 'StorageV2'
  // amllint: ignore[ST001] reason="no such day" until=2026-13-01
  sku: { name: 'Standard_LRS' }
}
