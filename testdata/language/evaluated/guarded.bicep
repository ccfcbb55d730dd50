// `.?` of what is perhaps not deployed: null then, and the type and the version, which are known either way.
param condition bool
param inner bool

resource account 'Microsoft.Storage/storageAccounts@2021-02-01' existing = if (condition) {
  name: 'storageacct'

  resource blobs 'blobServices' = {
    name: 'default'

    resource container 'containers' = if (inner) {
      name: 'container'
    }
  }
}
resource left 'Microsoft.Storage/storageAccounts@2021-02-01' = if (1 == 2) {
  name: 'left'
}
module foo 'modules/foo.bicep' = if (condition) {
  name: 'mod'
}
module other 'modules/foo.bicep' = if (!condition) {
  name: 'mod2'
}

// => "[if(parameters('condition'), '/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg-own/providers/Microsoft.Storage/storageAccounts/storageacct', null())]"
output id string? = account.?id
// => "[if(parameters('condition'), 'storageacct', null())]"
output name string? = account.?name
// => "Microsoft.Storage/storageAccounts"
output type string? = account.?type
// => "2021-02-01"
output version string? = account.?apiVersion
// => "[tryGet(if(parameters('condition'), reference('/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg-own/providers/Microsoft.Storage/storageAccounts/storageacct', 'full'), null()), 'properties')]"
output properties object? = account.?properties
// => "[tryGet(if(parameters('condition'), reference('/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg-own/providers/Microsoft.Storage/storageAccounts/storageacct', 'full'), null()), 'properties', 'accessTier')]"
output accessTier string? = account.?properties.accessTier
// => "[tryGet(if(parameters('condition'), reference('/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg-own/providers/Microsoft.Storage/storageAccounts/storageacct', 'full'), null()), 'identity', 'principalId')]"
output principalId string? = account.?identity.principalId

// => "[if(and(parameters('condition'), parameters('inner')), '/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg-own/providers/Microsoft.Storage/storageAccounts/storageacct/blobServices/default/containers/container', null())]"
output childId string? = account::blobs::container.?id
// => "[if(and(parameters('condition'), parameters('inner')), 'container', null())]"
output childName string? = account::blobs::container.?name
// => "Microsoft.Storage/storageAccounts/blobServices/containers"
output childType string? = account::blobs::container.?type
// => "2021-02-01"
output childVersion string? = account::blobs::container.?apiVersion
// => "[tryGet(if(and(parameters('condition'), parameters('inner')), reference('/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg-own/providers/Microsoft.Storage/storageAccounts/storageacct/blobServices/default/containers/container', 'full'), null()), 'properties')]"
output childProperties object? = account::blobs::container.?properties
// => "[tryGet(if(and(parameters('condition'), parameters('inner')), reference('/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg-own/providers/Microsoft.Storage/storageAccounts/storageacct/blobServices/default/containers/container', 'full'), null()), 'properties', 'defaultEncryptionScope')]"
output childScope string? = account::blobs::container.?properties.defaultEncryptionScope

// => "[if(parameters('condition'), 'mod', null())]"
output moduleName string? = foo.?name
// => "[if(parameters('condition'), 'foo', null())]"
output moduleOutput string? = foo.?outputs.foo
// => "[if(not(parameters('condition')), 'foo', null())]"
output otherOutput string? = other.?outputs.foo
// => "[if(parameters('condition'), 'foo', null())]"
output maybeModuleOutput string? = foo.?outputs.?foo
// => "[if(not(parameters('condition')), 'foo', null())]"
output maybeOtherOutput string? = other.?outputs.?foo

// => null
output leftOutId string? = left.?id
// => null
output leftOutName string? = left.?name
// => null
output leftOutTier string? = left.?properties.accessTier
