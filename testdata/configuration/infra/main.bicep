param sku string
param days int = 14

module storage 'modules/storage.bicep' = {
  name: 'storage'
  params: { skuName: sku, days: days }
}
