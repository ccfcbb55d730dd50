param skuName string
param location string = 'westeurope'

module storage 'modules/storage.bicep' = {
  name: 'storage'
  params: { name: 'stenvironment', skuName: skuName, location: location }
}

module copies 'modules/storage.bicep' = {
  name: 'copies'
  params: { name: 'stcopies', skuName: 'Standard_ZRS', location: location }
}
