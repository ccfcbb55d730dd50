// A workspace and what it stands on.
targetScope = 'resourceGroup'

metadata description = '''
A workspace
that is ${'not'} interpolated
'''

@description('Where everything is.')
param location string = resourceGroup().location
@allowed(['Standard_LRS', 'Standard_ZRS'])
param sku string = 'Standard_LRS'
@minLength(3)
@maxLength(11)
param prefix string = 'mlw'
@secure()
param password string = newGuid()
@minValue(1)
@maxValue(9)
param count int = 3
param deployRegistry bool = true
param tags object = { owner: 'data', 'cost center': '42' }
param zones array = [ '1', '2', '3' ]

var name = toLower('${prefix}${uniqueString(resourceGroup().id)}')
var isProduction = prefix == 'prod' || sku =~ 'standard_zrs' && !deployRegistry
var regions = [for (zone, index) in zones: '${zone}-${index}']
var parts = { a: 1, ...tags, b: { c: [1, -2, 0x] } }
var text = $'''a ${name} b'''
var dollars = $$'''a ${name} $${name}'''
var math = (1 + 2) * 3 / 4 % 5 - -6
var chosen = count > 2 ? count >= 3 ? 'many' : 'some' : count <= 1 ? 'one' : 'few'
var last = zones[^1] ?? zones[?7] ?? tags.?owner ?? tags['cost center']!

resource storage 'Microsoft.Storage/storageAccounts@2023-05-01' = {
  name: take(replace('${name}st', '-', ''), 24)
  location: location
  sku: { name: sku }
  kind: 'StorageV2'
  tags: union(tags, { environment: 'test' })

  resource blobs 'blobServices' = {
    name: 'default'
    properties: { deleteRetentionPolicy: { enabled: true, days: 7 } }

    resource containers 'containers' = [for container in ['raw', 'curated']: {
      name: container
    }]
  }
}

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' existing = {
  name: 'kv-shared'
  scope: resourceGroup('shared')
}

resource registry 'Microsoft.ContainerRegistry/registries@2023-07-01' = if (deployRegistry) {
  name: 'cr${uniqueString(resourceGroup().id)}'
  location: location
  sku: { name: isProduction ? 'Premium' : 'Basic' }
}

#disable-next-line no-such-rule
resource workspace 'Microsoft.MachineLearningServices/workspaces@2024-10-01' = {
  name: name
  location: location
  identity: { type: 'SystemAssigned' }
  properties: {
    storageAccount: storage.id
    keyVault: vault.id
    containerRegistry: deployRegistry ? registry.id : null
    description: storage::blobs::containers[0].name
  }
  dependsOn: [ storage::blobs ]
}

resource compute 'Microsoft.MachineLearningServices/workspaces/computes@2024-10-01' = [for i in range(0, count): if (i > 0) {
  parent: workspace
  name: 'cpu${i}'
  location: location
  properties: {
    computeType: 'AmlCompute'
    properties: { vmSize: 'Standard_DS3_v2', scaleSettings: { minNodeCount: 0, maxNodeCount: i } }
  }
}]

resource lock 'Microsoft.Authorization/locks@2020-05-01' = {
  name: 'keep'
  scope: workspace
  properties: { level: 'CanNotDelete' }
}

@sys.description('The id')
output id string = workspace.id
output keys array = map(range(0, 2), i => compute[i].id)
output endpoint string = storage.properties.primaryEndpoints.blob
#disable-diagnostics BCP001
@secure()
output key string = storage.listKeys().keys[0].value
#restore-diagnostics BCP001
