// What exists or does not: nobody knows before deployment.
param subscriptionId string
param groupName string
param names array = ['storage1', 'storage2', 'storage3']

@nullIfNotFound()
resource account 'Microsoft.Storage/storageAccounts@2021-04-01' existing = {
  name: 'testStorage'
}
@sys.nullIfNotFound()
resource accounts 'Microsoft.Storage/storageAccounts@2021-04-01' existing = [for name in names: {
  name: name
}]
@nullIfNotFound()
resource vault 'Microsoft.KeyVault/vaults@2023-07-01' existing = {
  name: 'myKeyVault'
}
resource secret 'Microsoft.KeyVault/vaults/secrets@2023-07-01' = {
  parent: vault
  name: 'mySecret'
  properties: {
    contentType: account.?properties.accessTier
  }
}
resource group 'Microsoft.Resources/resourceGroups@2021-04-01' existing = {
  scope: subscription(subscriptionId)
  name: groupName
}
@nullIfNotFound()
resource elsewhere 'Microsoft.Storage/storageAccounts@2021-04-01' existing = {
  scope: group
  name: 'testStorage'
}

// => "Microsoft.Storage/storageAccounts"
output type string = account.type
// => "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg-own/providers/Microsoft.Storage/storageAccounts/testStorage"
output id string = account.id
// => "testStorage"
output name string = account.name
// => "2021-04-01"
output version string = account.apiVersion
// => "[reference('/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg-own/providers/Microsoft.Storage/storageAccounts/testStorage', 'full').sku.name]"
output skuName string = account.sku.name
// => "[not(equals(reference('/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg-own/providers/Microsoft.Storage/storageAccounts/testStorage', 'full'), null()))]"
output exists bool = account != null
// => "[tryGet(reference('/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg-own/providers/Microsoft.Storage/storageAccounts/testStorage', 'full'), 'location')]"
output location string? = account.?location
// => "[tryGet(reference('/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg-own/providers/Microsoft.Storage/storageAccounts/testStorage', 'full'), 'sku', 'name')]"
output maybeSkuName string? = account.?sku.name
// => "[tryGet(reference('/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg-own/providers/Microsoft.Storage/storageAccounts/testStorage', 'full'), 'sku', 'tier')]"
output maybeSkuTier string? = account.?sku.tier
// => "[tryGet(reference('/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg-own/providers/Microsoft.Storage/storageAccounts/testStorage', 'full'), 'properties', 'accessTier')]"
output accessTier string? = account.?properties.accessTier
// => "[tryGet(reference('/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg-own/providers/Microsoft.Storage/storageAccounts/testStorage', 'full'), 'properties', 'primaryEndpoints')]"
output endpoints object? = account.?properties.primaryEndpoints
// => "[coalesce(tryGet(reference('/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg-own/providers/Microsoft.Storage/storageAccounts/testStorage', 'full'), 'location'), 'westus')]"
output locationOrDefault string = account.?location ?? 'westus'
// => "[coalesce(tryGet(reference('/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg-own/providers/Microsoft.Storage/storageAccounts/testStorage', 'full'), 'sku', 'name'), 'Standard_LRS')]"
output skuNameOrDefault string = account.?sku.name ?? 'Standard_LRS'
// => "[coalesce(tryGet(reference('/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg-own/providers/Microsoft.Storage/storageAccounts/testStorage', 'full'), 'properties', 'accessTier'), 'Hot')]"
output accessTierOrDefault string = account.?properties.accessTier ?? 'Hot'
// => "[if(not(equals(reference('/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg-own/providers/Microsoft.Storage/storageAccounts/testStorage', 'full'), null())), listKeys('/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg-own/providers/Microsoft.Storage/storageAccounts/testStorage'), createObject())]"
output keys object = account != null ? account!.listKeys() : {}
// => "[if(not(equals(reference('/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg-own/providers/Microsoft.Storage/storageAccounts/testStorage', 'full'), null())), listKeys('/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg-own/providers/Microsoft.Storage/storageAccounts/testStorage').keys[0].value, '')]"
output firstKey string = account != null ? account!.listKeys().keys[0].value : ''
// => "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg-own/providers/Microsoft.Storage/storageAccounts/storage1"
output firstId string? = accounts[0].?id
// => "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg-own/providers/Microsoft.KeyVault/vaults/myKeyVault/secrets/mySecret"
output secretId string = secret.id
// => "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/customRg/providers/Microsoft.Storage/storageAccounts/testStorage"
output elsewhereId string = elsewhere.id
// => "[tryGet(reference('/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/customRg/providers/Microsoft.Storage/storageAccounts/testStorage', 'full'), 'location')]"
output elsewhereLocation string? = elsewhere.?location
